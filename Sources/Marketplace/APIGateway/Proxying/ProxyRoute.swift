/// One operation that the gateway passes on, at `/api` plus the path it has at its service.
///
/// The list is the whole surface: what is missing here, such as the stock operations that only services use among
/// themselves, does not exist for clients.
struct ProxyRoute: Sendable {
  let method: String
  let path: String
  let operation: String
  let upstream: Upstream
  let access: AccessRule
  let masked: Set<String>

  private init(
    _ method: String, _ path: String, _ operation: String, _ upstream: Upstream, _ access: AccessRule,
    masked: Set<String> = []
  ) {
    self.method = method
    self.path = path
    self.operation = operation
    self.upstream = upstream
    self.access = access
    self.masked = masked
  }

  static let all: [ProxyRoute] = users + sessions + catalogue + reviews + orders

  private static let users: [ProxyRoute] = [
    .init("POST", "/users", "registerUser", .users, .anyone),
    .init("GET", "/users", "listUsers", .users, .administrators),
    .init("GET", "/users/{uid}", "getUser", .users, .user(namedBy: "uid")),
    .init("PATCH", "/users/{uid}", "updateUser", .users, .user(namedBy: "uid")),
    .init("DELETE", "/users/{uid}", "deleteUser", .users, .user(namedBy: "uid")),
    .init("GET", "/users/{uid}/sessions", "listUserSessions", .users, .user(namedBy: "uid")),
    .init("DELETE", "/users/{uid}/sessions", "endUserSessions", .users, .user(namedBy: "uid")),
  ]

  private static let sessions: [ProxyRoute] = [
    .init("POST", "/sessions", "createSession", .users, .anyone),
    .init("GET", "/sessions/{token}", "getSession", .users, .signedIn, masked: ["token"]),
    .init("DELETE", "/sessions/{token}", "endSession", .users, .signedIn, masked: ["token"]),
  ]

  private static let catalogue: [ProxyRoute] = [
    .init("GET", "/categories", "listCategories", .products, .anyone),
    .init("GET", "/categories/tree", "getCategoryTree", .products, .anyone),
    .init("GET", "/categories/{id}", "getCategory", .products, .anyone),
    .init("POST", "/categories", "createCategory", .products, .administrators),
    .init("PATCH", "/categories/{id}", "updateCategory", .products, .administrators),
    .init("DELETE", "/categories/{id}", "deleteCategory", .products, .administrators),
    .init("GET", "/products", "listProducts", .products, .anyone),
    .init("GET", "/products/{id}", "getProduct", .products, .anyone),
    .init("POST", "/products", "createProduct", .products, .administrators),
    .init("PATCH", "/products/{id}", "updateProduct", .products, .administrators),
    .init("DELETE", "/products/{id}", "deleteProduct", .products, .administrators),
  ]

  private static let reviews: [ProxyRoute] = [
    .init("GET", "/products/{id}/reviews", "listReviews", .products, .anyone),
    .init("POST", "/products/{id}/reviews", "createReview", .products, .signedIn),
    .init("GET", "/reviews/{id}", "getReview", .products, .anyone),
    .init("PATCH", "/reviews/{id}", "updateReview", .products, .signedIn),
    .init("DELETE", "/reviews/{id}", "deleteReview", .products, .signedIn),
    .init("POST", "/reviews/{id}/approve", "approveReview", .products, .administrators),
  ]

  private static let orders: [ProxyRoute] = [
    .init("POST", "/orders", "createOrder", .orders, .signedIn),
    .init("GET", "/orders", "listOrders", .orders, .signedIn),
    .init("GET", "/orders/{id}", "getOrder", .orders, .signedIn),
    .init("PATCH", "/orders/{id}/status", "updateOrderStatus", .orders, .administrators),
    .init("POST", "/orders/{id}/cancel", "cancelOrder", .orders, .signedIn),
    .init("POST", "/orders/{id}/payments", "createPayment", .orders, .signedIn),
    .init("GET", "/orders/{id}/payments", "listPayments", .orders, .signedIn),
    .init("POST", "/payments/{id}/refund", "refundPayment", .orders, .signedIn),
  ]
}
