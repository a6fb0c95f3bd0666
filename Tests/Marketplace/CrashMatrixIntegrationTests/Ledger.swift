import Postgres

/// What the two databases say, asked past every service and relay.
struct Ledger: Sendable {
  let orders: PostgresConfiguration
  let products: PostgresConfiguration

  /// How an order stands.
  struct OrderState: Sendable, Hashable {
    let id: Int
    let status: String
    let paymentStatus: String
    let payments: [String]

    /// Whether its units are to be missing from stock.
    var stands: Bool { status != "CANCELLED" && status != "REFUNDED" }
  }

  /// How many sagas are open.
  func openSagas() async throws -> Int { try await count("SELECT COUNT(*) FROM order_sagas", orders) }

  /// The number of the newest order.
  func newestOrder() async throws -> Int { try await count("SELECT COALESCE(MAX(id), 0) FROM orders", orders) }

  /// The orders made after one.
  func orders(after id: Int) async throws -> [OrderState] {
    try await rows(
      """
      SELECT id, status, payment_status,
        (SELECT COALESCE(string_agg(p.status, ',' ORDER BY p.id), '') FROM payments p WHERE p.order_id = o.id)
      FROM orders o WHERE id > \(id)::int ORDER BY id
      """, orders
    ).map { row in
      OrderState(
        id: try row[0].decode(Int.self), status: try row[1].decode(String.self),
        paymentStatus: try row[2].decode(String.self),
        payments: try row[3].decode(String.self).split(separator: ",").map(String.init))
    }
  }

  /// The units of each product that these tests order.
  func stock() async throws -> [Int: Int] {
    let rows = try await rows("SELECT id, stock FROM products WHERE id IN (1, 2)", products)
    return try Dictionary(uniqueKeysWithValues: rows.map { (try $0[0].decode(Int.self), try $0[1].decode(Int.self)) })
  }

  /// What an audit would say once things are quiet.
  func inconsistencies() async throws -> [String] {
    var found: [String] = []
    for (promise, violations) in Self.promisesOfOrders {
      let count = try await count(violations, orders)
      if count != 0 { found.append("\(promise) (\(count) times)") }
    }
    for (promise, violations) in Self.promisesOfProducts {
      let count = try await count(violations, products)
      if count != 0 { found.append("\(promise) (\(count) times)") }
    }
    let sold = try await pairs(
      """
      SELECT order_id, product_id, -SUM(delta)::int FROM stock_movements WHERE order_id IS NOT NULL
      GROUP BY 1, 2 HAVING SUM(delta) <> 0
      """, products)
    let ordered = try await pairs(
      """
      SELECT order_id, product_id, SUM(quantity)::int FROM order_items JOIN orders o ON o.id = order_id
      WHERE o.status NOT IN ('CANCELLED', 'REFUNDED') GROUP BY 1, 2
      """, orders)
    if sold != ordered {
      found.append(
        "sold but not ordered: \(sold.subtracting(ordered).sorted()), "
          + "ordered but not sold: \(ordered.subtracting(sold).sorted())")
    }
    let known = try await pairs("SELECT id, 0, 0 FROM orders", orders)
    let moved = try await pairs(
      "SELECT DISTINCT order_id, 0, 0 FROM stock_movements WHERE order_id IS NOT NULL", products)
    if !moved.isSubset(of: known) { found.append("movements of no order: \(moved.subtracting(known).sorted())") }
    return found
  }

  private static let promisesOfOrders: [(String, SQL)] = [
    ("a saga is left", "SELECT COUNT(*) FROM order_sagas"),
    ("a step of a saga is left", "SELECT COUNT(*) FROM order_saga_steps"),
    (
      "an order has no items, or not two",
      "SELECT COUNT(*) FROM orders o WHERE 2 <> (SELECT COUNT(*) FROM order_items i WHERE i.order_id = o.id)"
    ),
    (
      "the total is not the sum of its parts",
      """
      SELECT COUNT(*) FROM orders o WHERE total_amount <> subtotal + tax_amount + shipping_amount - discount_amount
        OR subtotal <> (SELECT COALESCE(SUM(i.subtotal), 0) FROM order_items i WHERE i.order_id = o.id)
        OR tax_amount <> (SELECT COALESCE(SUM(i.tax_amount), 0) FROM order_items i WHERE i.order_id = o.id)
      """
    ),
    (
      "an order that stands and is paid is not covered by one payment, or an unpaid one has money",
      """
      SELECT COUNT(*) FROM orders o
      WHERE (SELECT COALESCE(SUM(amount), 0) FROM payments p WHERE p.order_id = o.id AND p.status = 'COMPLETED')
        <> CASE WHEN payment_status = 'paid' THEN total_amount ELSE 0 END
      """
    ),
    (
      "status and payment status disagree",
      """
      SELECT COUNT(*) FROM orders WHERE (status, payment_status) NOT IN
        (('PENDING', 'pending'), ('PAID', 'paid'), ('CANCELLED', 'pending'), ('CANCELLED', 'refunded'),
         ('REFUNDED', 'refunded'))
      """
    ),
    (
      "a key belongs to an order that was never placed",
      """
      SELECT COUNT(*) FROM idempotency_keys k JOIN orders o ON o.id = k.order_id
      WHERE o.status = 'CANCELLED' AND o.payment_status = 'pending'
      """
    ),
  ]

  private static let promisesOfProducts: [(String, SQL)] = [
    ("stock is negative", "SELECT COUNT(*) FROM products WHERE stock < 0"),
    (
      "the movements do not explain the stock",
      """
      SELECT COUNT(*) FROM products p
      WHERE stock <> (SELECT COALESCE(SUM(delta), 0) FROM stock_movements m WHERE m.product_id = p.id)
      """
    ),
    (
      "a request moved stock twice",
      """
      SELECT COUNT(*) FROM (SELECT 1 FROM stock_movements WHERE idempotency_key IS NOT NULL
        GROUP BY idempotency_key HAVING COUNT(*) > 1) twice
      """
    ),
  ]

  private func pairs(_ sql: SQL, _ database: PostgresConfiguration) async throws -> Set<String> {
    Set(
      try await rows(sql, database).map {
        "order \(try $0[0].decode(Int.self)) product \(try $0[1].decode(Int.self)) units \(try $0[2].decode(Int.self))"
      })
  }

  private func count(_ sql: SQL, _ database: PostgresConfiguration) async throws -> Int {
    try await rows(sql, database).first?[0].decode(Int.self) ?? 0
  }

  // A connection per question: the server may have been killed since the last.
  private func rows(_ sql: SQL, _ database: PostgresConfiguration) async throws -> [PostgresRow] {
    let connection = try await PostgresConnection.connect(database)
    let rows = try await connection.query(sql).rows
    await connection.close()
    return rows
  }
}
