/// Where payments are kept.
package protocol PaymentRepository: Sendable {
  /// One payment.
  func find(_ id: Int) async throws -> Payment?
  /// The payments of an order, oldest first.
  func list(orderID: Int) async throws -> [Payment]
  /// Charges the amount due and records the answer; an approved charge makes the order PAID. Throws ``OrderError``.
  func pay(_ orderID: Int, _ request: PaymentRequest, through gateway: any PaymentGateway) async throws -> Payment
  /// Refunds a completed payment and with it the order, and enters a `releasing` saga; throws ``OrderError``.
  func refund(_ id: Int, through gateway: any PaymentGateway) async throws -> Payment
}
