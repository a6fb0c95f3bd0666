// All reads of a PostgreSQL store go through here, and this is what makes the audit gentle and its witnesses true: each
// is one short read-only transaction with one snapshot (no state, no temporary table, nothing to clean up), opened by
// a statement that tells the server's clock and its position in the write-ahead log. The session is read-only as well,
// so SQL of a data contract that tries to write is refused by the server whatever it says.

import Postgres
import RFC3339
import Synchronization

/// Reads a PostgreSQL store in read-only snapshots.
struct SQLReader: Sendable {
  /// Whether the store lets this role see its position in the write-ahead log; some hosted ones do not.
  final class History: Sendable {
    fileprivate let isTold = Atomic(true)
  }

  let store: SQLStore
  let pool: PostgresPool
  let history: History
  /// What holds reads back where the store is a replica.
  var gate: ReplicaGate?
  var pace = ScanPace()
  /// What holds reads back while the server has much else to do; nil when nobody set a limit.
  var load: LoadGate?

  /// Runs statements in one snapshot, and tells where in the store's history it was taken.
  func snapshot<Value: Sendable>(
    _ order: ScanOrder = .heap, _ body: @Sendable (isolated PostgresConnection) throws -> Value
  ) async throws -> (value: Value, position: ReadPosition) {
    try await load?.pass()
    return try await pool.withConnection { connection in
      let isTold = history.isTold.load(ordering: .relaxed)
      do {
        return try await read(on: connection, tellingLSN: isTold, order, body)
      } catch let error as PostgresError where isTold && Self.mayLackPosition(error) {
        // If the body was to blame, it fails again; if the position was, the store is not asked for it any more.
        let outcome = try await read(on: connection, tellingLSN: false, order, body)
        history.isTold.store(false, ordering: .relaxed)
        return outcome
      }
    }
  }

  /// Runs statements in one snapshot that is no older than the request, also where the store is a replica.
  func currentSnapshot<Value: Sendable>(
    _ body: @Sendable (isolated PostgresConnection) throws -> Value
  ) async throws -> (value: Value, position: ReadPosition) {
    try await catchUp()
    return try await snapshot(.heap, body)
  }

  /// Waits until the store shows whatever was committed before this was called; at once, unless it is a replica.
  func catchUp() async throws { try await gate?.pass(on: pool, store: store.name) }

  private func read<Value: Sendable>(
    on connection: PostgresConnection, tellingLSN: Bool, _ order: ScanOrder,
    _ body: @Sendable (isolated PostgresConnection) throws -> Value
  ) async throws -> (value: Value, position: ReadPosition) {
    try await connection.transaction(isolation: .repeatableRead, access: .readOnly) { connection in
      // The first statement of the transaction takes its snapshot, so the position belongs to all that follows.
      let row = try connection.querySync(opening(tellingLSN: tellingLSN, order)).rows[0]
      let position = ReadPosition(at: try row[0].decode(Timestamp.self), position: row[1].text)
      return (try body(connection), position)
    }
  }

  /// Reads a relation as a whole in one snapshot, at the store's pace.
  ///
  /// Unlike other statements it may take as long as it needs: there is no telling how many rows there are, or how slow
  /// the pace is that somebody asked for.
  func scan<Value: Sendable>(
    _ order: ScanOrder, _ body: @Sendable (isolated PostgresConnection, ScanPace) throws -> Value
  ) async throws -> Value {
    let pace = pace
    return try await snapshot(order) { connection in
      _ = try connection.querySync("SELECT pg_catalog.set_config('statement_timeout', '0', true)")
      return try body(connection, pace)
    }.value
  }

  /// Lends a cursor over the rows of a SELECT, all of one snapshot, however many they are.
  ///
  /// The connection is in use meanwhile; other reads take another one.
  func withCursor(
    over select: SQL, _ order: ScanOrder = .heap, _ body: (SQLCursor) async throws -> Void
  ) async throws {
    try await load?.pass()
    try await pool.withConnection { connection in
      _ = try await connection.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
      do {
        _ = try await connection.query(opening(tellingLSN: false, order))
        _ = try await connection.query("DECLARE concord_rows NO SCROLL CURSOR FOR \(select)")
        let cursor = SQLCursor(connection: connection, pace: pace)
        try await LoadGate.$isSuspended.withValue(true) { try await body(cursor) }
        _ = try await connection.query("COMMIT")
      } catch {
        // A cancelled task cannot even roll back; the pool then drops the connection, and the server rolls back.
        _ = try? await connection.query("ROLLBACK")
        throw error
      }
    }
  }

  private func opening(tellingLSN: Bool, _ order: ScanOrder) -> SQL {
    let position: SQL =
      tellingLSN
      ? """
      CASE WHEN pg_catalog.pg_is_in_recovery() \
      THEN 'LSN ' || pg_catalog.pg_last_wal_replay_lsn()::text || ' on a replica' \
      ELSE 'LSN ' || pg_catalog.pg_current_wal_lsn()::text END
      """ : "NULL::text"
    // A plan made for one batch of keys must not be kept for the next: it may be of quite another size.
    var settings: [SQL] = ["pg_catalog.set_config('plan_cache_mode', 'force_custom_plan', true)"]
    for (name, value) in order.settings {
      settings.append("pg_catalog.set_config(\(literal: name), \(literal: value), true)")
    }
    if let schema = store.schema {
      // What a contract's SQL names without a schema is in the contract's schema, extensions are in `public`.
      let path = "\(SQL.quoted(identifier: schema)), public"
      settings.append("pg_catalog.set_config('search_path', \(path)::text, true)")
    }
    return "SELECT pg_catalog.clock_timestamp(), \(position), \(SQL.joined(settings, separator: ", "))"
  }

  /// Insufficient privilege, undefined function, not supported, not in the right state.
  private static func mayLackPosition(_ error: PostgresError) -> Bool {
    ["42501", "42883", "0A000", "55000"].contains(error.sqlState)
  }
}

/// Rows of an open cursor, a few at a time.
struct SQLCursor: Sendable {
  fileprivate let connection: PostgresConnection
  fileprivate let pace: ScanPace

  /// The next rows, at most `count`; none at the end.
  func fetch(_ count: Int) async throws -> [PostgresRow] {
    // FETCH takes no parameters; the number is our own.
    let rows = try await connection.query("FETCH \(raw: String(count)) FROM concord_rows").rows
    if let due = pace.reserve(rows.count) { try await Task.sleep(until: due, clock: .continuous) }
    return rows
  }
}
