package import Logging
internal import ServiceKit

/// Pays what an order owes to product-service: units that must come back.
///
/// Every step is idempotent at both ends, so it may be repeated, interrupted anywhere, or done by two at once.
package struct SagaSettlement: Sendable {
  private let sagas: any SagaRepository
  private let catalogue: any Catalogue
  private let logger: Logger

  /// Puts the parts together.
  package init(sagas: any SagaRepository, catalogue: any Catalogue, logger: Logger) {
    self.sagas = sagas
    self.catalogue = catalogue
    self.logger = logger
  }

  /// Settles the saga of one order now, if it has one.
  ///
  /// Never throws: what fails is due again later.
  package func settle(_ orderID: Int) async {
    do {
      if let saga = try await sagas.claim(orderID) { await settle(saga) }
    } catch {
      logger.error("saga not claimed", metadata: ["order_id": "\(orderID)", "error": "\(error)"])
    }
  }

  /// Settles a claimed saga.
  ///
  /// Never throws: what fails is due again later.
  package func settle(_ saga: ClaimedSaga) async {
    do {
      if saga.phase == .placing {
        // Past its lease: whoever was placing the order died or hangs, and cannot complete it after this.
        guard try await sagas.abandonPlacement(saga.orderID, untouched: []) else { return }
      }
      for step in try await sagas.openSteps(saga.orderID) {
        let returned =
          saga.phase == .releasing
          ? try await catalogue.giveBack(step, orderID: saga.orderID)
          : try await catalogue.undoTake(step, orderID: saga.orderID)
        try await sagas.settle(saga.orderID, productID: step.productID, returned: returned)
      }
      try await sagas.finish(saga.orderID)
    } catch {
      let delay = Self.delay(afterAttempt: saga.attempts)
      logger.warning(
        "saga postponed",
        metadata: [
          "order_id": "\(saga.orderID)", "phase": "\(saga.phase.rawValue)", "attempt": "\(saga.attempts)",
          "again_in": "\(delay)", "error": "\(error)",
        ])
      try? await sagas.postpone(saga.orderID, by: delay, reason: "\(error)")
    }
  }

  /// How long to wait after a failed attempt: a quarter of a second, doubling up to half a minute.
  package static func delay(afterAttempt attempt: Int) -> Duration {
    min(.milliseconds(250) * (1 << min(max(attempt, 1) - 1, 10)), .seconds(30))
  }
}
