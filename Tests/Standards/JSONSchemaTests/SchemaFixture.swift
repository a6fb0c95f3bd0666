import ECMARegex
import JSON
import JSONSchema

/// Compiles one schema, or a document with schemas.
func compile(
  _ schema: JSONValue, at pointer: String = "", formatAssertion: Bool = false, with others: [String: JSONValue] = [:]
) throws -> Schema {
  var set = SchemaSet(patterns: ECMAPatternEngine(), formatAssertion: formatAssertion)
  for (uri, document) in others.sorted(by: { $0.key < $1.key }) { try set.add(document, at: uri) }
  try set.add(schema, at: "test:/schema.json")
  return try set.schema(at: "test:/schema.json#\(pointer)")
}

extension SchemaViolation {
  /// Place, keyword's place and message in one line.
  var line: String { "\(instance.description) | \(schema.description) | \(message)" }
}
