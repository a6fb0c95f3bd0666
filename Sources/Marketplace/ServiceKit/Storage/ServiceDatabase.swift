package import Postgres

/// The database of a service: a pool, and transactions that are tried again when two got into each other's way.
package struct ServiceDatabase: Sendable {
  private let pool: PostgresPool

  /// Stands on a pool of connections.
  package init(pool: PostgresPool) {
    self.pool = pool
  }

  /// Runs one statement on its own.
  package func query(_ sql: SQL) async throws -> [PostgresRow] {
    try await pool.withConnection { try await $0.query(sql).rows }
  }

  /// Runs a transaction; a deadlock or serialization failure, which rolled everything back, is tried again.
  package func transaction<T: Sendable>(
    _ body: @Sendable (isolated PostgresConnection) throws -> T
  ) async throws -> T {
    try await pool.withConnection { try await $0.transaction(retries: 5, body) }
  }
}
