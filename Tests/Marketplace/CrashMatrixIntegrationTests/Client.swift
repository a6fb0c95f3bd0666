import HTTP
import JSON

/// What a client got.
struct Answer: Sendable {
  let status: Int
  let headers: HTTPHeaders
  let body: JSONValue

  /// The number of what was made or changed.
  var id: Int? { body["id"]?.intValue }
}

/// A buyer's client of order-service.
enum Client {
  /// Sends a request on a connection of its own; nil when the answer was lost.
  static func once(
    _ base: String, _ method: String, _ path: String, _ body: JSONValue? = nil, key: String? = nil
  ) async -> Answer? {
    // A client of its own per request, because a library may repeat one by itself on a connection that it reuses.
    let http = HTTPClient()
    defer { http.shutdown() }
    var headers = HTTPHeaders()
    if body != nil { headers.set("Content-Type", "application/json") }
    if let key { headers.set("Idempotency-Key", key) }
    let request = HTTPRequest(
      method: method, url: base + path, headers: headers, body: body?.utf8(.compact), timeout: .seconds(40))
    guard let response = try? await http.send(request) else { return nil }
    return Answer(
      status: response.status, headers: response.headers, body: (try? JSONValue(parsing: response.body)) ?? .null)
  }
}

/// The buyer of a stack, who orders two of product 1 and three of product 2 each time.
struct Buyer: Sendable {
  static let lines = [1: 2, 2: 3]

  let uid: String
  let orders: String

  /// Fills the shelves of a stack, and registers with its user-service.
  static func open(_ stack: MarketplaceStack) async throws -> Buyer {
    for product in lines.keys {
      let answer = await Client.once(stack.url(.productService), "PATCH", "/products/\(product)", ["stock": 100_000])
      guard answer?.status == 200 else { throw StackFailure(description: "product \(product) cannot be stocked") }
    }
    let answer = await Client.once(
      stack.url(.userService), "POST", "/users",
      ["email": "buyer@example.com", "password": "correct horse", "first_name": "B", "last_name": "Uyer"])
    guard let uid = answer?.body["uid"]?.stringValue else {
      throw StackFailure(description: "the buyer cannot register: \(answer?.body ?? .null)")
    }
    return Buyer(uid: uid, orders: stack.url(.orderService))
  }

  /// Orders.
  func order(key: String) async -> Answer? {
    let items = Self.lines.sorted { $0.key < $1.key }.map { line -> JSONValue in
      ["product_id": .number(JSONNumber(line.key)), "quantity": .number(JSONNumber(line.value))]
    }
    return await Client.once(
      orders, "POST", "/orders", ["user_uid": .string(uid), "items": .array(items)], key: key)
  }

  /// Cancels an order.
  func cancel(_ order: Int) async -> Answer? { await Client.once(orders, "POST", "/orders/\(order)/cancel") }

  /// Pays all of an order.
  func pay(_ order: Answer, key: String) async -> Answer? {
    await Client.once(
      orders, "POST", "/orders/\(order.id ?? 0)/payments", ["amount": order.body["total_amount"] ?? .null], key: key)
  }

  /// Refunds a payment.
  func refund(_ payment: Int, key: String) async -> Answer? {
    await Client.once(orders, "POST", "/payments/\(payment)/refund", key: key)
  }
}
