import JSON
import Logging
import RFC3339
import Synchronization
import Testing

@testable import APIGateway
@testable import ServiceKit

@Suite("Retention")
struct RetentionTests {
  private static let day: Int64 = 24 * 3600
  private let store = MemoryGatewayStore()

  private func retention(clock: any MonotonicClock = SystemMonotonicClock()) -> Retention {
    Retention(
      store: store, wallClock: FakeVerifier.FixedClock(), clock: clock, interval: .seconds(60),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func add(age seconds: Int64, count: Int = 1) {
    let time = FakeVerifier.now.adding(seconds: -seconds)
    let entry = LogEntry(
      AnsweredRequest(
        time: time, method: "GET", path: "/x", operation: "op", status: 200, duration: .zero, requestID: "r",
        remoteAddress: nil, userAgent: nil, subject: nil, answeredBy: nil))
    let event = AnalyticsEvent(
      eventName: "x", userUID: nil, sessionID: nil, properties: [:], ipAddress: nil, userAgent: nil, referrer: nil,
      utmSource: nil, utmMedium: nil, utmCampaign: nil, createdAt: time)
    store.state.withLock { state in
      state.entries += Array(repeating: entry, count: count)
      state.events += Array(repeating: event, count: count)
    }
  }

  private func ages() -> (requests: [Int64], events: [Int64]) {
    let now = FakeVerifier.now.seconds
    return store.state.withLock { state in
      (state.entries.map { now - $0.createdAt.seconds }, state.events.map { now - $0.createdAt.seconds })
    }
  }

  @Test("requests go after 30 days, events after 90")
  func ends() async {
    for age in [0, 30 * Self.day, 30 * Self.day + 1, 90 * Self.day, 90 * Self.day + 1] { add(age: age) }
    await retention().removeDue()
    #expect(ages().requests == [0, 30 * Self.day])
    #expect(ages().events == [0, 30 * Self.day, 30 * Self.day + 1, 90 * Self.day])
  }

  @Test("more than one statement takes is removed in several")
  func batches() async {
    add(age: 100 * Self.day, count: 2 * Retention.batch + 1)
    await retention().removeDue()
    #expect(ages().requests.isEmpty && ages().events.isEmpty)
  }

  @Test("what a database that is away keeps is removed the next time")
  func away() async {
    add(age: 100 * Self.day)
    store.state.withLock { $0.failure = .unavailable("gone") }
    await retention().removeDue()
    #expect(ages().requests.count == 1)
    store.state.withLock { $0.failure = nil }
    await retention().removeDue()
    #expect(ages().requests.isEmpty)
  }

  @Test("it works after every interval, not at the start")
  func rhythm() async {
    add(age: 100 * Self.day)
    let clock = CountedSleeps(allowed: 0)
    await #expect(throws: CancellationError.self) { try await retention(clock: clock).run() }
    #expect(ages().requests.count == 1)
    let next = CountedSleeps(allowed: 2)
    await #expect(throws: CancellationError.self) { try await retention(clock: next).run() }
    #expect(ages().requests.isEmpty && next.slept.withLock { $0 } == Array(repeating: .seconds(60), count: 3))
  }

  @Test("the gateway keeps it at work")
  func composed() throws {
    let parts = try APIGatewayComposition.assemble(
      environment: [
        "FIREBASE_PROJECT_ID": "p", "FIREBASE_AUTH_EMULATOR_HOST": "127.0.0.1:1", "DB_PASSWORD": "x", "DB_PORT": "1",
        "USER_SERVICE_URL": "http://127.0.0.1:1", "PRODUCT_SERVICE_URL": "http://127.0.0.1:1",
        "ORDER_SERVICE_URL": "http://127.0.0.1:1",
      ], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    #expect(parts.settings.retentionInterval == .seconds(3600))
    #expect(APIGatewayComposition.define(parts).background.map(\.name) == ["request log", "retention"])
  }
}

/// A clock on which every wait is over at once, until one too many is asked for.
private final class CountedSleeps: MonotonicClock {
  let slept = Mutex<[Duration]>([])
  private let allowed: Int

  init(allowed: Int) { self.allowed = allowed }

  func now() -> Duration { .zero }

  func sleep(for duration: Duration) async throws {
    let count = slept.withLock { slept in
      slept.append(duration)
      return slept.count
    }
    if count > allowed { throw CancellationError() }
  }
}
