import JSON
import ServiceTesting
import Testing
import WholeMarketplace

/// Every operation with who may use it and a request that succeeds for those who may.
enum AccessMatrix {
  /// Who may use an operation.
  enum Policy {
    /// Anyone, whatever the token is worth.
    case open
    /// Anyone, but a token that is sent must be good.
    case identified
    /// The owner and administrators.
    case owned
    /// Administrators.
    case administrators
  }

  /// One operation.
  struct Row: Sendable, CustomTestStringConvertible {
    let services: Set<WholeMarketplace.Service>
    let method: String
    let operation: String
    let policy: Policy
    let success: Int
    let isGatewaysOwn: Bool
    let request: @Sendable (Estate) -> (path: String, body: JSONValue?)

    var testDescription: String { operation }
  }

  static let rows = users + sessions + categories + products + reviews + orders + payments + gateway + health

  private static func row(
    _ service: WholeMarketplace.Service?, _ method: String, _ operation: String, _ policy: Policy, _ success: Int,
    isHidden: Bool = false, _ body: @escaping @Sendable (Estate) -> JSONValue? = { _ in nil },
    at path: @escaping @Sendable (Estate) -> String
  ) -> Row {
    let services: Set<WholeMarketplace.Service> = service.map { isHidden ? [$0] : [$0, .gateway] } ?? [.gateway]
    return Row(
      services: services, method: method, operation: operation, policy: policy, success: success,
      isGatewaysOwn: false
    ) { (path($0), body($0)) }
  }

  private static let users = [
    row(.users, "POST", "registerUser", .open, 201) {
      registration($0)
    } at: { _ in
      "/users"
    },
    row(.users, "GET", "listUsers", .administrators, 200) { _ in "/users?limit=1" },
    row(.users, "GET", "getUser", .owned, 200) { "/users/\($0.owner.uid)" },
    row(.users, "PATCH", "updateUser", .owned, 200) { _ in
      ["first_name": "New"]
    } at: {
      "/users/\($0.owner.uid)"
    },
    row(.users, "DELETE", "deleteUser", .owned, 204) { "/users/\($0.owner.uid)" },
    row(.users, "GET", "listUserSessions", .owned, 200) { "/users/\($0.owner.uid)/sessions" },
    row(.users, "DELETE", "endUserSessions", .owned, 204) { "/users/\($0.owner.uid)/sessions" },
  ]

  private static let sessions = [
    row(.users, "POST", "createSession", .open, 201) {
      ["email": .string($0.owner.email), "password": .string($0.owner.password)]
    } at: { _ in
      "/sessions"
    },
    row(.users, "GET", "getSession", .owned, 200) { "/sessions/\($0.owner.session)" },
    row(.users, "DELETE", "endSession", .owned, 204) { "/sessions/\($0.owner.session)" },
  ]

  private static let categories = [
    row(.products, "GET", "listCategories", .open, 200) { _ in "/categories?limit=1" },
    row(.products, "GET", "getCategoryTree", .open, 200) { _ in "/categories/tree" },
    row(.products, "GET", "getCategory", .open, 200) { "/categories/\($0.category)" },
    row(.products, "POST", "createCategory", .administrators, 201) {
      ["name": "C", "slug": .string(unique($0))]
    } at: {
      _ in
      "/categories"
    },
    row(.products, "PATCH", "updateCategory", .administrators, 200) { _ in
      ["name": "New"]
    } at: {
      "/categories/\($0.category)"
    },
    // A category that holds products cannot go: the operation is allowed and refused by the state.
    row(.products, "DELETE", "deleteCategory", .administrators, 409) { "/categories/\($0.category)" },
  ]

