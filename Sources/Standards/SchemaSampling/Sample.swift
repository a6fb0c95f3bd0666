package import JSON

/// A value for a schema, with the constraint that it is about.
package struct Sample: Sendable, Hashable {
  /// The whole value.
  package let value: JSONValue
  /// The place in the value that the constraint is about; of a missing member, the object that lacks it.
  package let instance: JSONPointer
  /// The keyword.
  package let keyword: String
  /// The absolute URI of the document that holds the schema.
  package let schemaURI: String
  /// The place of the keyword in that document.
  package let schema: JSONPointer
  /// What is special about the value, the same in every run: `/name: length 1, the minLength`.
  package let description: String
}
