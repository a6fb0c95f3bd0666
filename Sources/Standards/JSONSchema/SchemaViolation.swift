package import JSON

/// One place of a value that a schema does not allow.
package struct SchemaViolation: Sendable, Hashable, CustomStringConvertible {
  /// The place in the value.
  package let instance: JSONPointer
  /// The absolute URI of the document that holds the schema, as it was added.
  package let schemaURI: String
  /// The place of the keyword in that document.
  package let schema: JSONPointer
  /// The keyword; `false` for a schema that allows nothing.
  package let keyword: String
  /// What is wrong, in one sentence.
  package let message: String
  /// What the keyword demands.
  package let expected: JSONValue?
  /// What the value has in its place; nil when it has nothing there.
  package let actual: JSONValue?

  /// A violation.
  package init(
    instance: JSONPointer, schemaURI: String, schema: JSONPointer, keyword: String, message: String,
    expected: JSONValue?, actual: JSONValue?
  ) {
    self.instance = instance
    self.schemaURI = schemaURI
    self.schema = schema
    self.keyword = keyword
    self.message = message
    self.expected = expected
    self.actual = actual
  }

  /// The place and what is wrong there.
  package var description: String { "\(instance.tokens.isEmpty ? "/" : instance.description): \(message)" }
}
