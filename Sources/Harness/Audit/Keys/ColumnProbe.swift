import Postgres

/// Asks a store for the kinds of a relation's columns; also proves that the relation can be read at all.
struct ColumnProbe: Sendable {
  let reader: SQLReader

  /// Kinds of the key's columns.
  func kinds(of relation: SQLRelation) async throws -> [ColumnKind] {
    guard !relation.columns.isEmpty else { return [] }
    let columns = relation.columns.map(relation.column)
    return try await reader.snapshot { connection in
      let none = try connection.querySync(
        "SELECT \(SQL.joined(columns, separator: ", ")) FROM \(relation.from) WHERE \(relation.condition) LIMIT 0")
      let types = none.columns.map(\.typeID)
      return try zip(columns, types).map { column, type in
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
    }.value
  }
}
