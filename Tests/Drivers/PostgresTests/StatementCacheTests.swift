import Testing

@testable import Postgres

@Suite("Prepared-statement cache")
struct StatementCacheTests {
  private func key(_ text: String) -> StatementCache.Key { .init(text: text, types: []) }

  /// Runs a statement as a connection would.
  private func run(_ text: String, in cache: inout StatementCache) -> StatementCache.Plan {
    let plan = cache.plan(for: key(text))
    if case .prepare(let name) = plan {
      cache.didPrepare(key(text), as: name)
    }
    return plan
  }

  @Test("a statement is prepared when it comes again, and stays so")
  func secondUse() {
    var cache = StatementCache(capacity: 2)
    #expect(run("a", in: &cache) == .direct)
    #expect(run("a", in: &cache) == .prepare("concord_1"))
    #expect(run("a", in: &cache) == .prepared("concord_1"))
    #expect(cache.preparedCount == 1)
  }

  @Test("the same text with other types is another statement")
  func types() {
    var cache = StatementCache(capacity: 4)
    _ = run("a", in: &cache)
    #expect(cache.plan(for: .init(text: "a", types: [.int8Array])) == .direct)
  }

  @Test("the least recently used statement makes room and is to be deallocated")
  func eviction() {
    var cache = StatementCache(capacity: 2)
    for text in ["a", "a", "b", "b", "a"] {
      _ = run(text, in: &cache)
    }
    _ = run("c", in: &cache)
    #expect(cache.evicted == ["concord_2"])
    #expect(run("a", in: &cache) == .prepared("concord_1"))
    cache.didDeallocate()
    #expect(cache.evicted.isEmpty)
    #expect(run("b", in: &cache) == .direct)
  }

  @Test("a statement whose preparation failed is tried again")
  func failedPreparation() {
    var cache = StatementCache(capacity: 2)
    _ = cache.plan(for: key("a"))
    #expect(cache.plan(for: key("a")) == .prepare("concord_1"))
    #expect(cache.plan(for: key("a")) == .prepare("concord_2"))
  }

  @Test("a forgotten statement is deallocated and starts over")
  func forgetting() {
    var cache = StatementCache(capacity: 2)
    _ = run("a", in: &cache)
    _ = run("a", in: &cache)
    cache.forget(key("a"))
    #expect(cache.evicted == ["concord_1"])
    #expect(run("a", in: &cache) == .direct)
  }

  @Test("without capacity nothing is prepared")
  func disabled() {
    var cache = StatementCache(capacity: 0)
    #expect(run("a", in: &cache) == .direct)
    #expect(run("a", in: &cache) == .direct)
  }
}
