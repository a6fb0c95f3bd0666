/// What an order still owes to product-service.
package enum SagaPhase: String, Sendable {
  /// Stock is being taken for a new order.
  case placing
  /// The placement failed; what was taken must come back.
  case undoing
  /// A cancelled or refunded order gives its stock back.
  case releasing
}

/// A saga that somebody claimed to work on.
package struct ClaimedSaga: Sendable, Hashable {
  /// The order it belongs to.
  package let orderID: Int
  /// What is owed.
  package let phase: SagaPhase
  /// How often it has been claimed, this time included.
  package let attempts: Int

  /// Puts a claim together.
  package init(orderID: Int, phase: SagaPhase, attempts: Int) {
    self.orderID = orderID
    self.phase = phase
    self.attempts = attempts
  }
}

/// Where sagas are kept: in the order database, so that they survive whatever happens to this process.
package protocol SagaRepository: Sendable {
  /// Ends a `placing` saga: the order stands. `false` when it was given up on in the meantime.
  func completePlacement(_ orderID: Int) async throws -> Bool
  /// Turns a `placing` saga into an `undoing` one and its order into CANCELLED, in one step.
  ///
  /// Products in `untouched` certainly gave nothing and will give nothing. `false` when the saga was no longer `placing`.
  func abandonPlacement(_ orderID: Int, untouched: Set<Int>) async throws -> Bool
  /// Claims overdue sagas, most overdue first, skipping those that somebody else is claiming.
  func claimDue(limit: Int) async throws -> [ClaimedSaga]
  /// Claims the saga of one order, due or not; `nil` when it has none.
  func claim(_ orderID: Int) async throws -> ClaimedSaga?
  /// The products for which something is still owed.
  func openSteps(_ orderID: Int) async throws -> [OrderRequest.Line]
  /// Records that nothing is owed for a product any more, and how many units came back.
  func settle(_ orderID: Int, productID: Int, returned: Int) async throws
  /// Ends a saga whose steps are all settled. An order that was never placed and took nothing disappears with it.
  func finish(_ orderID: Int) async throws
  /// Makes a claimed saga due again after a while, with the reason.
  func postpone(_ orderID: Int, by delay: Duration, reason: String) async throws
}
