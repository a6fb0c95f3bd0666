package import JSON
package import YAMLSource

/// A parameter of an operation (OAS 3.1.1 section 4.8.12).
package struct Parameter: Sendable, Hashable {
  /// The part of the request that carries it.
  package enum Location: String, Sendable, Hashable, CaseIterable {
    case path, query, header, cookie

    /// The styles that the location allows, its default first.
    package var styles: [Style] {
      switch self {
      case .path: [.simple, .label, .matrix]
      case .query: [.form, .spaceDelimited, .pipeDelimited, .deepObject]
      case .header: [.simple]
      case .cookie: [.form]
      }
    }
  }

  /// How an array or object is written as text (OAS 3.1.1 section 4.8.12.3).
  package enum Style: String, Sendable, Hashable, CaseIterable {
    case matrix, label, simple, form, spaceDelimited, pipeDelimited, deepObject
  }

  /// Its name, as in the request; of a header, in any case.
  package let name: String
  /// The part of the request that carries it.
  package let location: Location
  /// What it is for.
  package let summary: String?
  /// Whether a request without it is invalid.
  package let isRequired: Bool
  /// Whether it should no longer be used.
  package let isDeprecated: Bool
  /// How an array or object is written.
  package let style: Style
  /// Whether each element or member of it becomes a part of its own.
  package let explode: Bool
  /// Whether reserved characters stay unencoded in a query.
  package let allowReserved: Bool
  /// Whether an empty value may stand for the parameter in a query.
  package let allowEmptyValue: Bool
  /// The schema of its value; absent when `content` says how it is serialised.
  package let schema: SchemaReference?
  /// The media type that it is serialised in, such as JSON in a query.
  package let content: MediaType?
  /// Values to show or to try.
  package let examples: [Example]
  /// Where it is declared, in the file named by `source`.
  package let pointer: JSONPointer
  /// Where it is declared, for messages.
  package let source: SourceLocation
}
