import FirestoreModel

/// The rules that Firestore checks before it runs a query.
enum QueryRules {
  static func check(_ query: StructuredQuery) throws(EmulatorError) {
    if let id = query.from?.collectionID { try DocumentRules.check(id: id, kind: "Collection") }
    guard query.componentCount <= FirestoreLimits.filtersAndOrders else {
      throw .invalid("A query can have at most \(FirestoreLimits.filtersAndOrders) filters and orders.")
    }
    try check(query.orderBy)
    if query.from?.collectionID == nil { try checkKindless(query) }
    guard let filter = query.filter else { return }
    try checkLeaves(of: filter)
    guard filter.inequalityFields.count <= FirestoreLimits.inequalityFields else {
      throw .invalid("A query can have inequalities on at most \(FirestoreLimits.inequalityFields) fields.")
    }
    guard disjunctions(filter) <= FirestoreLimits.disjunctions else {
      throw .invalid("A query can have at most \(FirestoreLimits.disjunctions) disjunctions in its normal form.")
    }
    guard arrayConditions(filter) <= 1 else {
      throw .invalid("A disjunction can have at most one ARRAY_CONTAINS or ARRAY_CONTAINS_ANY.")
    }
    try checkExclusions(filter)
    try checkNameEquality(filter)
  }

  /// A collection group below a document is a range of names: no index on fields answers it.
  static func checkGroup(_ query: StructuredQuery, below parent: DocumentPath?) throws(EmulatorError) {
    guard parent != nil, query.from?.allDescendants == true, query.from?.collectionID != nil else { return }
    guard query.orderBy.allSatisfy({ $0.field == .documentID }),
      fields(of: query.filter).allSatisfy({ $0 == .documentID })
    else { throw .invalid("collection group queries are only allowed at the root parent") }
  }

  /// Sums and averages are read from an index that ends with `__name__`, which rules some queries out.
  static func check(
    aggregated fields: [FieldPath], of query: StructuredQuery, below parent: DocumentPath?
  ) throws(EmulatorError) {
    guard !fields.isEmpty else { return }
    guard query.select == nil else {
      throw .invalid("Cannot apply property masks when aggregation fields are present.")
    }
    let isByName =
      query.orderBy.contains { $0.field == .documentID } || self.fields(of: query.filter).contains(.documentID)
      || (parent != nil && query.from?.allDescendants == true)
    guard isByName else { return }
    let sorted = query.orderBy.map(\.field) + (query.filter?.inequalityFields ?? [])
    let unsorted = fields.filter { !sorted.contains($0) }
    guard unsorted.isEmpty else {
      let list = unsorted.map(\.description).joined(separator: ", ")
      throw .invalid(
        "This query requires an index that has fields [\(list)] after __name__ and Firestore does not currently support "
          + "such an index.")
    }
  }

  static func check(_ cursor: StructuredQuery.Cursor?, orders: [StructuredQuery.Order]) throws(EmulatorError) {
    guard let cursor else { return }
    guard cursor.values.count <= orders.count else { throw .invalid("Cursor has too many values.") }
    for (order, value) in zip(orders, cursor.values) where order.field == .documentID { try checkReference(value) }
  }

  private static func check(_ orders: [StructuredQuery.Order]) throws(EmulatorError) {
    var seen: Set<FieldPath> = []
    for order in orders {
      guard !seen.contains(.documentID) else {
        throw .invalid("order by clause cannot contain more fields after the key")
      }
      guard seen.insert(order.field).inserted else {
        throw .invalid("order by clause cannot contain duplicate fields \(order.field)")
      }
    }
  }

  /// The fields that conditions are about.
  private static func fields(of filter: QueryFilter?) -> [FieldPath] {
    var fields: [FieldPath] = []
    filter?.forEachLeaf { leaf in
      switch leaf {
      case .field(let path, _, _), .unary(let path, _): fields.append(path)
      case .all, .any: break
      }
    }
    return fields
  }

  /// All collections at once have no index but the one on names.
  private static func checkKindless(_ query: StructuredQuery) throws(EmulatorError) {
    guard query.orderBy.allSatisfy({ $0.field == .documentID && $0.direction == .ascending }) else {
      throw .invalid("kind is required for all orders except __name__ ascending")
    }
    guard fields(of: query.filter).allSatisfy({ $0 == .documentID }) else {
      throw .invalid("kind is required for filters on anything but __name__")
    }
  }

