internal import Postgres
package import RFC3339
package import ServiceKit

/// Stock in PostgreSQL: one transaction per call changes the product, writes the movement and remembers the answer.
package struct PostgresStockRepository: StockRepository {
  private let database: ServiceDatabase
  private let clock: any WallClock

  /// Stands on the product database.
  package init(database: ServiceDatabase, clock: any WallClock) {
    self.database = database
    self.clock = clock
  }

  package func perform(_ request: StockRequest) async throws -> StockOutcome {
    let now = clock.now().truncatedToMicroseconds()
    return try await database.transaction { connection in
      if let known = try Self.claimKey(of: request, at: now, connection) { return known }
      let outcome =
        switch request.operation {
        case .decrement: try Self.decrement(request, at: now, connection)
        case .restore: try Self.restore(request, at: now, connection)
        }
      try Self.remember(outcome, of: request, connection)
      return outcome
    }
  }

  // Inserting the key first makes a second call with it wait until the first has committed, and then read its answer.
  // `nil` means that the key is ours, or that there is none.
  private static func claimKey(
    of request: StockRequest, at now: Timestamp, _ connection: isolated PostgresConnection
  ) throws -> StockOutcome? {
    guard let key = request.idempotencyKey else { return nil }
    let claimed = try connection.rows(
      """
      INSERT INTO stock_requests
        (idempotency_key, product_id, operation, fingerprint, outcome, units, stock_after, created_at)
      VALUES (\(key)::text, \(request.productID)::int, \(request.operation.rawValue)::text, \(request.fingerprint)::text,
        'refused', 0, 0, \(now)::timestamp)
      ON CONFLICT (idempotency_key) DO NOTHING RETURNING 1
      """)
    guard claimed.isEmpty else { return nil }
    let row = try connection.one(
      """
      SELECT product_id, operation, fingerprint, outcome, units, stock_after FROM stock_requests
      WHERE idempotency_key = \(key)::text
      """)
    let outcome = try row["outcome"].decode(String.self)
    let isSameCall = try row["fingerprint"].decode(String.self) == request.fingerprint
    // A key spent before its decrement arrived never saw that decrement, so there is no fingerprint to compare.
    if outcome == "void", request.operation == .decrement {
      return try row["product_id"].decode(Int.self) == request.productID ? .void : .keyReused
    }
    guard isSameCall else { return .keyReused }
    let units = try row["units"].decode(Int.self)
    let stock = try row["stock_after"].decode(Int.self)
    switch (outcome, request.operation) {
    case ("applied", .decrement): return .applied(delta: -units, stock: stock)
    case ("applied", .restore): return .applied(delta: units, stock: stock)
    case (_, .decrement): return .short(available: stock)
    case (_, .restore): return .full(stock: stock)
    }
  }

  private static func decrement(
    _ request: StockRequest, at now: Timestamp, _ connection: isolated PostgresConnection
  ) throws -> StockOutcome {
    // The condition is part of the update: of two buyers of the last unit, one finds no row to change.
    let updated = try connection.rows(
      """
      UPDATE products SET stock = stock - \(request.quantity)::int, updated_at = \(now)::timestamp
      WHERE id = \(request.productID)::int AND deleted_at IS NULL AND stock >= \(request.quantity)::int
      RETURNING stock
      """)
    guard let row = updated.first else {
      let current = try connection.rows(
        "SELECT stock FROM products WHERE id = \(request.productID)::int AND deleted_at IS NULL")
      guard let available = try current.first?["stock"].decode(Int.self) else { return .unknownProduct }
      return .short(available: available)
    }
    try record(delta: -request.quantity, reason: "sale", of: request, at: now, connection)
    return .applied(delta: -request.quantity, stock: try row["stock"].decode(Int.self))
  }

  private static func restore(
    _ request: StockRequest, at now: Timestamp, _ connection: isolated PostgresConnection
  ) throws -> StockOutcome {
    // Keys before products, as in a decrement: two calls about one order can never wait for each other in a circle.
    let reversal = try reversal(of: request, at: now, connection)
    if reversal == .mismatch { return .reversesAnotherCall }
    // A soft-deleted product takes its units back too: an order may outlive what it ordered.
    let current = try connection.rows(
      "SELECT stock FROM products WHERE id = \(request.productID)::int FOR NO KEY UPDATE")
    guard let stock = try current.first?["stock"].decode(Int.self) else { return .unknownProduct }
    if reversal == .nothingToReverse { return .applied(delta: 0, stock: stock) }
    guard stock <= maximumStock - request.quantity else { return .full(stock: stock) }
    // Only now, so that a refusal leaves the decrement to be taken back by the next attempt.
    if reversal == .reverse { try spendReversedKey(of: request, connection) }
    _ = try connection.rows(
      """
      UPDATE products SET stock = stock + \(request.quantity)::int, updated_at = \(now)::timestamp
      WHERE id = \(request.productID)::int
      """)
    try record(delta: request.quantity, reason: "restore", of: request, at: now, connection)
    // Goods that came back were not bought after all: a review of them keeps its text and loses its seal.
    if let orderID = request.orderID {
      _ = try connection.rows(
        """
        UPDATE product_reviews SET is_verified_purchase = FALSE, updated_at = \(now)::timestamp
        WHERE product_id = \(request.productID)::int AND order_id = \(orderID)::int AND is_verified_purchase
        """)
    }
    return .applied(delta: request.quantity, stock: stock + request.quantity)
  }

  private enum Reversal {
    case none, reverse, nothingToReverse, mismatch
  }

  // Looks up the decrement that this restore takes back. One that was never seen has its key spent at once, so that it
  // cannot act later; one that acted keeps its key until its units are really back.
  private static func reversal(
    of request: StockRequest, at now: Timestamp, _ connection: isolated PostgresConnection
  ) throws -> Reversal {
    guard let reversed = request.reverses else { return .none }
    let neverSeen = try connection.rows(
      """
      INSERT INTO stock_requests
        (idempotency_key, product_id, operation, fingerprint, outcome, units, stock_after, created_at)
      VALUES (\(reversed)::text, \(request.productID)::int, 'decrement', '', 'void', 0, 0, \(now)::timestamp)
      ON CONFLICT (idempotency_key) DO NOTHING RETURNING 1
      """)
    guard neverSeen.isEmpty else { return .nothingToReverse }
    let original = try connection.one(
      """
      SELECT operation, outcome, product_id, units FROM stock_requests
      WHERE idempotency_key = \(reversed)::text FOR UPDATE
      """)
    guard try original["operation"].decode(String.self) == "decrement",
      try original["product_id"].decode(Int.self) == request.productID
    else { return .mismatch }
    guard try original["outcome"].decode(String.self) == "applied" else { return .nothingToReverse }
    guard try original["units"].decode(Int.self) == request.quantity else { return .mismatch }
    return .reverse
  }

  // Marks the decrement as taken back, so that it cannot be taken back twice.
  private static func spendReversedKey(
    of request: StockRequest, _ connection: isolated PostgresConnection
  ) throws {
    guard let reversed = request.reverses else { return }
    _ = try connection.rows(
      "UPDATE stock_requests SET outcome = 'void' WHERE idempotency_key = \(reversed)::text")
  }

  private static func remember(
    _ outcome: StockOutcome, of request: StockRequest, _ connection: isolated PostgresConnection
  ) throws {
    guard let key = request.idempotencyKey else { return }
    let stored: (outcome: String, units: Int, stock: Int)
    switch outcome {
    case .applied(let delta, let stock): stored = ("applied", abs(delta), stock)
    case .short(let available): stored = ("refused", 0, available)
    case .full, .unknownProduct, .void, .keyReused, .reversesAnotherCall:
      // Nothing was decided about this call, so its key stays free.
      _ = try connection.rows("DELETE FROM stock_requests WHERE idempotency_key = \(key)::text")
      return
    }
    _ = try connection.rows(
      """
      UPDATE stock_requests SET outcome = \(stored.outcome)::text, units = \(stored.units)::int,
        stock_after = \(stored.stock)::int
      WHERE idempotency_key = \(key)::text
      """)
  }

  private static func record(
    delta: Int, reason: String, of request: StockRequest, at now: Timestamp,
    _ connection: isolated PostgresConnection
  ) throws {
    _ = try connection.rows(
      """
      INSERT INTO stock_movements (product_id, delta, reason, order_id, idempotency_key, created_at)
      VALUES (\(request.productID)::int, \(delta)::int, \(reason)::text, \(request.orderID)::int,
        \(request.idempotencyKey)::text, \(now)::timestamp)
      """)
  }
}
