internal import JSON
internal import Postgres
internal import RFC3339
internal import ServiceKit

/// The steps that orders, payments and sagas share inside a transaction of the order database.
enum OrderRows {
  static let orderColumns = """
    id, user_uid, total_amount, status, subtotal, tax_amount, shipping_amount, discount_amount, payment_status, \
    payment_method, shipping_method, tracking_number, created_at, updated_at
    """

  /// One order with its items.
  static func order(_ id: Int, _ connection: isolated PostgresConnection) throws -> Order? {
    // raw: a constant list of columns
    try orders(
      connection.rows("SELECT \(raw: orderColumns) FROM orders WHERE id = \(id)::int"), connection
    ).first
  }

  /// One order with its items, which must be there.
  static func require(_ id: Int, _ connection: isolated PostgresConnection) throws -> Order {
    guard let order = try order(id, connection) else { throw OrderError.unknownOrder(id: id) }
    return order
  }

  /// Locks an order; throws when there is none or while it is being placed.
  static func lock(_ id: Int, _ connection: isolated PostgresConnection) throws -> Order {
    let locked = try connection.rows("SELECT 1 FROM orders WHERE id = \(id)::int FOR UPDATE")
    guard !locked.isEmpty else { throw OrderError.unknownOrder(id: id) }
    let placing = try connection.rows(
      "SELECT 1 FROM order_sagas WHERE order_id = \(id)::int AND phase = 'placing'")
    guard placing.isEmpty else { throw OrderError.placementInProgress }
    return try require(id, connection)
  }

  /// Locks an order and checks that it may take another state.
  static func lockForStep(
    _ id: Int, to status: OrderStatus, _ connection: isolated PostgresConnection
  ) throws -> Order {
    let order = try lock(id, connection)
    guard OrderStatus(rawValue: order.status)?.canBecome(status) == true else {
      throw OrderError.illegalStep(from: order.status, to: status)
    }
    return order
  }

  /// What is still to pay: the total less the completed payments.
  static func due(_ order: Order, _ connection: isolated PostgresConnection) throws -> Money {
    try money(
      connection.one(
        """
        SELECT \(order.amounts.total.description)::numeric(10, 2) - COALESCE(SUM(amount), 0) AS due FROM payments
        WHERE order_id = \(order.id)::int AND status = 'COMPLETED'
        """
      )["due"].decode(String.self))
  }

  /// Takes a locked order out of trade: refunds what was paid, and owes its units to product-service.
  static func close(
    _ order: Order, as status: OrderStatus, through gateway: any PaymentGateway, at now: Timestamp,
    _ connection: isolated PostgresConnection
  ) throws {
    let completed = try connection.rows(
      """
      SELECT id, amount, transaction_id FROM payments
      WHERE order_id = \(order.id)::int AND status = 'COMPLETED' ORDER BY id FOR UPDATE
      """)
    for row in completed {
      let answer = gateway.refund(
        transactionID: row["transaction_id"].text, amount: try money(row["amount"].decode(String.self)))
      let record = JSONValue.object(["refund": .object(answer.response)]).serialized()
      _ = try connection.rows(
        """
        UPDATE payments SET status = 'REFUNDED', updated_at = \(now)::timestamp,
          gateway_response = COALESCE(gateway_response, '{}'::jsonb) || \(record)::text::jsonb
        WHERE id = \(row["id"].decode(Int.self))::int
        """)
    }
    let paymentStatus = completed.isEmpty ? order.paymentStatus : "refunded"
    _ = try connection.rows(
      """
      UPDATE orders SET status = \(status.rawValue)::text, payment_status = \(paymentStatus)::text,
        updated_at = \(now)::timestamp
      WHERE id = \(order.id)::int
      """)
    var quantities: [Int: Int] = [:]
    for item in order.items { quantities[item.line.productID, default: 0] += item.line.quantity }
    let lines = quantities.map { OrderRequest.Line(productID: $0.key, quantity: $0.value) }
    // Due at once: if this process dies after the commit, the worker of the next one gives the stock back.
    try enterSaga(.releasing, of: order.id, lines, at: now, due: now, connection)
  }

  /// Writes down what an order owes to product-service.
  static func enterSaga(
    _ phase: SagaPhase, of orderID: Int, _ lines: [OrderRequest.Line], at now: Timestamp, due: Timestamp,
    _ connection: isolated PostgresConnection
  ) throws {
    _ = try connection.rows(
      """
      INSERT INTO order_sagas (order_id, phase, due_at, created_at, updated_at)
      VALUES (\(orderID)::int, \(phase.rawValue)::text, \(due)::timestamp, \(now)::timestamp, \(now)::timestamp)
      """)
    for line in lines {
      _ = try connection.rows(
        """
        INSERT INTO order_saga_steps (order_id, product_id, quantity)
        VALUES (\(orderID)::int, \(line.productID)::int, \(line.quantity)::int)
        """)
    }
  }

  /// Reads orders, and their items with one more statement.
  static func orders(_ rows: [PostgresRow], _ connection: isolated PostgresConnection) throws -> [Order] {
    let ids = try rows.map { try $0["id"].decode(Int64.self) }
    guard !ids.isEmpty else { return [] }
    let items = try connection.rows(
      """
      SELECT id, order_id, product_id, product_name, quantity, unit_price, subtotal, tax_amount, discount_amount,
        final_price
      FROM order_items WHERE order_id = ANY(\(ids)::int[]) ORDER BY id
      """)
    let byOrder = try Dictionary(grouping: items) { try $0["order_id"].decode(Int.self) }
    return try rows.map { try order($0, items: byOrder[$0["id"].decode(Int.self)] ?? []) }
  }

  private static func order(_ row: PostgresRow, items: [PostgresRow]) throws -> Order {
    try Order(
      id: row["id"].decode(Int.self),
      userUID: row["user_uid"].decode(String.self),
      status: row["status"].decode(String.self),
      paymentStatus: row["payment_status"].decode(String.self),
      paymentMethod: row["payment_method"].text,
      shippingMethod: row["shipping_method"].text,
      trackingNumber: row["tracking_number"].text,
      amounts: OrderAmounts(
        subtotal: money(row["subtotal"].decode(String.self)), tax: money(row["tax_amount"].decode(String.self)),
        shipping: money(row["shipping_amount"].decode(String.self)),
        discount: money(row["discount_amount"].decode(String.self)),
        total: money(row["total_amount"].decode(String.self))),
      items: items.map(item),
      createdAt: row["created_at"].decode(Timestamp.self),
      updatedAt: row["updated_at"].decode(Timestamp.self))
  }

  private static func item(_ row: PostgresRow) throws -> OrderItem {
    try OrderItem(
      id: row["id"].decode(Int.self),
      line: PricedLine(
        productID: row["product_id"].decode(Int.self), productName: row["product_name"].decode(String.self),
        quantity: row["quantity"].decode(Int.self), unitPrice: money(row["unit_price"].decode(String.self)),
        subtotal: money(row["subtotal"].decode(String.self)), tax: money(row["tax_amount"].decode(String.self)),
        discount: money(row["discount_amount"].decode(String.self)),
        finalPrice: money(row["final_price"].decode(String.self))))
  }

  /// Reads a DECIMAL(10, 2).
  static func money(_ text: String) throws -> Money {
    guard let money = Money(text) else { throw UnreadableColumn(type: "DECIMAL(10, 2)", text: text) }
    return money
  }
}

/// A value in the database that no version of this service can have written.
struct UnreadableColumn: Error, CustomStringConvertible {
  let type: String
  let text: String

  var description: String { "the database holds \"\(text)\" where a \(type) is expected" }
}
