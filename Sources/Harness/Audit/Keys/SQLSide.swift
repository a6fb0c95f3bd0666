/// One side of a reference in a PostgreSQL store, with what is needed to read it.
struct SQLSide: Sendable {
  let relation: SQLRelation
  let reader: SQLReader
  /// Kinds of the key's columns.
  let kinds: [ColumnKind]

  /// Asks the store for the kinds of the columns.
  init(_ relation: SQLRelation, reader: SQLReader) async throws {
    self.relation = relation
    self.reader = reader
    kinds = try await ColumnProbe(reader: reader).kinds(of: relation)
  }

  /// The side as one that refers.
  var source: SQLKeySource { SQLKeySource(relation: relation, reader: reader, kinds: kinds) }

  /// The side as one that is referred to.
  var target: SQLKeyTarget { SQLKeyTarget(relation: relation, reader: reader, kinds: kinds) }

  /// Whether the key is one integer.
  var isInteger: Bool { kinds == [.integer] }

  /// The columns of the key, for people.
  var columns: String { relation.columns.joined(separator: ", ") }
}
