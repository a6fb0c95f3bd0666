package import JSON

/// A change of one field that the server computes.
package struct FieldTransform: Sendable, Hashable {
  /// What the server does with the field.
  package enum Operation: Sendable, Hashable {
    /// The time of the request, to the millisecond, the same for a whole commit.
    case requestTime
    /// Adds; a field that is no number becomes the operand. Integers saturate at 64 bits.
    case increment(FirestoreValue)
    case maximum(FirestoreValue)
    case minimum(FirestoreValue)
    /// Adds the elements that the array does not have yet.
    case appendMissingElements([FirestoreValue])
    /// Removes every occurrence of the elements.
    case removeAllFromArray([FirestoreValue])
  }

  package let field: FieldPath
  package let operation: Operation

  /// Describes a transform.
  package init(_ field: FieldPath, _ operation: Operation) {
    self.field = field
    self.operation = operation
  }

  /// Reads the REST form.
  ///
  /// - Throws: When the path is malformed or not exactly one operation is given.
  package init(json: JSONValue) throws(FirestoreFormatError) {
    var object = try ProtoObject(json)
    let field = try object.read("fieldPath") { (json) throws(FirestoreFormatError) in
      try FieldPath(parsing: ProtoObject.string(json))
    }
    guard let field else { throw FirestoreFormatError("a transform needs a fieldPath.") }
    var operations: [Operation] = []
    if try object.enumeration("setToServerValue", ServerValue.self) != nil { operations.append(.requestTime) }
    if let value = try object.read("increment", FieldTransform.number) { operations.append(.increment(value)) }
    if let value = try object.read("maximum", FieldTransform.number) { operations.append(.maximum(value)) }
    if let value = try object.read("minimum", FieldTransform.number) { operations.append(.minimum(value)) }
    if let values = try object.read("appendMissingElements", FieldTransform.values) {
      operations.append(.appendMissingElements(values))
    }
    if let values = try object.read("removeAllFromArray", FieldTransform.values) {
      operations.append(.removeAllFromArray(values))
    }
    try object.finish()
    guard operations.count == 1 else { throw FirestoreFormatError("a transform has exactly one operation.") }
    self.init(field, operations[0])
  }

  /// The REST form.
  package var json: JSONValue {
    let operation: (String, JSONValue) =
      switch operation {
      case .requestTime: ("setToServerValue", "REQUEST_TIME")
      case .increment(let value): ("increment", value.json)
      case .maximum(let value): ("maximum", value.json)
      case .minimum(let value): ("minimum", value.json)
      case .appendMissingElements(let values): ("appendMissingElements", FieldTransform.json(values))
      case .removeAllFromArray(let values): ("removeAllFromArray", FieldTransform.json(values))
      }
    return .object(JSONObject([("fieldPath", .string(field.description)), operation]))
  }

  private enum ServerValue: String, ProtoEnum {
    case requestTime = "REQUEST_TIME"
    var number: Int { 1 }
  }

  private static func number(_ json: JSONValue) throws(FirestoreFormatError) -> FirestoreValue {
    let value = try FirestoreValue(json: json)
    guard value.isNumber else { throw FirestoreFormatError("an integer or a double is expected.") }
    return value
  }

  private static func values(_ json: JSONValue) throws(FirestoreFormatError) -> [FirestoreValue] {
    var object = try ProtoObject(json)
    let values = try object.list("values") { (json) throws(FirestoreFormatError) in try FirestoreValue(json: json) }
    try object.finish()
    return values
  }

  private static func json(_ values: [FirestoreValue]) -> JSONValue {
    .object(values.isEmpty ? [:] : ["values": .array(values.map(\.json))])
  }
}
