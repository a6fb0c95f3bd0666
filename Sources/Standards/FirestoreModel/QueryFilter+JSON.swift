package import JSON

extension QueryFilter {
  /// Reads the REST form.
  ///
  /// - Throws: When not exactly one kind of filter is given, or an operator or field is missing or malformed.
  package init(json: JSONValue) throws(FirestoreFormatError) {
    var object = try ProtoObject(json)
    let composite = try object.read("compositeFilter", QueryFilter.composite)
    let field = try object.read("fieldFilter", QueryFilter.fieldCondition)
    let unary = try object.read("unaryFilter", QueryFilter.unaryCondition)
    try object.finish()
    let filters = [composite, field, unary].compactMap { $0 }
    guard filters.count == 1 else {
      throw FirestoreFormatError("a filter is exactly one of compositeFilter, fieldFilter and unaryFilter.")
    }
    self = filters[0]
  }

  /// The REST form.
  package var json: JSONValue {
    switch self {
    case .all(let filters): QueryFilter.json(.and, filters)
    case .any(let filters): QueryFilter.json(.or, filters)
    case .field(let path, let comparison, let value):
      [
        "fieldFilter": [
          "field": StructuredQuery.json(field: path), "op": .string(comparison.rawValue), "value": value.json,
        ]
      ]
    case .unary(let path, let test):
      ["unaryFilter": ["op": .string(test.rawValue), "field": StructuredQuery.json(field: path)]]
    }
  }

  private static func json(_ operation: CompositeOperator, _ filters: [QueryFilter]) -> JSONValue {
    ["compositeFilter": ["op": .string(operation.rawValue), "filters": .array(filters.map(\.json))]]
  }

  private static func composite(_ json: JSONValue) throws(FirestoreFormatError) -> QueryFilter {
    var object = try ProtoObject(json)
    let operation = try object.enumeration("op", CompositeOperator.self)
    let filters = try object.list("filters") { (json) throws(FirestoreFormatError) in try QueryFilter(json: json) }
    try object.finish()
    guard let operation else { throw FirestoreFormatError("a composite filter needs an operator.", at: "op") }
    guard !filters.isEmpty else { throw FirestoreFormatError("a composite filter needs filters.", at: "filters") }
    return operation == .and ? .all(filters) : .any(filters)
  }

  private static func fieldCondition(_ json: JSONValue) throws(FirestoreFormatError) -> QueryFilter {
    var object = try ProtoObject(json)
    let field = try object.read("field", StructuredQuery.field)
    let comparison = try object.enumeration("op", FieldOperator.self)
    let value = try object.read("value") { (json) throws(FirestoreFormatError) in try FirestoreValue(json: json) }
    try object.finish()
    guard let field, let comparison, let value else {
      throw FirestoreFormatError("a field filter needs field, op and value.")
    }
    return .field(field, comparison, value)
  }

  private static func unaryCondition(_ json: JSONValue) throws(FirestoreFormatError) -> QueryFilter {
    var object = try ProtoObject(json)
    let field = try object.read("field", StructuredQuery.field)
    let test = try object.enumeration("op", UnaryOperator.self)
    try object.finish()
    guard let field, let test else { throw FirestoreFormatError("a unary filter needs field and op.") }
    return .unary(field, test)
  }
}
