/// The services behind the gateway.
package enum Upstream: String, Sendable, Hashable, CaseIterable {
  /// Users and sessions.
  case users = "user-service"
  /// The catalogue and its reviews.
  case products = "product-service"
  /// Orders and payments.
  case orders = "order-service"
}
