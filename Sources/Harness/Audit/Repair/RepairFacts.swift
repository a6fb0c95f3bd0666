import JSON
import Postgres

/// What a server's catalogue says of how the rows of a table may be changed.
struct RepairFacts: Sendable {
  /// Whether it is a table, and not a view or a foreign one.
  let isTable: Bool
  /// Columns of the primary key; empty when there is none.
  let primaryKey: [String]
  let notNull: Set<String>
  /// Columns that can be written: all but generated ones, in order.
  let writable: [String]
  /// Triggers that fire when rows are changed.
  let triggers: [String]
  /// Tables whose rows are changed when one of this table is removed.
  let followers: [String]

  /// Reads the facts; nil when there is no such relation.
  static func read(_ name: QualifiedName, reader: SQLReader) async throws -> RepairFacts? {
    let table = name.within(reader.store.schema).quoted
    return try await reader.snapshot { connection -> RepairFacts? in
      let rows = try connection.querySync(
        """
        SELECT c.relkind IN ('r', 'p'), \
        to_json(ARRAY(SELECT a.attname FROM pg_catalog.pg_index AS i \
        CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place) \
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number \
        WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts ORDER BY k.place))::text, \
        to_json(ARRAY(SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = c.oid AND attnum > 0 \
        AND NOT attisdropped AND attnotnull))::text, \
        to_json(ARRAY(SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = c.oid AND attnum > 0 \
        AND NOT attisdropped AND attgenerated = '' ORDER BY attnum))::text, \
        to_json(ARRAY(SELECT tgname FROM pg_catalog.pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal \
        AND tgenabled <> 'D' ORDER BY 1))::text, \
        to_json(ARRAY(SELECT DISTINCT r.conrelid::regclass::text FROM pg_catalog.pg_constraint AS r \
        WHERE r.confrelid = c.oid AND r.contype = 'f' AND r.confdeltype IN ('c', 'n', 'd') ORDER BY 1))::text \
        FROM pg_catalog.pg_class AS c WHERE c.oid = pg_catalog.to_regclass(\(table))
        """
      ).rows
      guard let row = rows.first else { return nil }
      func names(_ column: Int) throws -> [String] {
        (try JSONValue(parsing: row[column].decode(String.self)).arrayValue ?? []).compactMap(\.stringValue)
      }
      return RepairFacts(
        isTable: try row[0].decode(Bool.self), primaryKey: try names(1), notNull: Set(try names(2)),
        writable: try names(3), triggers: try names(4), followers: try names(5))
    }.value
  }

  /// What may be done with a row whose key has these columns.
  func possibilities(for key: [String]) -> RepairAction.Possibilities {
    var possible = RepairAction.Possibilities()
    if primaryKey.isEmpty {
      possible.unchangeable = "the table has no primary key by which an undo could find the row again"
    } else if let column = key.first(where: primaryKey.contains) {
      possible.unchangeable = "'\(column)' is part of the primary key"
    } else if let column = key.first(where: { !writable.contains($0) }) {
      possible.unchangeable = "'\(column)' is generated"
    }
    if let column = key.first(where: notNull.contains) { possible.unclearable = "'\(column)' is never NULL" }
    if !followers.isEmpty {
      possible.undeletable =
        "removing a row would also change rows of \(followers.joined(separator: ", ")), which no undo brings back"
    }
    return possible
  }
}