  private static let products = [
    row(.products, "GET", "listProducts", .open, 200) { _ in "/products?limit=1" },
    row(.products, "GET", "getProduct", .open, 200) { "/products/\($0.product)" },
    row(.products, "POST", "createProduct", .administrators, 201) {
      ["name": "P", "price": "1.00", "sku": .string(unique($0))]
    } at: { _ in
      "/products"
    },
    row(.products, "PATCH", "updateProduct", .administrators, 200) { _ in
      ["stock": 1]
    } at: {
      "/products/\($0.product)"
    },
    row(.products, "DELETE", "deleteProduct", .administrators, 204) { "/products/\($0.product)" },
    row(.products, "POST", "decrementStock", .administrators, 200, isHidden: true) { _ in
      ["quantity": 1]
    } at: {
      "/products/\($0.product)/decrement-stock"
    },
    row(.products, "POST", "restoreStock", .administrators, 200, isHidden: true) { _ in
      ["quantity": 1]
    } at: {
      "/products/\($0.product)/restore-stock"
    },
  ]

  private static let reviews = [
    row(.products, "GET", "listReviews", .open, 200) { "/products/\($0.product)/reviews" },
    row(.products, "GET", "getReview", .open, 200) { "/reviews/\($0.review)" },
    row(.products, "POST", "createReview", .owned, 201) {
      ["user_uid": .string($0.owner.uid), "rating": 1]
    } at: {
      "/products/\($0.unreviewed)/reviews"
    },
    row(.products, "PATCH", "updateReview", .owned, 200) { _ in
      ["title": "New"]
    } at: {
      "/reviews/\($0.review)"
    },
    row(.products, "DELETE", "deleteReview", .owned, 204) { "/reviews/\($0.review)" },
    row(.products, "POST", "approveReview", .administrators, 200) { "/reviews/\($0.review)/approve" },
  ]

  private static let orders = [
    row(.orders, "POST", "createOrder", .owned, 201) {
      [
        "user_uid": .string($0.owner.uid),
        "items": [["product_id": .number(JSONNumber($0.unreviewed)), "quantity": 1]],
      ]
    } at: { _ in
      "/orders"
    },
    row(.orders, "GET", "listOrders", .owned, 200) { "/orders?user_uid=\($0.owner.uid)" },
    row(.orders, "GET", "getOrder", .owned, 200) { "/orders/\($0.openOrder)" },
    row(.orders, "PATCH", "updateOrderStatus", .administrators, 200) { _ in
      ["status": "PROCESSING"]
    } at: {
      "/orders/\($0.paidOrder)/status"
    },
    row(.orders, "POST", "cancelOrder", .owned, 200) { "/orders/\($0.openOrder)/cancel" },
    row(.orders, "GET", "verifyPurchase", .owned, 200, isHidden: true) {
      "/purchases/verify?user_uid=\($0.owner.uid)&product_id=\($0.product)"
    },
  ]

  private static let payments = [
    row(.orders, "POST", "createPayment", .owned, 201) {
      ["amount": .string($0.amountDue)]
    } at: {
      "/orders/\($0.openOrder)/payments"
    },
    row(.orders, "GET", "listPayments", .owned, 200) { "/orders/\($0.paidOrder)/payments" },
    row(.orders, "POST", "refundPayment", .owned, 200) { "/payments/\($0.payment)/refund" },
  ]

  private static let gateway = [
    row(nil, "POST", "recordEvent", .identified, 201) { _ in
      ["event_name": "seen"]
    } at: { _ in
      "/analytics/events"
    },
    row(nil, "GET", "getAnalyticsSummary", .administrators, 200) { _ in "/analytics/summary" },
    row(nil, "GET", "listLogs", .administrators, 200) { _ in "/logs?limit=1" },
  ]

  private static let health = [("getHealth", "/health"), ("getReadiness", "/ready")].map { operation, path in
    Row(
      services: Set(WholeMarketplace.Service.allCases), method: "GET", operation: operation, policy: .open,
      success: 200, isGatewaysOwn: true
    ) { _ in (path, nil) }
  }

  private static func registration(_ estate: Estate) -> JSONValue {
    [
      "email": .string("\(unique(estate))@example.com"), "password": "long enough", "first_name": "A",
      "last_name": "B",
    ]
  }

  private static func unique(_ estate: Estate) -> String {
    "\(estate.marker)-\(UInt64.random(in: 0...UInt64.max))"
  }
}
