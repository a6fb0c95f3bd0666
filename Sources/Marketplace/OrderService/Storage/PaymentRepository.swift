/// What a call that moves money came to.
package struct PaymentResult: Sendable, Hashable {
  /// The payment as it is now.
  package let payment: Payment
  /// Whether an earlier call with the same key did it.
  package let isReplay: Bool

  /// Puts a result together.
  package init(_ payment: Payment, isReplay: Bool) {
    self.payment = payment
    self.isReplay = isReplay
  }
}

/// Where payments are kept.
///
/// A call that carries a key acts once however often it is repeated; the key belongs to the order.
package protocol PaymentRepository: Sendable {
  /// One payment.
  func find(_ id: Int) async throws -> Payment?
  /// The payments of an order, oldest first.
  func list(orderID: Int) async throws -> [Payment]
  /// Charges the amount due and records the answer; an approved charge makes the order PAID. Throws ``OrderError``.
  func pay(
    _ orderID: Int, _ request: PaymentRequest, key: String?, through gateway: any PaymentGateway
  ) async throws -> PaymentResult
  /// Refunds a completed payment and with it the order, and enters a `releasing` saga; throws ``OrderError``.
  func refund(_ id: Int, key: String?, through gateway: any PaymentGateway) async throws -> PaymentResult
}
