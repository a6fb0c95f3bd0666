package import Logging
package import ServiceKit

/// Finds sagas that are overdue, in this process's past or another's, and settles them.
package struct SagaWorker: Sendable {
  private let sagas: any SagaRepository
  private let settlement: SagaSettlement
  private let clock: any MonotonicClock
  private let interval: Duration
  private let logger: Logger

  private static let batch = 20

  /// Looks for overdue sagas every `interval`.
  package init(
    sagas: any SagaRepository, settlement: SagaSettlement, clock: any MonotonicClock, interval: Duration,
    logger: Logger
  ) {
    self.sagas = sagas
    self.settlement = settlement
    self.clock = clock
    self.interval = interval
    self.logger = logger
  }

  /// Works until the task is cancelled.
  package func run() async throws {
    while !Task.isCancelled {
      let found = await settleDue()
      // A full batch means that there is probably more.
      if found < Self.batch { try await clock.sleep(for: interval) }
    }
  }

  /// Settles what is due now; returns how many sagas there were.
  @discardableResult
  package func settleDue() async -> Int {
    do {
      let due = try await sagas.claimDue(limit: Self.batch)
      for saga in due { await settlement.settle(saga) }
      return due.count
    } catch {
      if !Task.isCancelled { logger.warning("sagas not read", metadata: ["error": "\(error)"]) }
      return 0
    }
  }
}
