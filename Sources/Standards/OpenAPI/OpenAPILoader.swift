import JSON
import YAMLSource

/// Loads one description: structure, references, then operations.
struct OpenAPILoader {
  private var store: DocumentStore
  private let sink: DiagnosticSink

  init(loader: SourceLoader, sink: DiagnosticSink) {
    store = DocumentStore(loader: loader, sink: sink)
    self.sink = sink
  }

  /// Loads the description of a file; what is wrong goes to the sink, and then the result must not be used.
  mutating func load(_ file: String) -> OpenAPIDocument? {
    guard let entry = store.document(file, referredToBy: nil) else { return nil }
    guard let version = version(of: entry) else { return nil }
    var checker = StructureChecker(version: version, sink: sink)
    checker.check(
      entry.root, as: .object(.document), at: NodeAddress(file: entry.file, pointer: JSONPointer()))
    followReferences(&checker)
    guard !sink.hasErrors else { return nil }
    var reader = OperationReader(store: store, sink: sink, entry: entry)
    let operations = reader.operations()
    reader.noteWebhooks()
    let schemes = reader.securitySchemes()
    reader.checkLinks(of: operations)
    reader.checkSecurity(of: operations, against: schemes)
    var values: [String: JSONValue] = [:], files: [String: String] = [:]
    for (name, document) in store.documents {
      let uri = FileURI.uri(ofFile: name)
      files[uri] = name
      values[uri] =
        version == .v3_0
        ? SchemaUpgrade.upgraded(
          document.json, schemasAt: checker.schemas.filter { $0.file == name }.map(\.pointer).sorted())
        : document.json
    }
    return OpenAPIDocument(
      file: entry.file, specification: version, title: entry.root["info"]?["title"]?.string ?? "",
      version: entry.root["info"]?["version"]?.string ?? "", servers: reader.servers(), operations: operations,
      securitySchemes: schemes, extensions: entry.root.extensions, documents: store.documents, values: values,
      filesByURI: files, schemas: checker.schemas, routes: Self.routes(operations))
  }

  private func version(of entry: SourceDocument) -> OpenAPIVersion? {
    guard let field = entry.root["openapi"] else {
      let isSwagger = entry.root["swagger"] != nil
      sink.error(
        isSwagger ? "OpenAPI 2.0 is not supported" : "the file is no OpenAPI document: it lacks 'openapi'",
        at: entry.root.location,
        remedy: isSwagger ? "convert it to OpenAPI 3.1" : "begin it with 'openapi: 3.1.0'")
      return nil
    }
    guard let text = field.string, let version = OpenAPIVersion(field: text) else {
      sink.error(
        "'openapi' must be a version 3.0.x or 3.1.x, found \(field.found)", at: field.location,
        remedy: "write 'openapi: 3.1.0'")
      return nil
    }
    return version
  }

  /// Resolves every reference, checks targets that were not checked yet, and goes on with the references in those.
  private mutating func followReferences(_ checker: inout StructureChecker) {
    var pending = checker.takeReferences()
    while !pending.isEmpty {
      for use in pending { follow(use, &checker) }
      pending = checker.takeReferences()
    }
  }

  private mutating func follow(_ use: ReferenceUse, _ checker: inout StructureChecker) {
    switch store.resolve(use.target, in: use.file, at: use.location, isRebased: use.isRebased) {
    case .found(let found):
      checker.check(found.node, as: use.expected, at: found.address)
      if case .object = use.expected { reportCycle(from: use, to: found) }
    case .remote:
      sink.warning(
        "the reference to '\(use.target)' is not followed", at: use.location,
        remedy: "copy the target into a file beside this one")
    case .missing(let message, let remedy): sink.error(message, at: use.location, remedy: remedy)
    case .deferred: break
    }
  }

  /// References that only lead to references and never to an object are an error; cycles of schemas are not.
  private mutating func reportCycle(from use: ReferenceUse, to found: DocumentStore.Found) {
    var visited: Set<NodeAddress> = []
    var current = found
    while let reference = current.node["$ref"], let target = reference.string {
      guard visited.insert(current.address).inserted else {
        return sink.error("the reference '\(use.target)' leads in a circle", at: use.location)
      }
      let next = store.resolve(target, in: current.address.file, at: reference.location, isRebased: false)
      guard case .found(let node) = next else { return }
      current = node
    }
  }

  private static func routes(_ operations: [Operation]) -> [OpenAPIDocument.Route] {
    var order: [PathTemplate] = []
    var byTemplate: [PathTemplate: [Operation]] = [:]
    for operation in operations {
      if byTemplate[operation.template] == nil { order.append(operation.template) }
      byTemplate[operation.template, default: []].append(operation)
    }
    // Templates of different lengths never match the same path, so their order among each other is free.
    let sorted = order.sorted {
      if $0.segments.count != $1.segments.count { return $0.segments.count < $1.segments.count }
      if $0.isMoreConcrete(than: $1) { return true }
      if $1.isMoreConcrete(than: $0) { return false }
      return $0.description < $1.description
    }
    return sorted.map { OpenAPIDocument.Route(template: $0, operations: byTemplate[$0] ?? []) }
  }
}

extension SourceNode {
  /// The members of a mapping whose keys begin with `x-`, as JSON.
  var extensions: [String: JSONValue] {
    var found: [String: JSONValue] = [:]
    for entry in entries ?? [] where entry.key.hasPrefix("x-") { found[entry.key] = entry.value.json }
    return found
  }
}
