import HTTP
import JSON
import Postgres
import ProductService
import RFC3339
import ScratchPostgres
import ServiceKit
import Synchronization
import Testing

/// product-service on a database of its own, its neighbours replaced by ones that the test commands.
final class CatalogueFixture: Sendable {
  let router: Router
  let pool: PostgresPool
  let neighbours = Neighbours()

  init() async throws {
    pool = PostgresPool(try await ScratchServer.database(from: "product-service-init.sql"), maximum: 12)
    let database = ProductDatabase(pool: pool)
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

  /// Sends a request; returns the status and the body as JSON (null without one).
  @discardableResult
  func call(
    _ method: String, _ target: String, _ body: JSONValue? = nil, headers: [(String, String)] = []
  ) async throws -> Answer {
    var fields = HTTPHeaders(headers)
    if body != nil { fields.set("Content-Type", "application/json") }
    let response = await router.respond(
      to: ServiceRequest(method: method, target: target, headers: fields, body: body?.utf8(.compact) ?? []))
    return Answer(
      status: response.status, headers: response.headers,
      body: response.body.isEmpty ? .null : try JSONValue(parsing: response.body))
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

/// An answer with what tests look at.
struct Answer: Sendable {
  let status: Int
  let headers: HTTPHeaders
  let body: JSONValue

  /// Where what was made is.
  var location: String? { header("Location") }

  /// A header field.
  func header(_ name: String) -> String? { headers[name] }

  /// The kind of a problem, the last part of its type.
  var kind: String? {
    body["type"]?.stringValue?.split(separator: ":").last.map(String.init)
  }

  /// The places that a 422 complains about.
  var violations: [String] {
    body["errors"]?.arrayValue?.compactMap { $0["pointer"]?.stringValue ?? $0["parameter"]?.stringValue } ?? []
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