  private static func checkLeaves(of filter: QueryFilter) throws(EmulatorError) {
    switch filter {
    case .all(let filters), .any(let filters):
      for filter in filters { try checkLeaves(of: filter) }
    case .unary(let path, _):
      guard path != .documentID else { throw .invalid("__name__ filter value must be a document reference") }
    case .field(let path, let comparison, let value):
      try checkList(comparison, value)
      if path == .documentID { try checkName(comparison, value) }
    }
  }

  private static func checkList(
    _ comparison: QueryFilter.FieldOperator, _ value: FirestoreValue
  ) throws(EmulatorError) {
    guard [.in, .notIn, .arrayContainsAny].contains(comparison) else { return }
    guard case .array(let values) = value else { throw .invalid("'\(comparison.rawValue)' requires an ArrayValue.") }
    guard !values.isEmpty else { throw .invalid("'\(comparison.rawValue)' requires a non-empty ArrayValue.") }
    let limit = comparison == .notIn ? FirestoreLimits.notInValues : FirestoreLimits.disjunctions
    guard values.count <= limit else {
      throw .invalid("'\(comparison.rawValue)' supports up to \(limit) comparison values.")
    }
  }

  private static func checkName(
    _ comparison: QueryFilter.FieldOperator, _ value: FirestoreValue
  ) throws(EmulatorError) {
    switch comparison {
    case .arrayContains, .arrayContainsAny: throw .invalid("the name __name__ is reserved")
    case .in, .notIn:
      guard case .array(let values) = value else { return }
      for value in values { try checkReference(value) }
    default: try checkReference(value)
    }
  }

  private static func checkReference(_ value: FirestoreValue) throws(EmulatorError) {
    guard case .reference(let name) = value else { throw .invalid("__name__ value must be a document reference") }
    _ = try refusing { () throws(FirestoreFormatError) in try DocumentName(parsing: name) }
  }

  /// Number of conjunctions in the disjunctive normal form; saturates far above the limit.
  private static func disjunctions(_ filter: QueryFilter) -> Int {
    switch filter {
    case .all(let filters): filters.reduce(1) { min($0 * disjunctions($1), 1 << 20) }
    case .any(let filters): filters.reduce(0) { min($0 + disjunctions($1), 1 << 20) }
    case .field(_, .in, .array(let values)), .field(_, .arrayContainsAny, .array(let values)): values.count
    case .field, .unary: 1
    }
  }

  /// The most conditions on array elements that one disjunction has.
  private static func arrayConditions(_ filter: QueryFilter) -> Int {
    switch filter {
    case .all(let filters): filters.reduce(0) { $0 + arrayConditions($1) }
    case .any(let filters): filters.map(arrayConditions).max() ?? 0
    case .field(_, .arrayContains, _), .field(_, .arrayContainsAny, _): 1
    case .field, .unary: 0
    }
  }

  private static func checkExclusions(_ filter: QueryFilter) throws(EmulatorError) {
    var exclusions = 0
    var hasNotIn = false
    var hasList = false
    filter.forEachLeaf { leaf in
      switch leaf {
      case .field(_, .notEqual, _), .unary(_, .isNotNaN), .unary(_, .isNotNull): exclusions += 1
      case .field(_, .notIn, _):
        exclusions += 1
        hasNotIn = true
      case .field(_, .in, _), .field(_, .arrayContainsAny, _): hasList = true
      default: break
      }
    }
    guard exclusions <= 1 else {
      throw .invalid("A query can have only one of NOT_EQUAL, NOT_IN, IS_NOT_NULL and IS_NOT_NAN.")
    }
    guard !hasNotIn || !(hasList || hasDisjunction(filter)) else {
      throw .invalid("'NOT_IN' cannot be used in the same query with 'IN', 'ARRAY_CONTAINS_ANY' or 'OR'.")
    }
  }

  private static func checkNameEquality(_ filter: QueryFilter) throws(EmulatorError) {
    let inequalities = filter.inequalityFields
    guard !inequalities.isEmpty, !inequalities.contains(.documentID) else { return }
    var isLegal = true
    filter.forEachLeaf { leaf in
      if case .field(.documentID, .equal, _) = leaf { isLegal = false }
    }
    guard isLegal else {
      throw .invalid(
        "Equality on key is not allowed if there are other inequality fields and key does not appear in inequalities.")
    }
  }

  private static func hasDisjunction(_ filter: QueryFilter) -> Bool {
    switch filter {
    case .any(let filters): filters.count > 1 || filters.contains(where: hasDisjunction)
    case .all(let filters): filters.contains(where: hasDisjunction)
    case .field, .unary: false
    }
  }
}
