/// A query by google.firestore.v1.StructuredQuery, without vector search.
package struct StructuredQuery: Sendable, Hashable {
  /// Which collections are searched, relative to the parent of the request.
  package struct CollectionSelector: Sendable, Hashable {
    /// Nil selects every collection ("kindless"), which needs `allDescendants`.
    package var collectionID: String?
    /// Whether collections at any depth below the parent are searched, or only those directly below it.
    package var allDescendants: Bool

    /// Selects collections.
    package init(collectionID: String?, allDescendants: Bool = false) {
      self.collectionID = collectionID
      self.allDescendants = allDescendants
    }
  }

  /// One key of the sort order.
  package struct Order: Sendable, Hashable {
    package var field: FieldPath
    package var direction: Direction

    /// Sorts by a field.
    package init(_ field: FieldPath, _ direction: Direction = .ascending) {
      self.field = field
      self.direction = direction
    }
  }

  /// Way of sorting.
  package enum Direction: String, ProtoEnum {
    case ascending = "ASCENDING"
    case descending = "DESCENDING"

    package var number: Int { self == .ascending ? 1 : 2 }
  }

  /// A position in the sort order: values for its first keys.
  package struct Cursor: Sendable, Hashable {
    package var values: [FirestoreValue]
    /// Whether the position lies just before the matching documents (startAt, endBefore) or just after them.
    package var before: Bool

    /// Describes a position.
    package init(_ values: [FirestoreValue], before: Bool) {
      self.values = values
      self.before = before
    }
  }

  /// Fields to return, nil for all of them; `__name__` alone gives names only.
  package var select: [FieldPath]?
  package var from: CollectionSelector?
  package var filter: QueryFilter?
  package var orderBy: [Order]
  package var startAt: Cursor?
  package var endAt: Cursor?
  package var offset: Int
  package var limit: Int?

  /// Describes a query; all parts are optional in the protocol too.
  package init(
    from: CollectionSelector?, filter: QueryFilter? = nil, orderBy: [Order] = [], select: [FieldPath]? = nil,
    startAt: Cursor? = nil, endAt: Cursor? = nil, offset: Int = 0, limit: Int? = nil
  ) {
    self.select = select
    self.from = from
    self.filter = filter
    self.orderBy = orderBy
    self.startAt = startAt
    self.endAt = endAt
    self.offset = offset
    self.limit = limit
  }

  /// Searches one collection below the parent.
  package init(collection id: String, filter: QueryFilter? = nil, orderBy: [Order] = [], limit: Int? = nil) {
    self.init(from: CollectionSelector(collectionID: id), filter: filter, orderBy: orderBy, limit: limit)
  }

  /// Filters, each counted once, plus sort keys: what the limit of 100 is about.
  package var componentCount: Int { (filter?.leafCount ?? 0) + orderBy.count }
}
