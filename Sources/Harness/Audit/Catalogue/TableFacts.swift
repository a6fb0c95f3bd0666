import JSON
import Postgres

/// What a server's catalogue says of a table or view.
struct TableFacts: Sendable {
  /// A column.
  struct Column: Sendable {
    let name: String
    /// The type without its modifier, as `format_type` writes it: `character varying`.
    let type: String
    /// The type with its modifier: `character varying(255)`.
    let fullType: String
    let isNotNull: Bool
  }

  /// An index over all rows.
  struct Index: Sendable {
    /// The columns in order; empty texts stand for expressions.
    let columns: [String]
    let isUnique: Bool
    let isOrdered: Bool
    /// Whether its order is the one that `ORDER BY` of its columns asks for, or the reverse of it.
    let hasUsualOrder: Bool

    /// Whether keys of these columns are in order in it.
    func begins(with wanted: [String]) -> Bool { isOrdered && hasUsualOrder && columns.starts(with: wanted) }

    /// Whether rows with given values of these columns are found by it: it begins with one of them.
    func serves(_ wanted: [String]) -> Bool { isOrdered && columns.first.map(wanted.contains) == true }
  }

  let columns: [Column]
  let indexes: [Index]
  /// Views have neither keys nor indexes of their own.
  let isTable: Bool

  /// Reads the facts; nil when there is no such table.
  static func read(_ name: QualifiedName, reader: SQLReader) async throws -> TableFacts? {
    let table = name.within(reader.store.schema).quoted
    return try await reader.snapshot { connection -> TableFacts? in
      let kind = try connection.querySync(
        "SELECT relkind IN ('r', 'p') FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass(\(table))")
      guard let row = kind.rows.first else { return nil }
      let columns = try connection.querySync(
        """
        SELECT attname, pg_catalog.format_type(atttypid, NULL), pg_catalog.format_type(atttypid, atttypmod), attnotnull \
        FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass(\(table)) AND attnum > 0 \
        AND NOT attisdropped ORDER BY attnum
        """
      ).rows.map { row in
        Column(
          name: try row[0].decode(String.self), type: try row[1].decode(String.self),
          fullType: try row[2].decode(String.self), isNotNull: try row[3].decode(Bool.self))
      }
      return TableFacts(
        columns: columns, indexes: try indexes(of: table, connection), isTable: try row[0].decode(Bool.self))
    }.value
  }

  /// The names of all tables and views of the store's schema.
  static func names(reader: SQLReader) async throws -> [String] {
    let schema = reader.store.schema ?? "public"
    return try await reader.snapshot { connection in
      try connection.querySync(
        """
        SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
        WHERE n.nspname = \(schema) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1 LIMIT 10000
        """
      ).rows.map { try $0[0].decode(String.self) }
    }.value
  }

  /// The indexes of a relation's table.
  static func indexes(of relation: SQLRelation, reader: SQLReader) async throws -> [Index] {
    guard case .table(let name) = relation.source else { return [] }
    let table = name.within(reader.store.schema).quoted
    return try await reader.snapshot { try indexes(of: table, $0) }.value
  }

  /// Valid indexes without a condition.
  static func indexes(of table: String, _ connection: isolated PostgresConnection) throws -> [Index] {
    try connection.querySync(
      """
      SELECT i.indisunique, m.amname = 'btree', \
      (i.indoption::text ~ '^0( 0)*$' OR i.indoption::text ~ '^3( 3)*$') AND NOT EXISTS ( \
      SELECT FROM unnest(i.indclass::oid[], i.indcollation::oid[], i.indkey::int2[]) \
      WITH ORDINALITY AS k(operators, collating, number, place) \
      JOIN pg_catalog.pg_opclass AS o ON o.oid = k.operators LEFT JOIN pg_catalog.pg_attribute AS a \
      ON a.attrelid = i.indrelid AND a.attnum = k.number WHERE k.place <= i.indnkeyatts \
      AND (NOT o.opcdefault OR k.collating <> coalesce(a.attcollation, k.collating))), \
      to_json(ARRAY(SELECT coalesce(a.attname, '') \
      FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place) \
      LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number \
      WHERE k.place <= i.indnkeyatts ORDER BY k.place))::text FROM pg_catalog.pg_index AS i \
      JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid JOIN pg_catalog.pg_am AS m ON m.oid = c.relam \
      WHERE i.indrelid = pg_catalog.to_regclass(\(table)) AND i.indisvalid AND i.indpred IS NULL
      """
    ).rows.map { row in
      let names = try JSONValue(parsing: row[3].decode(String.self)).arrayValue ?? []
      return Index(
        columns: names.map { $0.stringValue ?? "" }, isUnique: try row[0].decode(Bool.self),
        isOrdered: try row[1].decode(Bool.self), hasUsualOrder: try row[2].decode(Bool.self))
    }
  }
}
