package import JSON

/// Documents with JSON Schemas (draft 2020-12) that refer to each other.
///
/// Documents are added as they are, schemas and whole descriptions of APIs alike, and schemas are addressed in them by
/// pointer or anchor. References are followed among added documents only, never over a network. The metaschemas of
/// draft 2020-12 are always there. Schemas of another dialect are read by the rules of 2020-12.
package struct SchemaSet: Sendable {
  private let patterns: any PatternEngine
  private let formatAssertion: Bool
  private var index: SchemaIndex

  /// An index of the metaschemas, made once.
  private static let metaschemas: SchemaIndex = {
    var index = SchemaIndex()
    for (uri, schema) in Metaschemas.documents {
      do {
        try index.add(schema, at: uri)
      } catch {
        preconditionFailure("The metaschemas are constants of this module: \(error)")
      }
    }
    return index
  }()

  /// A set with the metaschemas only.
  ///
  /// `formatAssertion` makes `format` a demand; without it, it says what a text is meant to be and demands nothing,
  /// except in dialects whose metaschema asks for the format-assertion vocabulary.
  package init(patterns: any PatternEngine, formatAssertion: Bool = false) {
    self.patterns = patterns
    self.formatAssertion = formatAssertion
    index = Self.metaschemas
  }

  /// Adds a document under its absolute URI.
  ///
  /// - Throws: When the URI or an `$id` in the document is taken, or an identifier in it is broken.
  package mutating func add(_ document: JSONValue, at uri: String) throws(SchemaError) {
    // Work on a copy, so that a document that is refused leaves nothing behind.
    var extended = index
    try extended.add(document, at: uri)
    index = extended
  }

  /// Compiles the schema at a URI: a document's own, or with a pointer (`#/components/schemas/User`) or anchor behind.
  ///
  /// - Throws: When there is no such schema, a reference in it leads nowhere, it refers to itself without end, or a
  ///   keyword has a value that makes no sense.
  package func schema(at uri: String) throws(SchemaError) -> Schema {
    var compiler = SchemaCompiler(index: index, patterns: patterns, assertsFormats: formatAssertion)
    return Schema(program: try compiler.compile(uri))
  }
}
