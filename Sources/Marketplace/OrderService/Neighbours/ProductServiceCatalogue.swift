internal import JSON
package import ServiceKit

/// The catalogue over HTTP.
///
/// Products are remembered for a few seconds, and forgotten when this service moves their stock.
package struct ProductServiceCatalogue: Catalogue {
  private let client: ServiceClient
  private let cache: TTLCache<Int, CatalogueProduct>

  /// Stands on a client of product-service.
  package init(client: ServiceClient, cache: TTLCache<Int, CatalogueProduct>) {
    self.client = client
    self.cache = cache
  }

  package func product(_ id: Int, fresh: Bool) async throws -> CatalogueProduct? {
    if fresh { cache.invalidate(id) }
    return try await cache.value(for: id) { () async throws -> CatalogueProduct? in
      let reply = try await client.get("/products/\(id)")
      switch reply.status {
      case 200: return try Self.product(reply)
      case 404: return nil
      default: throw reply.unexpected("not a status of its contract")
      }
    }
  }

  package func take(_ line: OrderRequest.Line, orderID: Int) async throws -> TakeOutcome {
    defer { cache.invalidate(line.productID) }
    let reply = try await send(
      "decrement-stock", line, orderID: orderID, key: Self.takeKey(orderID, line.productID))
    switch reply.status {
    case 200:
      guard try Self.delta(reply) == -line.quantity else { throw reply.unexpected("not the change that was asked for") }
      return .taken
    case 404: return .unknownProduct
    case 409:
      let type = try reply.object()["type"]?.stringValue ?? ""
      return type.hasSuffix("decrement-reversed") ? .reversed : .short
    default: throw reply.unexpected("not a status of its contract")
    }
  }

  package func undoTake(_ line: OrderRequest.Line, orderID: Int) async throws -> Int {
    let key = Self.takeKey(orderID, line.productID)
    return try await restore(line, orderID: orderID, key: key + "-undo", reverses: key)
  }

  package func giveBack(_ line: OrderRequest.Line, orderID: Int) async throws -> Int {
    try await restore(line, orderID: orderID, key: Self.takeKey(orderID, line.productID) + "-restore", reverses: nil)
  }

  /// The idempotency key of taking a product's units for an order.
  package static func takeKey(_ orderID: Int, _ productID: Int) -> String {
    "order-\(orderID)-product-\(productID)"
  }

  private func restore(
    _ line: OrderRequest.Line, orderID: Int, key: String, reverses: String?
  ) async throws -> Int {
    defer { cache.invalidate(line.productID) }
    let reply = try await send("restore-stock", line, orderID: orderID, key: key, reverses: reverses)
    switch reply.status {
    case 200: return try Self.delta(reply)
    // The product is gone for good, and its stock with it: nothing is left to put right.
    case 404: return 0
    default: throw reply.unexpected("not a status of its contract")
    }
  }

  private func send(
    _ action: String, _ line: OrderRequest.Line, orderID: Int, key: String, reverses: String? = nil
  ) async throws -> ServiceReply {
    var body: JSONObject = ["quantity": .integer(line.quantity), "order_id": .integer(orderID)]
    if let reverses { body["reverses"] = .string(reverses) }
    return try await client.send(
      "POST", "/products/\(line.productID)/\(action)", json: .object(body), idempotencyKey: key)
  }

  private static func delta(_ reply: ServiceReply) throws -> Int {
    guard let delta = try reply.object()["delta"]?.intValue else { throw reply.unexpected("not a change of stock") }
    return delta
  }

  private static func product(_ reply: ServiceReply) throws -> CatalogueProduct {
    let object = try reply.object()
    guard let id = object["id"]?.intValue, let name = object["name"]?.stringValue,
      let price = object["price"]?.stringValue.flatMap(Money.init), let stock = object["stock"]?.intValue,
      let status = object["status"]?.stringValue
    else { throw reply.unexpected("not a product") }
    return CatalogueProduct(id: id, name: name, price: price, stock: stock, isActive: status == "active")
  }
}
