internal import JSON
package import ServiceKit

/// What order-service says about a claimed purchase.
package enum PurchaseVerdict: Sendable, Hashable {
  /// A paid order of that user contains that product.
  case verified(orderID: Int)
  /// There is no such order.
  case unverified
}

/// Who knows what was bought.
package protocol PurchaseVerifier: Sendable {
  /// Checks a claim; `orderID` narrows it to one order. Throws `ServiceCallError` when nobody can tell.
  func verify(userUID: String, productID: Int, orderID: Int?) async throws -> PurchaseVerdict
}

/// Asks order-service.
///
/// Never remembered: an order can be cancelled at any moment.
package struct OrderServicePurchaseVerifier: PurchaseVerifier {
  private let client: ServiceClient

  /// Stands on a client of order-service.
  package init(client: ServiceClient) {
    self.client = client
  }

  package func verify(userUID: String, productID: Int, orderID: Int?) async throws -> PurchaseVerdict {
    var query = [("user_uid", userUID), ("product_id", String(productID))]
    if let orderID { query.append(("order_id", String(orderID))) }
    let reply = try await client.get("/purchases/verify", query: query)
    guard reply.status == 200 else { throw reply.unexpected("not a status of its contract") }
    let object = try reply.object()
    guard object["verified"]?.boolValue == true, let confirmed = object["order_id"]?.intValue else {
      return .unverified
    }
    return .verified(orderID: confirmed)
  }
}
