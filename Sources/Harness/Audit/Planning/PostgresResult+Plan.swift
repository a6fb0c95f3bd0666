import JSON
import Postgres

extension PostgresResult {
  /// The topmost step of the plan that `EXPLAIN (FORMAT JSON)` answered (PostgreSQL 15, "EXPLAIN").
  var plan: JSONValue? {
    get throws {
      guard let text = rows.first?[0].text else { return nil }
      return try JSONValue(parsing: Array(text.utf8)).arrayValue?.first?["Plan"]
    }
  }
}
