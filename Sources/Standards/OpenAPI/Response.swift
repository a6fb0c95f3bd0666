package import JSON
package import YAMLSource

/// What an operation may answer (OAS 3.1.1 section 4.8.17).
package struct Response: Sendable, Hashable {
  /// The key: a code `200`, a range `4XX` or `default`.
  package let status: String
  /// What it means.
  package let summary: String
  /// The headers that it carries; `Content-Type` is never among them, the specification ignores it there.
  package let headers: [Header]
  /// The forms of its body; empty when it has none, or the document does not say.
  package let content: [MediaType]
  /// What can be called with its values.
  package let links: [Link]
  /// Members that begin with `x-`.
  package let extensions: [String: JSONValue]
  /// Where it is declared, in its file.
  package let pointer: JSONPointer
  /// Where it is declared, for messages.
  package let location: SourceLocation
}

/// A header of a response.
package struct Header: Sendable, Hashable {
  /// Its name, in any case.
  package let name: String
  /// Whether the response must have it.
  package let isRequired: Bool
  /// The schema of its value; absent when `content` says how it is serialised.
  package let schema: SchemaReference?
  /// The media type that it is serialised in.
  package let content: MediaType?
  /// Whether each member of an object is written as `name=value` (style `simple`).
  package let explode: Bool
  /// Values to show or to try.
  package let examples: [Example]
  /// Where it is declared.
  package let location: SourceLocation
}

/// A call that can be made with the values of a response (OAS 3.1.1 section 4.8.20).
package struct Link: Sendable, Hashable {
  /// An argument of the call.
  package struct Argument: Sendable, Hashable {
    /// The parameter's name, possibly qualified (`path.id`).
    package let name: String
    /// A constant, or a runtime expression such as `$response.body#/id`.
    package let value: JSONValue
  }

  /// Its name.
  package let name: String
  /// The operation, by id.
  package let operationID: String?
  /// The operation, by reference: `#/paths/~1users~1{id}/get`.
  package let operationReference: String?
  /// The arguments, in the order in which they are written.
  package let parameters: [Argument]
  /// The body to send: a constant or a runtime expression.
  package let requestBody: JSONValue?
  /// What it is for.
  package let summary: String?
  /// Where it is declared.
  package let location: SourceLocation
}

/// The body that an operation takes.
package struct RequestBody: Sendable, Hashable {
  /// Whether a request without it is invalid.
  package let isRequired: Bool
  /// The forms that it may take.
  package let content: [MediaType]
  /// Where it is declared, in its file.
  package let pointer: JSONPointer
  /// Where it is declared, for messages.
  package let location: SourceLocation
}
