package import JSON
package import YAMLSource

// A document is read in three steps that each report everything they find: its structure along the field tables of the
// specification (`StructureChecker`), its references across files (`OpenAPILoader`), and only when both are sound its
// operations as values (`OperationReader`), which therefore need no error handling of their own.

/// An API description: OpenAPI 3.1, or 3.0 with its schemas converted to JSON Schema 2020-12.
package struct OpenAPIDocument: Sendable {
  /// The file that was loaded; others may be part of the description through references.
  package let file: String
  /// The version of the specification that the document is written in.
  package let specification: OpenAPIVersion
  /// The name of the API.
  package let title: String
  /// The version of the API.
  package let version: String
  /// Where the API is served; `/` when the document does not say.
  package let servers: [Server]
  /// All operations, in the order of the document; those of `webhooks` and callbacks are not among them.
  package let operations: [Operation]
  /// The security schemes by name.
  package let securitySchemes: [String: SecurityScheme]
  /// Members of the document that begin with `x-`.
  package let extensions: [String: JSONValue]

  /// The files of the description by name.
  let documents: [String: SourceDocument]
  /// The JSON of the files by URI, schemas converted.
  let values: [String: JSONValue]
  /// The files by URI.
  let filesByURI: [String: String]
  /// The roots of all schemas that the description uses.
  let schemas: Set<NodeAddress>
  /// Operations by path, the paths in the order in which they are to be tried.
  let routes: [Route]

  /// One path with its operations by method.
  struct Route: Sendable {
    let template: PathTemplate
    let operations: [Operation]
  }

  /// Loads a description and everything that it refers to.
  ///
  /// - Returns: the document, absent when there is an error, and every problem in reading order. Warnings are what the
  ///   specification's schema lets pass but a contract run cannot use: links to unknown operations, path variables
  ///   without a parameter, unknown security schemes, references to other hosts.
  package static func load(file: String, loader: SourceLoader) -> (OpenAPIDocument?, [Diagnostic]) {
    let sink = DiagnosticSink()
    var reader = OpenAPILoader(loader: loader, sink: sink)
    let document = reader.load(file)
    let diagnostics = sink.diagnostics.inReadingOrder()
    return (diagnostics.hasErrors ? nil : document, diagnostics)
  }

  /// The operation with an id: its `operationId`, or `GET /users` where it has none.
  package func operation(id: String) -> Operation? { operations.first { $0.id == id } }

  /// The operation at a place of the document, such as `/paths/~1users/get`.
  package func operation(at pointer: JSONPointer) -> Operation? {
    guard pointer.tokens.count == 3, pointer.tokens[0] == "paths" else { return nil }
    return operations.first {
      $0.path == pointer.tokens[1] && $0.method == pointer.tokens[2].uppercased()
    }
  }

  /// The operation that a link leads to, when the document knows it.
  package func target(of link: Link) -> Operation? {
    if let id = link.operationID { return operations.first { $0.operationID == id } }
    guard let reference = link.operationReference, reference.hasPrefix("#"),
      let fragment = FileURI.decoded(reference.dropFirst()), let pointer = try? JSONPointer(parsing: fragment)
    else { return nil }
    return operation(at: pointer)
  }

  /// The operation that answers a request for a path, below the server's base path.
  ///
  /// Concrete paths win over templated ones, segment by segment (OAS 3.1.1 section 4.8.8.2).
  package func match(method: String, path: String) -> OperationMatch? {
    let method = method.uppercased()
    guard let parts = PathTemplate.parts(ofPath: path) else { return nil }
    for route in routes {
      guard let values = route.template.match(parts) else { continue }
      guard let operation = route.operations.first(where: { $0.method == method }) else { continue }
      return OperationMatch(operation: operation, pathParameters: values)
    }
    return nil
  }

  /// All methods that the document has for a path: those that need no 405.
  package func methods(forPath path: String) -> [String] {
    var found: [String] = []
    for route in routes where route.template.match(path) != nil {
      for operation in route.operations where !found.contains(operation.method) { found.append(operation.method) }
    }
    return found
  }

  /// What is written at a place of one of the description's files.
  package func node(at pointer: JSONPointer, of file: String) -> SourceNode? { documents[file]?.root.node(at: pointer) }

  /// The files of the description with their texts, for source excerpts.
  package var sources: [String: String] { documents.mapValues(\.text) }
}
