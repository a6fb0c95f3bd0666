internal import JSON
internal import Postgres
package import RFC3339
package import ServiceKit

/// Payments in PostgreSQL.
///
/// A payment and what it does to its order are one transaction under the order's lock.
package struct PostgresPaymentRepository: PaymentRepository {
  private let database: ServiceDatabase
  private let clock: any WallClock

  private static let columns = """
    id, order_id, amount, status, payment_method, currency, transaction_id, gateway, gateway_response::text AS \
    gateway_response, created_at, updated_at
    """

  /// Stands on the order database.
  package init(database: ServiceDatabase, clock: any WallClock) {
    self.database = database
    self.clock = clock
  }

  package func find(_ id: Int) async throws -> Payment? {
    // raw: a constant list of columns
    try await database.query("SELECT \(raw: Self.columns) FROM payments WHERE id = \(id)::int")
      .first.map(Self.payment)
  }

  package func list(orderID: Int) async throws -> [Payment] {
    // raw: a constant list of columns
    try await database.query(
      "SELECT \(raw: Self.columns) FROM payments WHERE order_id = \(orderID)::int ORDER BY id"
    ).map(Self.payment)
  }

  package func pay(
    _ orderID: Int, _ request: PaymentRequest, key: String?, through gateway: any PaymentGateway
  ) async throws -> PaymentResult {
    let now = clock.now().truncatedToMicroseconds()
    return try await database.transaction { connection in
      let order = try OrderRows.lock(orderID, connection)
      if let known = try Self.known(key, request.fingerprint, of: orderID, connection) { return known }
      guard order.status == OrderStatus.pending.rawValue else { throw OrderError.notPayable(status: order.status) }
      let due = try OrderRows.due(order, connection)
      guard request.amount == due else { throw OrderError.amountMismatch(due: due) }
      let answer = gateway.charge(request)
      let response = JSONValue.object(answer.response).serialized()
      // raw: a constant list of columns
      let row = try connection.one(
        """
        INSERT INTO payments (order_id, amount, status, payment_method, currency, transaction_id, gateway,
          gateway_response, created_at, updated_at)
        VALUES (\(orderID)::int, \(request.amount.description)::numeric,
          \(answer.approved ? "COMPLETED" : "FAILED")::text, \(request.method.rawValue)::text,
          \(request.currency.rawValue)::text, \(answer.transactionID)::text, \(gateway.name)::text,
          \(response)::text::jsonb, \(now)::timestamp, \(now)::timestamp)
        RETURNING \(raw: Self.columns)
        """)
      // A declined card leaves the order PENDING: the buyer may try another.
      _ = try connection.rows(
        """
        UPDATE orders SET status = \(answer.approved ? "PAID" : "PENDING")::text,
          payment_status = \(answer.approved ? "paid" : "failed")::text,
          payment_method = \(request.method.rawValue)::text, updated_at = \(now)::timestamp
        WHERE id = \(orderID)::int
        """)
      let payment = try Self.payment(row)
      try Self.remember(key, request.fingerprint, payment, at: now, connection)
      return PaymentResult(payment, isReplay: false)
    }
  }

  package func refund(_ id: Int, key: String?, through gateway: any PaymentGateway) async throws -> PaymentResult {
    let now = clock.now().truncatedToMicroseconds()
    return try await database.transaction { connection in
      let found = try connection.rows("SELECT order_id FROM payments WHERE id = \(id)::int")
      guard let orderID = try found.first?["order_id"].decode(Int.self) else {
        throw OrderError.unknownPayment(id: id)
      }
      // The payment is read again under the order's lock: another refund may have been faster.
      let order = try OrderRows.lock(orderID, connection)
      let fingerprint = "refund payment=\(id)"
      if let known = try Self.known(key, fingerprint, of: orderID, connection) { return known }
      let status = try connection.one("SELECT status FROM payments WHERE id = \(id)::int")["status"].decode(String.self)
      guard status == "COMPLETED" else { throw OrderError.notRefundable(status: status) }
      guard OrderStatus(rawValue: order.status)?.canBecome(.refunded) == true else {
        throw OrderError.illegalStep(from: order.status, to: .refunded)
      }
      try OrderRows.close(order, as: .refunded, through: gateway, at: now, connection)
      // raw: a constant list of columns
      let payment = try Self.payment(
        connection.one("SELECT \(raw: Self.columns) FROM payments WHERE id = \(id)::int"))
      try Self.remember(key, fingerprint, payment, at: now, connection)
      return PaymentResult(payment, isReplay: false)
    }
  }

  // The order is locked, so of two calls with one key the second sees what the first left.
  private static func known(
    _ key: String?, _ fingerprint: String, of orderID: Int, _ connection: isolated PostgresConnection
  ) throws -> PaymentResult? {
    guard let key else { return nil }
    let rows = try connection.rows(
      """
      SELECT fingerprint, payment_id FROM payment_keys
      WHERE order_id = \(orderID)::int AND idempotency_key = \(key)::text
      """)
    guard let row = rows.first else { return nil }
    guard try row["fingerprint"].decode(String.self) == fingerprint else { throw OrderError.keyReused }
    // raw: a constant list of columns
    return PaymentResult(
      try payment(
        connection.one(
          """
          SELECT \(raw: columns) FROM payments WHERE id = \(try row["payment_id"].decode(Int.self))::int
          """)), isReplay: true)
  }

  private static func remember(
    _ key: String?, _ fingerprint: String, _ payment: Payment, at now: Timestamp,
    _ connection: isolated PostgresConnection
  ) throws {
    guard let key else { return }
    _ = try connection.rows(
      """
      INSERT INTO payment_keys (order_id, idempotency_key, fingerprint, payment_id, created_at)
      VALUES (\(payment.orderID)::int, \(key)::text, \(fingerprint)::text, \(payment.id)::int, \(now)::timestamp)
      """)
  }

  private static func payment(_ row: PostgresRow) throws -> Payment {
    try Payment(
      id: row["id"].decode(Int.self),
      orderID: row["order_id"].decode(Int.self),
      amount: OrderRows.money(row["amount"].decode(String.self)),
      status: row["status"].decode(String.self),
      paymentMethod: row["payment_method"].decode(String.self),
      currency: row["currency"].decode(String.self),
      transactionID: row["transaction_id"].text,
      gateway: row["gateway"].text,
      gatewayResponse: row["gateway_response"].text.map { try JSONValue(parsing: $0) },
      createdAt: row["created_at"].decode(Timestamp.self),
      updatedAt: row["updated_at"].decode(Timestamp.self))
  }
}
