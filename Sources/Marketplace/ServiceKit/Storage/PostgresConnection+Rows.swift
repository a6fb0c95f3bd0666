package import Postgres

extension PostgresConnection {
  /// Runs a statement inside a transaction and returns its rows.
  package func rows(_ sql: SQL) throws -> [PostgresRow] {
    try querySync(sql).rows
  }

  /// Runs a statement that always returns a row, such as an aggregate or an insert that returns what it made.
  package func one(_ sql: SQL) throws -> PostgresRow {
    guard let row = try rows(sql).first else { throw MissingRow() }
    return row
  }
}

/// A statement that always returns a row returned none: a mistake in the statement, not of a caller.
package struct MissingRow: Error {}
