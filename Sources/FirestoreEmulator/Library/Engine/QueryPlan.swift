package import FirestoreModel

/// A query that was found legal, with its sort order completed as Firestore completes it.
package struct QueryPlan: Sendable {
  package let database: DatabaseName
  let parent: DocumentPath?
  let query: StructuredQuery
  /// Explicit keys, then the fields of inequalities, then `__name__`: a total order.
  let orders: [StructuredQuery.Order]
  /// Fields that a document must have to be in the result, because the sort order is by them.
  private let requiredFields: [FieldPath]
  /// Those of them that the filter does not ask for anyway.
  private let fieldsBeyondFilter: [FieldPath]

  /// Checks a query against the rules of Firestore.
  ///
  /// - Throws: INVALID_ARGUMENT naming the rule that is broken.
  ///
  /// Aggregations of fields walk an index on them, so the fields are keys of the order too, after all others.
  package init(
    _ query: StructuredQuery, aggregating fields: [FieldPath] = [], below parent: DocumentPath?,
    in database: DatabaseName
  ) throws(EmulatorError) {
    self.database = database
    self.parent = parent
    self.query = query
    try QueryRules.check(query)
    try QueryRules.checkGroup(query, below: parent)
    try QueryRules.check(aggregated: fields, of: query, below: parent)
    orders = QueryPlan.completed(query, aggregating: fields)
    requiredFields = orders.map(\.field).filter { $0 != .documentID }
    let filtered = query.filter.map(QueryPlan.necessaryFields) ?? []
    fieldsBeyondFilter = requiredFields.filter { !filtered.contains($0) }
    try QueryRules.check(query.startAt, orders: orders)
    try QueryRules.check(query.endAt, orders: orders)
  }

  /// Whether the order of the result is that of document names.
  var isOrderedByName: Bool { orders.count == 1 }

  var isDescendingByName: Bool { orders[orders.count - 1].direction == .descending }

  /// The only collection that can hold results; nil for collection groups and for all collections.
  var singleCollection: CollectionPath? {
    guard let id = query.from?.collectionID, query.from?.allDescendants != true else { return nil }
    // The id was checked, so the path has the right shape.
    if let parent { return try? parent.collection(id) }
    return try? CollectionPath(id)
  }

  /// Whether documents of a collection can be in the result.
  func isInScope(_ collection: CollectionPath) -> Bool {
    let prefix = parent?.segments ?? []
    guard collection.segments.count > prefix.count,
      zip(collection.segments, prefix).allSatisfy({ UTF8Order.equal($0, $1) })
    else { return false }
    if let id = query.from?.collectionID, !UTF8Order.equal(id, collection.id) { return false }
    return query.from?.allDescendants == true || collection.segments.count == prefix.count + 1
  }

  /// Whether a document in scope satisfies the filter and has every field of the sort order.
  func matches(_ document: StoredDocument) -> Bool {
    if let filter = query.filter, !FilterRules.matches(filter, document) { return false }
    return fieldsBeyondFilter.allSatisfy { FirestoreValue.value(at: $0, in: document.fields) != nil }
  }

  /// Whether a change may have altered the result; errs towards yes (limits and cursors are not looked at).
  func isAffected(by change: DocumentChange) -> Bool {
    guard isInScope(change.collection) else { return false }
    return change.before.map(matches) == true || change.after.map(matches) == true
  }

  /// The values that a document is sorted by, except its name.
  func sortKey(of document: StoredDocument) -> [FirestoreValue] {
    requiredFields.map { FirestoreValue.value(at: $0, in: document.fields) ?? .null }
  }

  /// Whether a document lies between the cursors.
  func isWithinCursors(_ document: StoredDocument) -> Bool {
    if let start = query.startAt {
      let order = compare(document, with: start)
      if order < 0 || (order == 0 && !start.before) { return false }
    }
    if let end = query.endAt {
      let order = compare(document, with: end)
      if order > 0 || (order == 0 && end.before) { return false }
    }
    return true
  }

  /// The ids of a collection that name filters and, when sorted by name, cursors leave; nil when there are none.
  func range(in collection: CollectionPath) -> IDRange? {
    var range = IDRange.all
    for (comparison, reference) in QueryPlan.nameConditions(query.filter) {
      guard NameOrder.restrict(&range, of: collection, to: comparison, reference) else { return nil }
    }
    guard isOrderedByName else { return range }
    let descending = isDescendingByName
    if let start = query.startAt, let value = start.values.first {
      let comparison: QueryFilter.FieldOperator =
        descending
        ? (start.before ? .lessThanOrEqual : .lessThan) : (start.before ? .greaterThanOrEqual : .greaterThan)
      guard NameOrder.restrict(&range, of: collection, to: comparison, value) else { return nil }
    }
    if let end = query.endAt, let value = end.values.first {
      let comparison: QueryFilter.FieldOperator =
        descending ? (end.before ? .greaterThan : .greaterThanOrEqual) : (end.before ? .lessThan : .lessThanOrEqual)
      guard NameOrder.restrict(&range, of: collection, to: comparison, value) else { return nil }
    }
    return range
  }

  /// Compares a document with a position that may give only the first keys.
  private func compare(_ document: StoredDocument, with cursor: StructuredQuery.Cursor) -> Int {
    for (order, value) in zip(orders, cursor.values) {
      let result =
        order.field == .documentID
        ? NameOrder.compare(document, reference: value)
        : FirestoreValue.compare(FirestoreValue.value(at: order.field, in: document.fields) ?? .null, value)
      if result != 0 { return order.direction == .ascending ? result : -result }
    }
    return 0
  }

  private static func completed(
    _ query: StructuredQuery, aggregating fields: [FieldPath]
  ) -> [StructuredQuery.Order] {
    var orders = query.orderBy
    let direction = orders.last?.direction ?? .ascending
    guard orders.last?.field != .documentID else { return orders }
    for field in (query.filter?.inequalityFields ?? []) + fields.sorted()
    where field != .documentID && !orders.contains(where: { $0.field == field }) {
      orders.append(.init(field, direction))
    }
    orders.append(.init(.documentID, direction))
    return orders
  }

  /// Values of one field that every result has, if the filter says so.
  var fieldCondition: FieldCondition? { query.filter.flatMap(QueryPlan.fieldCondition) }

  private static func fieldCondition(_ filter: QueryFilter) -> FieldCondition? {
    switch filter {
    case .field(.documentID, _, _): nil
    case .field(let path, .equal, let value): FieldCondition(path, from: value, to: value)
    case .field(let path, .greaterThan, let value), .field(let path, .greaterThanOrEqual, let value):
      FieldCondition(path, from: value, to: nil)
    case .field(let path, .lessThan, let value), .field(let path, .lessThanOrEqual, let value):
      FieldCondition(path, from: nil, to: value)
    case .all(let filters): filters.lazy.compactMap(fieldCondition).first
    case .field, .unary, .any: nil
    }
  }

  /// Fields without which no document satisfies a filter.
  private static func necessaryFields(_ filter: QueryFilter) -> [FieldPath] {
    switch filter {
    case .field(let path, _, _), .unary(let path, _): [path]
    case .all(let filters): filters.flatMap { necessaryFields($0) }
    case .any: []
    }
  }

  /// Conditions on the name that every result satisfies.
  private static func nameConditions(_ filter: QueryFilter?) -> [(QueryFilter.FieldOperator, FirestoreValue)] {
    switch filter {
    case .field(.documentID, let comparison, let value)?: [(comparison, value)]
    case .all(let filters)?: filters.flatMap { nameConditions($0) }
    default: []
    }
  }
}
