/// What a server's catalogue tells of a relation, without reading its rows.
struct RelationFacts: Sendable, Hashable {
  /// Judged rows, as the server's planner estimates them.
  var rows: Double
  /// Bytes of a key, on average.
  var keyBytes: Double
  /// Different keys, as the statistics say; nil when there are none.
  var distinct: Double?
  /// Whether an index has all keys in order.
  var isIndexed = false
  /// Whether that index has them in the order of their bytes, as far as they are text.
  var hasByteOrder = false
  /// Kinds of the columns that identify a row, where they are the primary key; nil where they are not.
  var identityKinds: [ColumnKind]?
  /// The smallest and the largest key, where an index tells them at once.
  var bounds: ClosedRange<Int64>?
  /// Share of the index entries for which the server has to look into the table, 0 to 1, as a small trial showed.
  var heapFetches = 0.0

  /// Different keys, at most one for each row; without statistics every row may have its own.
  var keys: Double { min(rows, distinct ?? rows) }

  /// Integers from the smallest key to the largest; nil when they are unknown.
  var span: Double? { bounds.map { Double($0.upperBound) - Double($0.lowerBound) + 1 } }
}
