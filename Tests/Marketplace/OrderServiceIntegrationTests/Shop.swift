import HTTP
import JSON
import OrderService
import Postgres
import ProductService
import RFC3339
import ScratchPostgres
import ServiceKit
import ServiceTesting
import Synchronization

/// order-service and the real product-service, each on a database of its own, with a network between them that a
/// test can break.
final class Shop: Sendable {
  let orders: Router
  let products: Router
  let network: BreakableNetwork
  let users = KnownUsers()
  let clock = MovableClock()
  let sagas: PostgresSagaRepository
  let orderRepository: PostgresOrderRepository
  let catalogue: ProductServiceCatalogue
  let worker: SagaWorker
  private let orderPool: PostgresPool
  private let productPool: PostgresPool

  static let lease = Duration.seconds(10)

  init() async throws {
    productPool = PostgresPool(try await ScratchServer.database(from: "product-service-init.sql"), maximum: 10)
    let productDatabase = ServiceDatabase(pool: productPool)
    products = ProductServiceAPI(
      ProductServiceDependencies(
        categories: PostgresCategoryRepository(database: productDatabase, clock: clock),
        products: PostgresProductRepository(database: productDatabase, clock: clock),
        stock: PostgresStockRepository(database: productDatabase, clock: clock),
        reviews: PostgresReviewRepository(database: productDatabase, clock: clock),
        users: Nobody(), purchases: Nobody())
    ).router()
    network = BreakableNetwork(products)

    orderPool = PostgresPool(try await ScratchServer.database(from: "order-service-init.sql"), maximum: 10)
    let database = ServiceDatabase(pool: orderPool)
    orderRepository = PostgresOrderRepository(database: database, clock: clock, placementLease: Self.lease)
    sagas = PostgresSagaRepository(database: database, clock: clock, lease: Self.lease)
    let logger = ServiceLog.logger(service: "order-service", environment: ["LOG_LEVEL": "critical"])
    catalogue = ProductServiceCatalogue(
      client: ServiceClient(
        service: "product-service", baseURL: "http://product-service", transport: network,
        policy: CallPolicy(attempts: 2, backoff: .milliseconds(1)),
        breaker: CircuitBreaker(threshold: 1_000_000)),
      cache: TTLCache(capacity: 100, lifetime: .seconds(60)))
    let dependencies = OrderServiceDependencies(
      orders: orderRepository, payments: PostgresPaymentRepository(database: database, clock: clock), sagas: sagas,
      users: users, catalogue: catalogue, gateway: SimulatedGateway(ids: RandomIDGenerator()), logger: logger)
    worker = SagaWorker(
      sagas: sagas, settlement: dependencies.settlement, clock: SystemMonotonicClock(), interval: .milliseconds(10),
      logger: logger)
    orders = OrderServiceAPI(dependencies).router()
  }

  /// Sends a request to order-service.
  @discardableResult
  func call(
    _ method: String, _ target: String, _ body: JSONValue? = nil, headers: [(String, String)] = []
  ) async throws -> Answer {
    try await orders.call(method, target, body, headers: headers)
  }

  /// Orders products as (id, quantity) for a user.
  func order(
    _ lines: [(Int, Int)], user: String = "alice", key: String? = nil, headers: [(String, String)] = []
  ) async throws -> Answer {
    let items = lines.map { id, quantity -> JSONValue in
      ["product_id": .number(JSONNumber(id)), "quantity": .number(JSONNumber(quantity))]
    }
    return try await call(
      "POST", "/orders", ["user_uid": .string(user), "items": .array(items)],
      headers: headers + (key.map { [("Idempotency-Key", $0)] } ?? []))
  }

  /// Places an order and pays it; returns the order's path and the payment's id.
  func paidOrder(_ lines: [(Int, Int)], user: String = "alice") async throws -> (path: String, payment: Int) {
    let order = try await order(lines, user: user)
    let path = order.location ?? ""
    let payment = try await call("POST", "\(path)/payments", ["amount": order.body["total_amount"] ?? .null])
    return (path, payment.body["id"]?.intValue ?? 0)
  }

  func changeProduct(_ id: Int, _ changes: JSONValue) async {
    _ = await products.respond(
      to: ServiceRequest(
        method: "PATCH", target: "/products/\(id)", headers: ["Content-Type": "application/json"],
        body: changes.utf8(.compact)))
  }

  func stock(_ id: Int) async throws -> Int {
    try await Self.count("SELECT stock FROM products WHERE id = \(id)", productPool)
  }

  func orderCount(_ sql: SQL) async throws -> Int { try await Self.count(sql, orderPool) }

  func productCount(_ sql: SQL) async throws -> Int { try await Self.count(sql, productPool) }

  /// What an audit would say once things are quiet: nothing is owed, and stock, orders and items agree.
  func inconsistencies() async throws -> [String] {
    var found: [String] = []
    if try await orderCount("SELECT COUNT(*) FROM order_sagas") != 0 { found.append("sagas are left") }
    let ledger = try await productCount(
      """
      SELECT COUNT(*) FROM products p WHERE stock < 0
        OR stock <> (SELECT COALESCE(SUM(delta), 0) FROM stock_movements m WHERE m.product_id = p.id)
      """)
    if ledger != 0 { found.append("the ledger does not explain the stock") }
    let sold = try await pairs(
      """
      SELECT order_id, product_id, -SUM(delta)::int AS units FROM stock_movements WHERE order_id IS NOT NULL
      GROUP BY 1, 2 HAVING SUM(delta) <> 0
      """, productPool)
    let ordered = try await pairs(
      """
      SELECT order_id, product_id, SUM(quantity)::int AS units FROM order_items JOIN orders o ON o.id = order_id
      WHERE o.status NOT IN ('CANCELLED', 'REFUNDED') GROUP BY 1, 2
      """, orderPool)
    if sold != ordered { found.append("sold \(sold.sorted()), ordered \(ordered.sorted())") }
    return found
  }

  private func pairs(_ sql: SQL, _ pool: PostgresPool) async throws -> Set<String> {
    let rows = try await pool.withConnection { try await $0.query(sql).rows }
    return Set(
      try rows.map { "\(try $0[0].decode(Int.self))/\(try $0[1].decode(Int.self))=\(try $0[2].decode(Int.self))" })
  }

  private static func count(_ sql: SQL, _ pool: PostgresPool) async throws -> Int {
    try await pool.withConnection { try await $0.query(sql).rows }.first?[0].decode(Int.self) ?? 0
  }
}

/// A clock that stands still until a test moves it.
final class MovableClock: WallClock {
  private let time = Mutex(Timestamp(seconds: 1_795_487_000, nanoseconds: 0))

  func now() -> Timestamp { time.withLock { $0 } }

  func advance(by duration: Duration) { time.withLock { $0 = $0.adding(duration) } }
}

/// user-service as a test wants it.
final class KnownUsers: UserDirectory {
  let isReachable = Mutex(true)

  func isActiveUser(_ uid: String) async throws -> Bool {
    guard isReachable.withLock({ $0 }) else { throw ServiceCallError(service: "user-service", reason: .timedOut) }
    return ["alice", "bob"].contains(uid)
  }
}

/// No neighbour: nothing here writes reviews.
struct Nobody: UserDirectory, PurchaseVerifier {
  func isActiveUser(_ uid: String) async throws -> Bool { false }

  func verify(userUID: String, productID: Int, orderID: Int?) async throws -> PurchaseVerdict { .unverified }
}
