/// What a server's catalogue tells of a relation, without reading its rows.
struct RelationFacts: Sendable, Hashable {
  /// A B-tree that has the key's columns first, of all rows.
  struct Index: Sendable, Hashable {
    let name: String
    let isUnique: Bool
  }

  /// Judged rows, as the server's planner estimates them.
  var rows: Double
  /// Bytes of a key, on average.
  var keyBytes: Double
  /// Different keys, as the statistics say; nil when there are none.
  var distinct: Double?
  /// The smallest index that can be used; nil for a query, or a table without one.
  var index: Index?
  /// The smallest and the largest key, where an index tells them at once.
  var bounds: ClosedRange<Int64>?
  /// Share of the index entries for which the server has to look into the table, 0 to 1, as a small trial showed.
  var heapFetches: Double?

  /// Different keys, at most one for each row; without statistics every row may have its own.
  var keys: Double { min(rows, distinct ?? rows) }

  /// Integers between the bounds that are no key; nil when the bounds are unknown.
  var missingIntegers: Double? {
    bounds.map { max(0, Double($0.upperBound) - Double($0.lowerBound) + 1 - rows) }
  }
}
