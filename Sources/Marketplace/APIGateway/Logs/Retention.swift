package import Logging
package import RFC3339
package import ServiceKit

/// Removes requests and events that were kept as long as they may be.
package struct Retention: Sendable {
  /// How long a row of `api_logs` is kept: 30 days, in seconds.
  package static let requests: Int64 = 30 * 24 * 3600

  /// How long a row of `analytics_events` is kept: 90 days, in seconds.
  package static let events: Int64 = 90 * 24 * 3600

  /// The number of rows in one statement, so that none holds locks for long.
  static let batch = 5000

  private let store: any GatewayStore
  private let wallClock: any WallClock
  private let clock: any MonotonicClock
  private let interval: Duration
  private let logger: Logger

  /// Removes what is due every `interval`.
  package init(
    store: any GatewayStore, wallClock: any WallClock = SystemWallClock(),
    clock: any MonotonicClock = SystemMonotonicClock(), interval: Duration, logger: Logger
  ) {
    self.store = store
    self.wallClock = wallClock
    self.clock = clock
    self.interval = interval
    self.logger = logger
  }

  /// Works until the task is cancelled, for the first time after one interval: a start has more urgent things to do.
  package func run() async throws {
    while !Task.isCancelled {
      try await clock.sleep(for: interval)
      await removeDue()
    }
  }

  /// Removes what is due now; what fails is due again next time.
  package func removeDue() async {
    let now = wallClock.now()
    do throws(GatewayStoreError) {
      while try await store.removeRequests(before: now.adding(seconds: -Self.requests), limit: Self.batch)
        == Self.batch
      {}
      while try await store.removeEvents(before: now.adding(seconds: -Self.events), limit: Self.batch) == Self.batch {}
    } catch {
      if !Task.isCancelled { logger.warning("old rows stay for now: \(error)") }
    }
  }
}
