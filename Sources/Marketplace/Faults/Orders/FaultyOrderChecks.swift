internal import OrderService
internal import Postgres
internal import ServiceKit

/// Takes an order that stands for a purchase, paid or not.
struct VerifiesUnpaid: FaultyOrders {
  let sound: any OrderRepository
  let database: ServiceDatabase

  func purchase(userUID: String, productID: Int, orderID: Int?) async throws -> Int? {
    try await database.query(
      """
      SELECT MAX(o.id) AS id FROM orders o JOIN order_items i ON i.order_id = o.id
      WHERE o.user_uid = \(userUID)::text AND i.product_id = \(productID)::int
        AND (\(orderID)::int IS NULL OR o.id = \(orderID)::int)
      """
    ).first?["id"].decode(Int?.self)
  }
}

/// Takes whatever amount is offered for the whole.
struct TakesAnyAmount: FaultyPayments {
  let sound: any PaymentRepository
  let database: ServiceDatabase

  func pay(
    _ orderID: Int, _ request: PaymentRequest, key: String?, through gateway: any PaymentGateway
  ) async throws -> PaymentResult {
    do {
      return try await sound.pay(orderID, request, key: key, through: gateway)
    } catch OrderError.amountMismatch(let due) {
      let whole = PaymentRequest(amount: due, method: request.method, currency: request.currency)
      let paid = try await sound.pay(orderID, whole, key: key, through: gateway).payment
      _ = try await database.query(
        "UPDATE payments SET amount = \(request.amount.description)::numeric WHERE id = \(paid.id)::int")
      guard let changed = try await sound.find(paid.id) else { throw OrderError.unknownPayment(id: paid.id) }
      return PaymentResult(changed, isReplay: false)
    }
  }
}

/// Takes every payment for a new one.
struct ForgetsPaymentKeys: FaultyPayments {
  let sound: any PaymentRepository

  func pay(
    _ orderID: Int, _ request: PaymentRequest, key: String?, through gateway: any PaymentGateway
  ) async throws -> PaymentResult { try await sound.pay(orderID, request, key: nil, through: gateway) }

  func refund(_ id: Int, key: String?, through gateway: any PaymentGateway) async throws -> PaymentResult {
    try await sound.refund(id, key: nil, through: gateway)
  }
}

/// Knows no order in which the states of an order follow each other.
struct AllowsAnyStep: FaultyOrders {
  let sound: any OrderRepository
  let database: ServiceDatabase

  func advance(_ id: Int, to status: OrderStatus, trackingNumber: String?) async throws -> Order {
    do {
      return try await sound.advance(id, to: status, trackingNumber: trackingNumber)
    } catch OrderError.illegalStep {
      _ = try await database.query(
        "UPDATE orders SET status = \(status.rawValue)::text WHERE id = \(id)::int")
      guard let order = try await sound.find(id) else { throw OrderError.unknownOrder(id: id) }
      return order
    }
  }
}

/// Takes every order for a new one.
struct ForgetsOrderKeys: FaultyOrders {
  let sound: any OrderRepository

  func find(idempotencyKey key: String, of request: OrderRequest) -> Order? { nil }

  func enter(_ order: PricedOrder, for request: OrderRequest, key: String?) async throws -> PlacementStart {
    try await sound.enter(order, for: request, key: nil)
  }
}

/// Leaves out the order that a page begins with.
struct SkipsBetweenPages: FaultyOrders {
  let sound: any OrderRepository

  func list(_ filter: OrderFilter, below id: Int?, limit: Int) async throws -> [Order] {
    let found = try await sound.list(filter, below: id, limit: id == nil ? limit : limit + 1)
    return id == nil ? found : Array(found.dropFirst())
  }
}
