import HTTP
import JSON
import Postgres
import ProductService
import RFC3339
import ScratchPostgres
import ServiceKit
import ServiceTesting
import Synchronization
import Testing

/// product-service on a database of its own, its neighbours replaced by ones that the test commands.
final class CatalogueFixture: Sendable {
  let router: Router
  let pool: PostgresPool
  let neighbours = Neighbours()

  init() async throws {
    pool = PostgresPool(try await ScratchServer.database(from: "product-service-init.sql"), maximum: 12)
    let database = ServiceDatabase(pool: pool)
    let clock = SystemWallClock()
    router = ProductServiceAPI(
      ProductServiceDependencies(
        categories: PostgresCategoryRepository(database: database, clock: clock),
        products: PostgresProductRepository(database: database, clock: clock),
        stock: PostgresStockRepository(database: database, clock: clock),
        reviews: PostgresReviewRepository(database: database, clock: clock),
        users: neighbours, purchases: neighbours)
    ).router()
  }

  /// Sends a request.
  @discardableResult
  func call(
    _ method: String, _ target: String, _ body: JSONValue? = nil, headers: [(String, String)] = []
  ) async throws -> Answer {
    try await router.call(method, target, body, headers: headers)
  }

  func count(_ sql: SQL) async throws -> Int {
    try await pool.withConnection { try await $0.query(sql).rows }.first?[0].decode(Int.self) ?? 0
  }

  /// The rule that the audit checks: the ledger explains the stock of every product.
  func ledgerExplainsStock() async throws -> Bool {
    try await count(
      """
      SELECT COUNT(*) FROM products p
      WHERE stock <> (SELECT COALESCE(SUM(delta), 0) FROM stock_movements m WHERE m.product_id = p.id) OR stock < 0
      """) == 0
  }
}

/// user-service and order-service as a test wants them.
final class Neighbours: UserDirectory, PurchaseVerifier {
  struct State {
    var users: Set<String> = ["alice", "bob"]
    var purchases: [String: Int] = [:]
    var isReachable = true
    var questions = 0
  }

  let state = Mutex(State())

  func isActiveUser(_ uid: String) async throws -> Bool {
    try state.withLock { state in
      guard state.isReachable else { throw ServiceCallError(service: "user-service", reason: .unreachable) }
      return state.users.contains(uid)
    }
  }

  func verify(userUID: String, productID: Int, orderID: Int?) async throws -> PurchaseVerdict {
    try state.withLock { state in
      state.questions += 1
      guard state.isReachable else { throw ServiceCallError(service: "order-service", reason: .timedOut) }
      guard let order = state.purchases["\(userUID) \(productID)"], orderID == nil || orderID == order else {
        return .unverified
      }
      return .verified(orderID: order)
    }
  }
}
