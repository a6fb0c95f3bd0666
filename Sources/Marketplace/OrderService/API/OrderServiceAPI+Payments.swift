internal import HTTP
internal import JSON
internal import ServiceKit

extension OrderServiceAPI {
  func addPayments(to router: inout Router) {
    router.get("/orders/{id}/payments", operation: "listPayments", listPayments)
    router.post("/orders/{id}/payments", operation: "createPayment", createPayment)
    router.post("/payments/{id}/refund", operation: "refundPayment", refundPayment)
  }

  private func listPayments(_ request: ServiceRequest) async throws -> ServiceResponse {
    let id = try request.pathID("id")
    try request.readQuery { _ in }
    _ = try await order(id, for: request.caller)
    return .json(["items": .array(try await dependencies.payments.list(orderID: id).map(\.json))])
  }

  private func createPayment(_ request: ServiceRequest) async throws -> ServiceResponse {
    let id = try request.pathID("id")
    let key = try IdempotencyKey.read(from: request)
    let payment = try await request.decode { fields in
      PaymentRequest(
        amount: fields.money("amount"),
        method: fields.change("payment_method") { fields.choice($0, PaymentMethod.self) } ?? .card,
        currency: fields.change("currency") { fields.choice($0, Currency.self) } ?? .usDollar)
    }
    _ = try await order(id, for: request.caller)
    let result = try await dependencies.payments.pay(id, payment, key: key, through: dependencies.gateway)
    return Self.answer(result, status: 201)
  }

  private func refundPayment(_ request: ServiceRequest) async throws -> ServiceResponse {
    let id = try request.pathID("id")
    let key = try IdempotencyKey.read(from: request)
    guard let payment = try await dependencies.payments.find(id) else { throw OrderError.unknownPayment(id: id) }
    _ = try await order(payment.orderID, for: request.caller)
    let result = try await dependencies.payments.refund(id, key: key, through: dependencies.gateway)
    await settlement.settle(payment.orderID)
    return Self.answer(result, status: 200)
  }

  private static func answer(_ result: PaymentResult, status: Int) -> ServiceResponse {
    var response = ServiceResponse.json(result.payment.json, status: status)
    response.headers.set(IdempotencyKey.replayHeader, result.isReplay ? "true" : "false")
    return response
  }
}
