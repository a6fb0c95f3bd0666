internal import HTTP
internal import ServiceKit

extension ProductServiceAPI {
  func addStock(to router: inout Router) {
    router.post("/products/{id}/decrement-stock", operation: "decrementStock") { request in
      try await changeStock(request, .decrement)
    }
    router.post("/products/{id}/restore-stock", operation: "restoreStock") { request in
      try await changeStock(request, .restore)
    }
  }

  private func changeStock(
    _ request: ServiceRequest, _ operation: StockRequest.Operation
  ) async throws -> ServiceResponse {
    try request.caller.requireAdmin()
    let id = try request.pathID("id")
    let key = try IdempotencyKey.read(from: request)
    let stockRequest = try await request.decode { fields in
      StockRequest(
        productID: id, operation: operation,
        quantity: fields.integer("quantity", in: 1...1_000_000),
        orderID: fields.optionalInteger("order_id", in: 1...Int(Int32.max)),
        idempotencyKey: key,
        reverses: operation == .restore
          ? fields.optionalString("reverses", length: 1...255, rule: IdempotencyKey.rule) : nil)
    }
    if let key, stockRequest.reverses == key {
      throw Problem.unprocessable([
        FieldViolation(.parameter(IdempotencyKey.header), "must differ from reverses")
      ])
    }
    switch try await dependencies.stock.perform(stockRequest) {
    case .applied(let delta, let stock):
      return .json(stockRequest.json(delta: delta, stock: stock))
    case .short(let available):
      throw Problem.conflict(
        "Product \(id) has \(available) left, \(stockRequest.quantity) were asked for.", kind: "insufficient-stock")
    case .void:
      throw Problem.conflict("This decrement was taken back before it arrived.", kind: "decrement-reversed")
    case .full(let stock):
      throw Problem.conflict(
        "Product \(id) has \(stock); more than \(maximumStock) cannot be counted.", kind: "stock-ceiling")
    case .keyReused:
      throw Problem(
        status: 422, kind: "idempotency-key-reused", detail: "This Idempotency-Key belongs to a different request.",
        errors: [
          FieldViolation(.parameter(IdempotencyKey.header), "was used with other content before")
        ])
    case .reversesAnotherCall:
      throw Problem.conflict(
        "reverses does not name a decrement of product \(id) by \(stockRequest.quantity).", kind: "reversal-mismatch")
    case .unknownProduct:
      throw CatalogueError.unknownProduct(id: id)
    }
  }
}
