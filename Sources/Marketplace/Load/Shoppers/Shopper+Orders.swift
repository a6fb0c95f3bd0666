internal import HTTP
internal import JSON
private import ServiceKit

extension Shopper {
  mutating func placeOrder(of products: [Int]) -> Step<Shopper> {
    let items = products.map {
      JSONValue.object(["product_id": .integer($0), "quantity": .integer(choices.number(1...3))])
    }
    let body: JSONValue = [
      "user_uid": .string(uid), "items": .array(items),
      "payment_method": .string(choices.one(of: ["card", "paypal", "bank_transfer"])),
      "shipping_method": .string(choices.one(of: ["standard", "express", "pickup"])),
    ]
    let (key, wanted, uid) = (newKey(), Self.lines(items), uid)
    let promise = AnswerPromise(
      status: 201,
      flaw: { order, headers in
        if headers["Idempotency-Replayed"] != "false" { return "it is said to be a replay" }
        return ContentChecks.members(["user_uid": .string(uid), "status": "PENDING", "payment_status": "pending"])(
          order)
          ?? (Self.lines(order["items"]?.arrayValue ?? []) == wanted ? nil : "its items are not those ordered")
          ?? ContentChecks.sums(of: order)
      })
    return Step(
      call: LoadCall(.createOrder, "POST", "/api/orders", token: token, idempotencyKey: key, body: body),
      promise: orderPromise(promise, products: products),
      learn: { shopper, order in
        guard let id = order["id"]?.intValue, let total = order["total_amount"]?.stringValue else { return }
        shopper.remember(PlacedOrder(id: id, total: total, products: products))
        shopper.lastRequest = OrderRequest(key: key, body: body, orderID: id)
      })
  }

  /// Sold out is part of the game always, 404 when a product is being taken away, and nothing else when it is gone.
  private func orderPromise(_ promise: AnswerPromise, products: [Int]) -> AnswerPromise {
    let shop = shop
    let isHopeless = products.contains { shop.fate(of: $0) == .gone }
    return AnswerPromise(
      status: isHopeless ? nil : promise.status,
      allows: { refusal in
        refusal == .soldOut
          || (refusal == .notFound && products.contains { shop.fate(of: $0) != .forSale })
      }, flaw: promise.flaw)
  }

  /// Product and quantity of each item.
  private static func lines(_ items: [JSONValue]) -> [Int: Int] {
    Dictionary(items.map { ($0["product_id"]?.intValue ?? 0, $0["quantity"]?.intValue ?? 0) }) { $0 + $1 }
  }

  /// The very same request again: the same order must come back.
  func repeatOrder() -> Step<Shopper> {
    let (uid, known) = (uid, lastRequest)
    return Step(
      call: LoadCall(
        .createOrder, "POST", "/api/orders", token: token, idempotencyKey: known?.key, body: known?.body),
      promise: AnswerPromise(
        status: 201,
        flaw: { order, headers in
          if headers["Idempotency-Replayed"] != "true" { return "it is not said to be a replay" }
          return ContentChecks.members([
            "id": known.map { .integer($0.orderID) } ?? .null, "user_uid": .string(uid),
          ])(order)
        }))
  }

  mutating func pay(declined: Bool) -> Step<Shopper> {
    let order = choices.one(of: orders.filter { !$0.isPaid })
    let shop = shop
    return Step(
      call: LoadCall(
        .createPayment, "POST", "/api/orders/\(order.id)/payments", token: token,
        body: ["amount": .string(order.total), "payment_method": declined ? "declined_card" : "card"]),
      promise: .success(
        201,
        flaw: ContentChecks.members([
          "order_id": .integer(order.id), "amount": .string(order.total),
          "status": declined ? "FAILED" : "COMPLETED",
        ])),
      learn: { shopper, payment in
        guard !declined, let index = shopper.orders.firstIndex(where: { $0.id == order.id }) else { return }
        shopper.orders[index].paymentID = payment["id"]?.intValue
        shop.add(shipment: Shop.Shipment(orderID: order.id, status: "PAID"))
      })
  }

  /// Cancels an order; one that the administrator shipped meanwhile stays.
  mutating func cancel() -> Step<Shopper> {
    let order = choices.one(of: orders)
    return Step(
      call: LoadCall(.cancelOrder, "POST", "/api/orders/\(order.id)/cancel", token: token),
      promise: AnswerPromise(
        status: 200, allows: { $0 == .illegalStep && order.isPaid },
        flaw: { body, _ in
          ContentChecks.members(["id": .integer(order.id), "status": "CANCELLED"])(body)
        }),
      learn: { shopper, _ in shopper.forget(order: order.id) },
      learnRefusal: { shopper, _ in shopper.forget(order: order.id) })
  }

  mutating func refund() -> Step<Shopper> {
    let order = choices.one(of: orders.filter(\.isPaid))
    return Step(
      call: LoadCall(.refundPayment, "POST", "/api/payments/\(order.paymentID ?? 0)/refund", token: token),
      promise: .success(
        200, flaw: ContentChecks.members(["order_id": .integer(order.id), "status": "REFUNDED"])),
      learn: { shopper, _ in shopper.forget(order: order.id) })
  }

  mutating func viewOrder() -> Step<Shopper> {
    let order = choices.one(of: orders)
    let uid = uid
    return Step(
      call: LoadCall(.getOrder, "GET", "/api/orders/\(order.id)", token: token),
      promise: .success(200) { body in
        ContentChecks.members([
          "id": .integer(order.id), "user_uid": .string(uid), "total_amount": .string(order.total),
        ])(body) ?? ContentChecks.sums(of: body)
      })
  }

  func listOrders() -> Step<Shopper> {
    Step(
      call: LoadCall(.listOrders, "GET", "/api/orders?user_uid=\(uid)", token: token),
      promise: .success(200, flaw: ContentChecks.page(limit: 20, ContentChecks.members(["user_uid": .string(uid)]))))
  }

  mutating func listPayments() -> Step<Shopper> {
    let order = choices.one(of: orders)
    return Step(
      call: LoadCall(.listPayments, "GET", "/api/orders/\(order.id)/payments", token: token),
      promise: .success(200, flaw: ContentChecks.list(ContentChecks.members(["order_id": .integer(order.id)]))))
  }
}
