package import JSON
import RFC3339

// The REST form of google.firestore.v1.Value: an object with exactly one member, which names the type.
extension FirestoreValue {
  /// Reads the REST form.
  ///
  /// Timestamps are cut to microseconds, as Firestore stores them.
  ///
  /// - Throws: When there is not exactly one known member, or its value is malformed; values that only pipelines know
  ///   (`fieldReferenceValue`, `functionValue`, `pipelineValue`) are refused, as Firestore refuses to store them.
  package init(json: JSONValue) throws(FirestoreFormatError) {
    guard case .object(let object) = json else {
      throw FirestoreFormatError("an object with one value member is expected, found \(json.typeName).")
    }
    var members = object.makeIterator()
    guard let member = members.next() else {
      throw FirestoreFormatError("a value needs one member that names its type, such as stringValue.")
    }
    guard object.count == 1 else {
      throw FirestoreFormatError("a value has one member, found \(object.keys.joined(separator: " and ")).")
    }
    do { self = try FirestoreValue.read(member.key, member.value) } catch { throw error.inside(member.key) }
  }

  private static func read(_ type: String, _ json: JSONValue) throws(FirestoreFormatError) -> FirestoreValue {
    switch type {
    case "stringValue", "string_value": return .string(try ProtoObject.string(json))
    case "integerValue", "integer_value": return .integer(try ProtoObject.int64(json))
    case "booleanValue", "boolean_value":
      guard case .bool(let value) = json else {
        throw FirestoreFormatError("a boolean is expected, found \(json.typeName).")
      }
      return .boolean(value)
    case "doubleValue", "double_value": return .double(try ProtoObject.double(json))
    case "timestampValue", "timestamp_value":
      return .timestamp(try ProtoObject.timestamp(json).truncatedToMicroseconds())
    case "nullValue", "null_value":
      guard json.isNull || json.stringValue == "NULL_VALUE" || json.intValue == 0 else {
        throw FirestoreFormatError("null is expected, found \(json.typeName).")
      }
      return .null
    case "mapValue", "map_value":
      var map = try ProtoObject(json)
      let fields = try map.read("fields", FirestoreValue.fields(json:)) ?? [:]
      try map.finish()
      return .map(fields)
    case "arrayValue", "array_value":
      var array = try ProtoObject(json)
      let values = try array.list("values") { (json) throws(FirestoreFormatError) in try FirestoreValue(json: json) }
      try array.finish()
      return .array(values)
    case "bytesValue", "bytes_value": return .bytes(try ProtoObject.bytes(json))
    case "referenceValue", "reference_value": return .reference(try ProtoObject.string(json))
    case "geoPointValue", "geo_point_value":
      var point = try ProtoObject(json)
      let latitude = try point.read("latitude", ProtoObject.double) ?? 0
      let longitude = try point.read("longitude", ProtoObject.double) ?? 0
      try point.finish()
      guard (-90.0...90.0).contains(latitude), (-180.0...180.0).contains(longitude) else {
        throw FirestoreFormatError("latitude must lie in -90...90 and longitude in -180...180.")
      }
      return .geoPoint(latitude: latitude, longitude: longitude)
    case "fieldReferenceValue", "functionValue", "pipelineValue", "variableReferenceValue":
      throw FirestoreFormatError("values of this type exist in pipelines only and cannot be stored or compared.")
    default:
      throw FirestoreFormatError.unknownName(type)
    }
  }

  /// Reads named values: the `fields` of a document or a map.
  ///
  /// - Throws: When a value is malformed, naming the field.
  package static func fields(json: JSONValue) throws(FirestoreFormatError) -> [String: FirestoreValue] {
    guard case .object(let object) = json else {
      throw FirestoreFormatError("an object is expected, found \(json.typeName).")
    }
    var fields: [String: FirestoreValue] = [:]
    fields.reserveCapacity(object.count)
    for member in object {
      do { fields[member.key] = try FirestoreValue(json: member.value) } catch { throw error.inside("[\(member.key)]") }
    }
    return fields
  }

  /// The REST form; names inside maps are sorted, so that equal values give equal text.
  package var json: JSONValue {
    switch self {
    case .null: ["nullValue": nil]
    case .boolean(let value): ["booleanValue": .bool(value)]
    case .integer(let value): ["integerValue": .string(String(value))]
    case .double(let value): ["doubleValue": FirestoreValue.doubleJSON(value)]
    case .timestamp(let value): ["timestampValue": .string(value.rfc3339)]
    case .string(let value): ["stringValue": .string(value)]
    case .bytes(let value): ["bytesValue": .string(Base64.encode(value))]
    case .reference(let value): ["referenceValue": .string(value)]
    case .geoPoint(let latitude, let longitude): ["geoPointValue": FirestoreValue.pointJSON(latitude, longitude)]
    case .array(let values):
      ["arrayValue": .object(values.isEmpty ? [:] : ["values": .array(values.map(\.json))])]
    case .map(let fields):
      ["mapValue": .object(fields.isEmpty ? [:] : ["fields": FirestoreValue.json(fields: fields)])]
    }
  }

  /// The REST form of named values, sorted by name.
  package static func json(fields: [String: FirestoreValue]) -> JSONValue {
    let sorted = fields.sorted { UTF8Order.compare($0.key, $1.key) < 0 }
    return .object(JSONObject(sorted.map { ($0.key, $0.value.json) }))
  }

  private static func doubleJSON(_ value: Double) -> JSONValue {
    if let number = JSONNumber(value) { return .number(number) }
    return .string(value.isNaN ? "NaN" : (value > 0 ? "Infinity" : "-Infinity"))
  }

  /// Zero members are left out, as the JSON mapping of Protocol Buffers does.
  private static func pointJSON(_ latitude: Double, _ longitude: Double) -> JSONValue {
    var point = JSONObject()
    if latitude != 0 { point["latitude"] = doubleJSON(latitude) }
    if longitude != 0 { point["longitude"] = doubleJSON(longitude) }
    return .object(point)
  }
}
