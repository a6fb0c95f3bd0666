import Testing

@testable import ServiceKit

@Suite("Cache with a time to live")
struct TTLCacheTests {
  private let clock = ManualClock()

  private func cache(_ capacity: Int = 100) -> TTLCache<Int, Int> {
    TTLCache(capacity: capacity, lifetime: .seconds(3), clock: clock)
  }

  @Test("a value is loaded once within its life")
  func lifetime() async throws {
    let cache = cache()
    var loads = 0
    for _ in 0..<3 {
      #expect(
        try await cache.value(for: 1) {
          loads += 1; return 10
        } == 10)
    }
    #expect(loads == 1)
    clock.advance(by: .seconds(3))
    #expect(
      try await cache.value(for: 1) {
        loads += 1; return 11
      } == 11)
    #expect(loads == 2)
  }

  @Test("that there is nothing is not remembered")
  func missing() async throws {
    let cache = cache()
    #expect(try await cache.value(for: 1) { nil } == nil)
    #expect(try await cache.value(for: 1) { 5 } == 5)
  }

  @Test("an invalidated value is loaded again")
  func invalidation() async throws {
    let cache = cache()
    _ = try await cache.value(for: 1) { 1 }
    cache.invalidate(1)
    #expect(try await cache.value(for: 1) { 2 } == 2)
    cache.removeAll()
    #expect(try await cache.value(for: 1) { 3 } == 3)
  }

  @Test("a load that began before an invalidation is not remembered")
  func staleLoad() async throws {
    let cache = cache()
    #expect(
      try await cache.value(for: 1) {
        cache.invalidate(1); return 1
      } == 1)
    #expect(try await cache.value(for: 1) { 2 } == 2)
  }

  @Test("the number of values stays within the capacity, and what is used stays")
  func bound() async throws {
    let cache = cache(10)
    for key in 0..<1000 {
      _ = try await cache.value(for: key) { key }
      _ = try await cache.value(for: 0) {
        Issue.record("the value in use was forgotten"); return -1
      }
      #expect(cache.count <= 10)
    }
  }

  @Test("an error of the load is passed on and leaves nothing")
  func failure() async throws {
    let cache = cache()
    await #expect(throws: ServiceCallError.self) {
      try await cache.value(for: 1) { throw ServiceCallError(service: "s", reason: .timedOut) }
    }
    #expect(cache.count == 0)
  }
}
