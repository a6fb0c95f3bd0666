import JSON

// OpenAPI 3.0 has a dialect of its own; schemas are brought to JSON Schema 2020-12 once, on load, so that one validator
// serves both. Pointers stay what they were: no keyword moves, so that violations still lead to the right line.

/// Converts schemas of OpenAPI 3.0 to JSON Schema 2020-12.
enum SchemaUpgrade {
  /// The document with the schemas at some pointers converted.
  static func upgraded(_ document: JSONValue, schemasAt pointers: some Sequence<JSONPointer>) -> JSONValue {
    var document = document
    // Deepest first is not needed: a schema inside a schema is converted with it, and conversion is idempotent.
    for pointer in pointers { document = replacing(document, at: pointer.tokens[...], with: upgraded) }
    return document
  }

  /// A schema object with `nullable`, boolean `exclusiveMinimum` and `exclusiveMaximum` and `$ref` siblings converted.
  ///
  /// `nullable: true` has an effect only beside `type`, as OAS 3.0.3 section 4.7.24 clarifies.
  static func upgraded(_ schema: JSONValue) -> JSONValue {
    guard case .object(let object) = schema else { return schema }
    // In 3.0 a Reference Object stands for the schema, and its siblings are ignored (OAS 3.0.4 section 4.7.23).
    if let reference = object["$ref"] { return .object(["$ref": reference]) }
    var result = JSONObject()
    for member in object {
      switch SchemaKeywords.role(of: member.key) {
      case .schema, .schemaOrBoolean: result[member.key] = upgraded(member.value)
      case .list: result[member.key] = .array((member.value.arrayValue ?? []).map(upgraded))
      case .map:
        let members = member.value.objectValue ?? JSONObject()
        result[member.key] = .object(JSONObject(members.map { ($0.key, upgraded($0.value)) }))
      case .reference, .other: result[member.key] = member.value
      }
    }
    exclude("exclusiveMinimum", beside: "minimum", in: &result)
    exclude("exclusiveMaximum", beside: "maximum", in: &result)
    allowNull(in: &result)
    return .object(result)
  }

  private static func exclude(_ exclusive: String, beside inclusive: String, in schema: inout JSONObject) {
    guard let isExclusive = schema[exclusive]?.boolValue else { return }
    if isExclusive, let bound = schema[inclusive] {
      schema[exclusive] = bound
      schema.removeValue(forKey: inclusive)
    } else {
      schema.removeValue(forKey: exclusive)
    }
  }

  private static func allowNull(in schema: inout JSONObject) {
    guard let isNullable = schema["nullable"]?.boolValue else { return }
    schema.removeValue(forKey: "nullable")
    guard isNullable, let type = schema["type"], type.stringValue != nil else { return }
    schema["type"] = .array([type, .string("null")])
    // An `enum` that forgets null would still refuse it; OAS 3.0.3 says that it must be listed, so it is left alone.
  }

  private static func replacing(
    _ value: JSONValue, at tokens: ArraySlice<String>, with transform: (JSONValue) -> JSONValue
  ) -> JSONValue {
    guard let token = tokens.first else { return transform(value) }
    switch value {
    case .object(var object):
      guard let member = object[token] else { return value }
      object[token] = replacing(member, at: tokens.dropFirst(), with: transform)
      return .object(object)
    case .array(var array):
      guard let index = Int(token), array.indices.contains(index) else { return value }
      array[index] = replacing(array[index], at: tokens.dropFirst(), with: transform)
      return .array(array)
    default: return value
    }
  }
}
