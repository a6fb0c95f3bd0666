internal import JSON
internal import Postgres
package import RFC3339
package import ServiceKit

/// Orders in PostgreSQL.
///
/// Every change of an order locks its row first, so two changes of one order take turns and the second sees what the
/// first made of it.
package struct PostgresOrderRepository: OrderRepository {
  private let database: ServiceDatabase
  private let clock: any WallClock
  private let placementLease: Duration

  /// Stands on the order database; a placement that takes longer than `placementLease` is given up on.
  package init(database: ServiceDatabase, clock: any WallClock, placementLease: Duration) {
    self.database = database
    self.clock = clock
    self.placementLease = placementLease
  }

  package func find(_ id: Int) async throws -> Order? {
    try await database.transaction { try OrderRows.order(id, $0) }
  }

  package func list(_ filter: OrderFilter, below id: Int?, limit: Int) async throws -> [Order] {
    try await database.transaction { connection in
      // raw: a constant list of columns
      let rows = try connection.rows(
        """
        SELECT \(raw: OrderRows.orderColumns) FROM orders
        WHERE (\(filter.userUID)::text IS NULL OR user_uid = \(filter.userUID)::text)
          AND (\(filter.status?.rawValue)::text IS NULL OR status = \(filter.status?.rawValue)::text)
          AND (\(id)::int IS NULL OR id < \(id)::int)
        ORDER BY id DESC LIMIT \(limit)::int
        """)
      return try OrderRows.orders(rows, connection)
    }
  }

  package func find(idempotencyKey key: String, of request: OrderRequest) async throws -> Order? {
    try await database.transaction { try Self.known(key, request, $0) }
  }

  package func enter(
    _ order: PricedOrder, for request: OrderRequest, key: String?
  ) async throws -> PlacementStart {
    let now = clock.now().truncatedToMicroseconds()
    let due = now.adding(placementLease)
    do {
      return try await database.transaction { connection in
        if let key, let known = try Self.known(key, request, connection) { return .replay(known) }
        let id = try Self.insert(order, request, at: now, connection)
        try OrderRows.enterSaga(.placing, of: id, order.lines.map(\.requestLine), at: now, due: due, connection)
        if let key {
          _ = try connection.rows(
            """
            INSERT INTO idempotency_keys (user_uid, idempotency_key, fingerprint, order_id, created_at)
            VALUES (\(request.userUID)::text, \(key)::text, \(request.fingerprint)::text, \(id)::int, \(now)::timestamp)
            """)
        }
        return .entered(try OrderRows.require(id, connection))
      }
    } catch let error as PostgresError where error.isUniqueViolation {
      // The same key at the same moment: the other call won, and its order is being placed or stands by now.
      guard let key, let known = try await find(idempotencyKey: key, of: request) else {
        throw OrderError.placementInProgress
      }
      return .replay(known)
    }
  }

  package func advance(_ id: Int, to status: OrderStatus, trackingNumber: String?) async throws -> Order {
    let now = clock.now().truncatedToMicroseconds()
    return try await database.transaction { connection in
      let order = try OrderRows.lockForStep(id, to: status, connection)
      if status == .paid {
        let due = try OrderRows.due(order, connection)
        guard due == .zero else { throw OrderError.paymentMissing(due: due) }
      }
      let paymentStatus = status == .paid ? "paid" : order.paymentStatus
      _ = try connection.rows(
        """
        UPDATE orders SET status = \(status.rawValue)::text, payment_status = \(paymentStatus)::text,
          tracking_number = COALESCE(\(trackingNumber)::text, tracking_number), updated_at = \(now)::timestamp
        WHERE id = \(id)::int
        """)
      return try OrderRows.require(id, connection)
    }
  }

  package func cancel(_ id: Int, through gateway: any PaymentGateway) async throws -> Order {
    try await close(id, as: .cancelled, through: gateway)
  }

  package func refund(_ id: Int, through gateway: any PaymentGateway) async throws -> Order {
    try await close(id, as: .refunded, through: gateway)
  }

  package func purchase(userUID: String, productID: Int, orderID: Int?) async throws -> Int? {
    try await database.query(
      """
      SELECT MAX(o.id) AS id FROM orders o JOIN order_items i ON i.order_id = o.id
      WHERE o.user_uid = \(userUID)::text AND i.product_id = \(productID)::int AND o.payment_status = 'paid'
        AND o.status IN ('PAID', 'PROCESSING', 'SHIPPED', 'DELIVERED')
        AND (\(orderID)::int IS NULL OR o.id = \(orderID)::int)
      """
    ).first?["id"].decode(Int?.self)
  }

  private func close(_ id: Int, as status: OrderStatus, through gateway: any PaymentGateway) async throws -> Order {
    let now = clock.now().truncatedToMicroseconds()
    return try await database.transaction { connection in
      let order = try OrderRows.lockForStep(id, to: status, connection)
      try OrderRows.close(order, as: status, through: gateway, at: now, connection)
      return try OrderRows.require(id, connection)
    }
  }

  private static func known(
    _ key: String, _ request: OrderRequest, _ connection: isolated PostgresConnection
  ) throws -> Order? {
    let rows = try connection.rows(
      """
      SELECT k.fingerprint, k.order_id, s.phase FROM idempotency_keys k LEFT JOIN order_sagas s USING (order_id)
      WHERE k.user_uid = \(request.userUID)::text AND k.idempotency_key = \(key)::text
      """)
    guard let row = rows.first else { return nil }
    guard try row["fingerprint"].decode(String.self) == request.fingerprint else { throw OrderError.keyReused }
    if let phase = row["phase"].text, phase != SagaPhase.releasing.rawValue { throw OrderError.placementInProgress }
    return try OrderRows.order(row["order_id"].decode(Int.self), connection)
  }

  private static func insert(
    _ order: PricedOrder, _ request: OrderRequest, at now: Timestamp, _ connection: isolated PostgresConnection
  ) throws -> Int {
    let amounts = order.amounts
    let id = try connection.one(
      """
      INSERT INTO orders (user_uid, total_amount, status, subtotal, tax_amount, shipping_amount, discount_amount,
        payment_status, payment_method, shipping_method, created_at, updated_at)
      VALUES (\(request.userUID)::text, \(amounts.total.description)::numeric, 'PENDING',
        \(amounts.subtotal.description)::numeric, \(amounts.tax.description)::numeric,
        \(amounts.shipping.description)::numeric, \(amounts.discount.description)::numeric, 'pending',
        \(request.paymentMethod?.rawValue)::text, \(request.shippingMethod.rawValue)::text,
        \(now)::timestamp, \(now)::timestamp)
      RETURNING id
      """
    )["id"].decode(Int.self)
    for line in order.lines {
      _ = try connection.rows(
        """
        INSERT INTO order_items (order_id, product_id, product_name, quantity, unit_price, subtotal, tax_amount,
          discount_amount, final_price, created_at, updated_at)
        VALUES (\(id)::int, \(line.productID)::int, \(line.productName)::text, \(line.quantity)::int,
          \(line.unitPrice.description)::numeric, \(line.subtotal.description)::numeric,
          \(line.tax.description)::numeric, \(line.discount.description)::numeric,
          \(line.finalPrice.description)::numeric, \(now)::timestamp, \(now)::timestamp)
        """)
    }
    return id
  }
}

extension PricedLine {
  /// The product and how many of it, without prices.
  var requestLine: OrderRequest.Line { OrderRequest.Line(productID: productID, quantity: quantity) }
}
