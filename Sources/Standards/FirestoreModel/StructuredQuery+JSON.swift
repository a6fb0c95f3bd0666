package import JSON

extension StructuredQuery {
  /// Reads the REST form.
  ///
  /// - Throws: When a member is malformed or unknown; `findNearest` and several `from` are refused as unsupported.
  package init(json: JSONValue) throws(FirestoreFormatError) {
    var object = try ProtoObject(json)
    let select = try object.read("select") { (json) throws(FirestoreFormatError) -> [FieldPath] in
      var projection = try ProtoObject(json)
      let fields = try projection.list("fields", StructuredQuery.field)
      try projection.finish()
      return fields.isEmpty ? [.documentID] : fields
    }
    let from = try object.list("from") { (json) throws(FirestoreFormatError) in try CollectionSelector(json: json) }
    let filter = try object.read("where") { (json) throws(FirestoreFormatError) in try QueryFilter(json: json) }
    let orderBy = try object.list("orderBy") { (json) throws(FirestoreFormatError) in try Order(json: json) }
    let startAt = try object.read("startAt") { (json) throws(FirestoreFormatError) in try Cursor(json: json) }
    let endAt = try object.read("endAt") { (json) throws(FirestoreFormatError) in try Cursor(json: json) }
    let offset = try object.int32("offset") ?? 0
    let limit = try object.int32("limit")
    if object.value("findNearest") != nil {
      throw FirestoreFormatError("vector search is not supported.", at: "findNearest", kind: .unsupported)
    }
    try object.finish()
    guard from.count <= 1 else { throw FirestoreFormatError("a query can have one collection selector.", at: "from") }
    guard offset >= 0 else { throw FirestoreFormatError("offset is negative.", at: "offset") }
    guard limit ?? 0 >= 0 else { throw FirestoreFormatError("limit is negative.", at: "limit") }
    self.init(
      from: from.first, filter: filter, orderBy: orderBy, select: select, startAt: startAt, endAt: endAt,
      offset: offset,
      limit: limit)
  }

  /// The REST form.
  package var json: JSONValue {
    var object = JSONObject()
    if let select { object["select"] = ["fields": .array(select.map(StructuredQuery.json(field:)))] }
    if let from { object["from"] = [from.json] }
    if let filter { object["where"] = filter.json }
    if !orderBy.isEmpty { object["orderBy"] = .array(orderBy.map(\.json)) }
    if let startAt { object["startAt"] = startAt.json }
    if let endAt { object["endAt"] = endAt.json }
    if offset != 0 { object["offset"] = .number(JSONNumber(offset)) }
    if let limit { object["limit"] = .number(JSONNumber(limit)) }
    return .object(object)
  }

  static func field(_ json: JSONValue) throws(FirestoreFormatError) -> FieldPath {
    var object = try ProtoObject(json)
    let path = try object.read("fieldPath") { (json) throws(FirestoreFormatError) in
      try FieldPath(parsing: ProtoObject.string(json))
    }
    try object.finish()
    guard let path else { throw FirestoreFormatError("a field reference needs a fieldPath.") }
    return path
  }

  static func json(field: FieldPath) -> JSONValue {
    ["fieldPath": .string(field.description)]
  }
}

extension StructuredQuery.CollectionSelector {
  init(json: JSONValue) throws(FirestoreFormatError) {
    var object = try ProtoObject(json)
    let id = try object.string("collectionId") ?? ""
    let allDescendants = try object.boolean("allDescendants") ?? false
    try object.finish()
    self.init(collectionID: id.isEmpty ? nil : id, allDescendants: allDescendants)
  }

  var json: JSONValue {
    var object = JSONObject()
    if let collectionID { object["collectionId"] = .string(collectionID) }
    if allDescendants { object["allDescendants"] = true }
    return .object(object)
  }
}

extension StructuredQuery.Order {
  init(json: JSONValue) throws(FirestoreFormatError) {
    var object = try ProtoObject(json)
    let field = try object.read("field", StructuredQuery.field)
    let direction = try object.enumeration("direction", StructuredQuery.Direction.self)
    try object.finish()
    guard let field else { throw FirestoreFormatError("an order needs a field.") }
    self.init(field, direction ?? .ascending)
  }

  var json: JSONValue {
    ["field": StructuredQuery.json(field: field), "direction": .string(direction.rawValue)]
  }
}

extension StructuredQuery.Cursor {
  init(json: JSONValue) throws(FirestoreFormatError) {
    var object = try ProtoObject(json)
    let values = try object.list("values") { (json) throws(FirestoreFormatError) in try FirestoreValue(json: json) }
    let before = try object.boolean("before") ?? false
    try object.finish()
    self.init(values, before: before)
  }

  var json: JSONValue {
    var object: JSONObject = ["values": .array(values.map(\.json))]
    if before { object["before"] = true }
    return .object(object)
  }
}
