import Arazzo
import JSON
import JSONSchema
import OpenAPI
import YAMLSource

/// The documents of a stack, each read and checked by itself.
struct ContractLibrary {
  let loader: SourceLoader
  let patterns: PatternCache
  private(set) var diagnostics: [Diagnostic] = []
  /// APIs whose documents are sound, by service.
  private(set) var apis: [String: ServiceAPI] = [:]
  /// Services by the files of their documents, sound or not.
  private(set) var services: [String: String] = [:]
  private(set) var documents: [ArazzoDocument] = []

  init(loader: SourceLoader, patterns: PatternCache) {
    self.loader = loader
    self.patterns = patterns
  }

  /// Loads a service's OpenAPI document.
  mutating func load(_ service: ContractSuites.Service) {
    let (document, problems) = OpenAPIDocument.load(file: service.openapi, loader: loader)
    diagnostics += problems
    let file = document?.file ?? service.openapi
    if let other = services[file] {
      diagnostics.append(
        Diagnostic(
          location: nil, message: "'\(file)' is the document of two services, '\(other)' and '\(service.name)'",
          remedy: "give each service a document of its own, as workflows name services by them"))
    }
    services[file] = service.name
    guard let document else { return }
    let schemaProblems = document.schemaDiagnostics(patterns: patterns)
    diagnostics += schemaProblems
    diagnostics += OperationSettings.problems(of: document)
    let sink = DiagnosticSink()
    let relations = RelationReader(document: document, patterns: patterns, sink: sink).catalog
    diagnostics += sink.diagnostics
    guard !schemaProblems.hasErrors else { return }
    do {
      let set = try document.schemaSet(patterns: patterns)
      apis[service.name] = try ServiceAPI(
        service: service.name, document: document, set: set, relations: relations, patterns: patterns)
    } catch {
      let place = document.location(schemaURI: error.uri, pointer: error.pointer)
      diagnostics.append(Diagnostic(location: place, message: "a schema cannot be used: \(error.message)"))
    }
  }

  /// Loads an Arazzo document.
  mutating func load(workflows file: String) {
    let (document, problems) = ArazzoDocument.load(file: file, loader: loader)
    diagnostics += problems
    guard let document else { return }
    diagnostics += document.criteriaDiagnostics(patterns: patterns)
    documents.append(document)
  }

  /// What a document that another one names is to the stack.
  enum Role {
    case api(service: String)
    case workflows(ArazzoDocument)
    case unknown
  }

  /// What a source description leads to.
  func role(of source: SourceDescription, in document: ArazzoDocument) -> Role {
    let file =
      SourceLoader.name(ofRemote: source.url) ?? loader.resolve(source.url, relativeTo: document.file) ?? source.url
    switch source.kind {
    case .openapi: return services[file].map { .api(service: $0) } ?? .unknown
    case .arazzo: return documents.first { $0.file == file }.map { .workflows($0) } ?? .unknown
    }
  }

  /// The schemas of a document's inputs, to be made once for all of its workflows; nil when they cannot be read.
  func inputSchemas(of document: ArazzoDocument) -> SchemaSet? {
    var set = SchemaSet(patterns: patterns)
    guard (try? set.add(document.source.json, at: OpenAPIDocument.uri(ofFile: document.file))) != nil else {
      return nil
    }
    return set
  }
}
