package import JSON

/// Where a schema is, for a `SchemaSet` that holds all documents of the API.
package struct SchemaReference: Sendable, Hashable, CustomStringConvertible {
  /// The absolute URI of the document that holds it.
  package let documentURI: String
  /// The place in that document.
  package let pointer: JSONPointer

  /// Names a schema.
  package init(documentURI: String, pointer: JSONPointer) {
    self.documentURI = documentURI
    self.pointer = pointer
  }

  /// The URI with the pointer as its fragment, as `SchemaSet.schema(at:)` takes it.
  package var uri: String { documentURI + "#" + FileURI.encodedFragment(pointer.description) }

  /// The URI.
  package var description: String { uri }
}
