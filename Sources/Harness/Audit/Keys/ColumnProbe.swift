import Postgres

/// Asks a store for the kinds of a relation's columns; also proves that the relation can be read at all.
struct ColumnProbe: Sendable {
  let reader: SQLReader

  /// Kinds of the key's columns.
  func kinds(of relation: SQLRelation) async throws -> [ColumnKind] {
    guard !relation.columns.isEmpty else { return [] }
    return try await reader.snapshot { try Self.kinds(of: relation.columns, in: relation, $0) }.value
  }

  /// Kinds of some columns of a relation.
  static func kinds(
    of names: [String], in relation: SQLRelation, _ connection: isolated PostgresConnection
  ) throws -> [ColumnKind] {
    let columns = names.map(relation.column)
    let none = try connection.querySync(
      "SELECT \(SQL.joined(columns, separator: ", ")) FROM \(relation.from) WHERE \(relation.condition) LIMIT 0")
    return try zip(columns, none.columns.map(\.typeID)).map { column, type in
      guard ColumnKind.hasCollation(type) else { return ColumnKind(type) }
      // One row without reading any: the collation is a property of the expression, not of its value.
      let collation = try connection.querySync(
        """
        SELECT collisdeterministic FROM pg_catalog.pg_collation WHERE oid = ( \
        SELECT pg_catalog.pg_collation_for(\(column)) FROM (SELECT 1) AS one LEFT JOIN \(relation.from) ON false \
        )::pg_catalog.regcollation
        """)
      return ColumnKind(type, isLoose: try collation.rows.first?[0].decode(Bool.self) == false)
    }
  }
}
