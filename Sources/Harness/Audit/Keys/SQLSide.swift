/// One side of a reference in a PostgreSQL store, with what is needed to read it.
struct SQLSide: Sendable {
  let relation: SQLRelation
  let reader: SQLReader
  /// Kinds of the key's columns.
  let kinds: [ColumnKind]
  /// What tells that an absent key stayed absent.
  let absence: AbsenceVersion

  /// Asks the store for the kinds of the columns, and what the relation is.
  init(_ relation: SQLRelation, reader: SQLReader) async throws {
    self.relation = relation
    self.reader = reader
    (kinds, absence) = try await reader.snapshot { connection in
      let kinds = try ColumnProbe.kinds(of: relation.columns, in: relation, connection)
      return (kinds, try AbsenceVersion(of: relation, kinds, on: connection))
    }.value
  }

  /// The side as one that refers.
  var source: SQLKeySource { SQLKeySource(relation: relation, reader: reader, kinds: kinds) }

  /// The side as one that is referred to.
  var target: SQLKeyTarget { SQLKeyTarget(relation: relation, reader: reader, kinds: kinds, absence: absence) }

  /// Whether the key is one integer.
  var isInteger: Bool { kinds == [.integer] }

  /// The columns of the key, for people.
  var columns: String { relation.columns.joined(separator: ", ") }
}
