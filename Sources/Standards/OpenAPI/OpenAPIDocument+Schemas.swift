package import JSON
package import JSONSchema
package import YAMLSource

extension OpenAPIDocument {
  /// A schema set with all files of the description, in which `SchemaReference.uri` addresses every schema.
  ///
  /// - Throws: `SchemaError` when a file cannot be added.
  package func schemaSet(patterns: any PatternEngine, formatAssertion: Bool = false) throws(SchemaError) -> SchemaSet {
    var set = SchemaSet(patterns: patterns, formatAssertion: formatAssertion)
    for (uri, value) in values.sorted(by: { $0.key < $1.key }) { try set.add(value, at: uri) }
    return set
  }

  /// Where a part of a schema stands, by the URI of its document and a pointer into it.
  package func location(schemaURI: String, pointer: JSONPointer) -> SourceLocation? {
    let uri = String(schemaURI.prefix { $0 != "#" })
    guard let file = filesByURI[uri] else { return nil }
    return documents[file]?.keyLocation(of: pointer)
  }

  /// Where a schema stands.
  package func location(of schema: SchemaReference) -> SourceLocation? {
    location(schemaURI: schema.documentURI, pointer: schema.pointer)
  }

  /// The URI under which a file of the description is in the schema set.
  package static func uri(ofFile file: String) -> String { FileURI.uri(ofFile: file) }

  /// Compiles every schema and reports those that are not valid JSON Schema 2020-12, each at its line.
  ///
  /// Apart from loading because it needs a pattern engine, which is not part of the standards.
  package func schemaDiagnostics(patterns: any PatternEngine) -> [Diagnostic] {
    let set: SchemaSet, metaschema: Schema
    do {
      set = try schemaSet(patterns: patterns)
      metaschema = try set.schema(at: "https://json-schema.org/draft/2020-12/schema")
    } catch {
      return [Diagnostic(location: nil, message: "the schemas cannot be read: \(error.message)")]
    }
    let sink = DiagnosticSink()
    let ordered = schemas.sorted { ($0.file, $0.pointer) < ($1.file, $1.pointer) }
    for address in ordered {
      let uri = FileURI.uri(ofFile: address.file)
      guard let value = values[uri]?.value(at: address.pointer) else { continue }
      let violations = metaschema.validate(value)
      for violation in violations {
        let pointer = violation.instance.tokens.reduce(address.pointer) { $0.appending($1) }
        sink.error(
          "invalid schema: \(violation.message)", at: location(schemaURI: uri, pointer: pointer),
          remedy: "see '\(violation.keyword)' in JSON Schema 2020-12")
      }
      guard violations.isEmpty else { continue }
      do {
        _ = try set.schema(at: SchemaReference(documentURI: uri, pointer: address.pointer).uri)
      } catch {
        let place = location(schemaURI: error.uri, pointer: error.pointer)
        sink.error(
          "invalid schema: \(error.message)", at: place ?? location(schemaURI: uri, pointer: address.pointer))
      }
    }
    return sink.diagnostics.inReadingOrder()
  }
}
