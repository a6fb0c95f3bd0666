package import JSON

/// A read-only question to one store of a stack, all its values known.
package struct StoreQuery: Sendable, Hashable {
  /// What is asked for.
  package enum Content: Sendable, Hashable {
    /// A SELECT as text between its parameters: always one piece more than there are values.
    case sql(pieces: [String], values: [JSONValue])
    /// One document.
    case document(path: String)
    /// The documents of a collection whose fields have these values.
    case collection(path: String, fields: [Field])
  }

  /// A field with the value that it must have.
  package struct Field: Sendable, Hashable {
    package let name: String
    package let value: JSONValue

    /// Demands a value.
    package init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// Why a store could not be read.
  package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// Says why.
    package init(_ description: String) { self.description = description }
  }

  /// Rows or documents that one question may find; more are an error, as half a result proves nothing.
  package static let rowLimit = 1_000

  /// The store, by its name in the stack.
  package let store: String
  package let content: Content

  /// Asks a store.
  package init(store: String, content: Content) {
    self.store = store
    self.content = content
  }
}
