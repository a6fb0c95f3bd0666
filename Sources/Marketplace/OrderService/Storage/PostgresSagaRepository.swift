internal import Postgres
package import RFC3339
package import ServiceKit

/// Sagas in PostgreSQL.
///
/// Each method is one transaction; the order's row is always locked before its saga's.
package struct PostgresSagaRepository: SagaRepository {
  private let database: ServiceDatabase
  private let clock: any WallClock
  private let lease: Duration

  /// Stands on the order database; a claim lasts for `lease`, after which another worker may take over.
  package init(database: ServiceDatabase, clock: any WallClock, lease: Duration) {
    self.database = database
    self.clock = clock
    self.lease = lease
  }

  package func completePlacement(_ orderID: Int) async throws -> Bool {
    let ended = try await database.query(
      "DELETE FROM order_sagas WHERE order_id = \(orderID)::int AND phase = 'placing' RETURNING 1")
    return !ended.isEmpty
  }

  package func abandonPlacement(_ orderID: Int, untouched: Set<Int>) async throws -> Bool {
    let now = clock.now().truncatedToMicroseconds()
    let due = now.adding(lease)
    let settled = untouched.map(Int64.init)
    return try await database.transaction { connection in
      _ = try connection.rows("SELECT 1 FROM orders WHERE id = \(orderID)::int FOR UPDATE")
      let turned = try connection.rows(
        """
        UPDATE order_sagas SET phase = 'undoing', due_at = \(due)::timestamp, updated_at = \(now)::timestamp
        WHERE order_id = \(orderID)::int AND phase = 'placing' RETURNING 1
        """)
      guard !turned.isEmpty else { return false }
      _ = try connection.rows(
        """
        UPDATE order_saga_steps SET settled = TRUE
        WHERE order_id = \(orderID)::int AND product_id = ANY(\(settled)::int[])
        """)
      _ = try connection.rows(
        "UPDATE orders SET status = 'CANCELLED', updated_at = \(now)::timestamp WHERE id = \(orderID)::int")
      return true
    }
  }

  package func claimDue(limit: Int) async throws -> [ClaimedSaga] {
    let now = clock.now().truncatedToMicroseconds()
    return try await database.query(
      """
      UPDATE order_sagas
      SET due_at = \(now.adding(lease))::timestamp, attempts = attempts + 1, updated_at = \(now)::timestamp
      WHERE order_id IN (
        SELECT order_id FROM order_sagas WHERE due_at <= \(now)::timestamp
        ORDER BY due_at LIMIT \(limit)::int FOR UPDATE SKIP LOCKED)
      RETURNING order_id, phase, attempts
      """
    ).compactMap(Self.saga)
  }

  package func claim(_ orderID: Int) async throws -> ClaimedSaga? {
    let now = clock.now().truncatedToMicroseconds()
    return try await database.query(
      """
      UPDATE order_sagas
      SET due_at = \(now.adding(lease))::timestamp, attempts = attempts + 1, updated_at = \(now)::timestamp
      WHERE order_id = \(orderID)::int RETURNING order_id, phase, attempts
      """
    ).first.flatMap(Self.saga)
  }

  package func openSteps(_ orderID: Int) async throws -> [OrderRequest.Line] {
    try await database.query(
      """
      SELECT product_id, quantity FROM order_saga_steps
      WHERE order_id = \(orderID)::int AND NOT settled ORDER BY product_id
      """
    ).map {
      OrderRequest.Line(
        productID: try $0["product_id"].decode(Int.self), quantity: try $0["quantity"].decode(Int.self))
    }
  }

  package func settle(_ orderID: Int, productID: Int, returned: Int) async throws {
    _ = try await database.query(
      """
      UPDATE order_saga_steps SET settled = TRUE, returned = \(returned)::int
      WHERE order_id = \(orderID)::int AND product_id = \(productID)::int AND NOT settled
      """)
  }

  package func finish(_ orderID: Int) async throws {
    try await database.transaction { connection in
      _ = try connection.rows("SELECT 1 FROM orders WHERE id = \(orderID)::int FOR UPDATE")
      let ended = try connection.rows(
        """
        DELETE FROM order_sagas s WHERE order_id = \(orderID)::int AND phase <> 'placing'
          AND NOT EXISTS (SELECT 1 FROM order_saga_steps t WHERE t.order_id = s.order_id AND NOT t.settled)
        RETURNING phase, (SELECT COALESCE(SUM(returned), 0) FROM order_saga_steps t WHERE t.order_id = s.order_id)::int
          AS returned
        """)
      guard let saga = ended.first, try saga["phase"].decode(String.self) == SagaPhase.undoing.rawValue else { return }
      if try saga["returned"].decode(Int.self) == 0 {
        // Nothing ever left stock for this order, so nothing anywhere refers to it: it leaves no row behind.
        _ = try connection.rows("DELETE FROM orders WHERE id = \(orderID)::int")
      } else {
        // Movements in the product database name this order, so it stays, CANCELLED. Its key is free again.
        _ = try connection.rows("DELETE FROM idempotency_keys WHERE order_id = \(orderID)::int")
      }
    }
  }

  package func postpone(_ orderID: Int, by delay: Duration, reason: String) async throws {
    let now = clock.now().truncatedToMicroseconds()
    _ = try await database.query(
      """
      UPDATE order_sagas SET due_at = \(now.adding(delay))::timestamp, last_error = \(reason)::text,
        updated_at = \(now)::timestamp
      WHERE order_id = \(orderID)::int
      """)
  }

  // A phase that this version does not know stays untouched for one that does.
  private static func saga(_ row: PostgresRow) throws -> ClaimedSaga? {
    guard let phase = SagaPhase(rawValue: try row["phase"].decode(String.self)) else { return nil }
    return ClaimedSaga(
      orderID: try row["order_id"].decode(Int.self), phase: phase, attempts: try row["attempts"].decode(Int.self))
  }
}
