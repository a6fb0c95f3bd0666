package import JSON

/// A schema that cannot be used, and where it is broken.
package struct SchemaError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The URI of the document that holds it, as it was added.
  package let uri: String
  /// The place in that document.
  package let pointer: JSONPointer
  /// What is wrong and what to do, in one sentence.
  package let message: String

  /// A broken place and what is wrong with it.
  package init(uri: String, pointer: JSONPointer, message: String) {
    self.uri = uri
    self.pointer = pointer
    self.message = message
  }

  /// The place and what is wrong with it.
  package var description: String { "\(uri)#\(pointer): \(message)" }
}
