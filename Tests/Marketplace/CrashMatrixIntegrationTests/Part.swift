/// What the marketplace of these tests is made of; each part stands behind a relay.
enum Part: String, CaseIterable, Sendable {
  case userStore = "user store"
  case orderDatabase = "order database"
  case productDatabase = "product database"
  case userService = "user-service"
  case productService = "product-service"
  case orderService = "order-service"

  /// The services, which are processes of the program under test.
  static let services: [Part] = [.userService, .productService, .orderService]
}

/// A way from a service to what it depends on.
enum Link: CaseIterable, Sendable {
  case ordersToUsers, ordersToProducts, ordersToDatabase, productsToDatabase, usersToStore

  /// Who asks.
  var caller: Part {
    switch self {
    case .ordersToUsers, .ordersToProducts, .ordersToDatabase: .orderService
    case .productsToDatabase: .productService
    case .usersToStore: .userService
    }
  }

  /// Who is asked.
  var dependency: Part {
    switch self {
    case .ordersToUsers: .userService
    case .ordersToProducts: .productService
    case .ordersToDatabase: .orderDatabase
    case .productsToDatabase: .productDatabase
    case .usersToStore: .userStore
    }
  }

  /// Every way to fail that makes sense here.
  var failures: [Failure] {
    switch self {
    case .ordersToUsers, .ordersToProducts: Failure.allCases
    case .ordersToDatabase, .productsToDatabase: Failure.allCases.filter { !$0.isAnswer }
    // The embedded store keeps its data in memory, so it does not survive its death as the real one does.
    case .usersToStore: Failure.allCases.filter { $0 != .diesBefore && $0 != .diesAfter }
    }
  }
}
