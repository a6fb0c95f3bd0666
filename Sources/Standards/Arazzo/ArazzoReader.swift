import JSON
import YAMLSource

/// Turns the nodes of an Arazzo document into values, reporting everything that does not fit.
struct ArazzoReader {
  let source: SourceDocument
  let sink: DiagnosticSink
  var components = ArazzoDocument.Components()
  var sources: [SourceDescription] = []

  init(source: SourceDocument, sink: DiagnosticSink) {
    self.source = source
    self.sink = sink
  }

  /// Reads the document; with errors, as much of it as could be read.
  func read() -> ArazzoDocument? {
    var reader = self
    return reader.document()
  }

  private mutating func document() -> ArazzoDocument? {
    var mapping = mapping(source.root, "the Arazzo document")
    guard mapping.isMapping else { return nil }
    let version = mapping.requiredString("arazzo")
    if let version, version.prefix(4) != "1.0." || version.count < 5 {
      sink.error(
        "'arazzo' must be a version 1.0.x, found '\(version)'", at: source.root["arazzo"]?.location,
        remedy: "write 'arazzo: 1.0.1'")
    }
    let info = mapping.required("info").flatMap { self.info($0) }
    sources = mapping.requiredList("sourceDescriptions").compactMap { sourceDescription($0) }
    if mapping.has("sourceDescriptions"), source.root["sourceDescriptions"]?.elements?.isEmpty == true {
      sink.error("'sourceDescriptions' must not be empty", at: mapping.keyLocation("sourceDescriptions"))
    }
    if let node = mapping.optional("components") { readComponents(node) }
    let workflowNodes = mapping.requiredList("workflows")
    if mapping.has("workflows"), source.root["workflows"]?.elements?.isEmpty == true {
      sink.error("'workflows' must not be empty", at: mapping.keyLocation("workflows"))
    }
    let workflows = workflowNodes.enumerated().compactMap { index, node in
      workflow(node, at: JSONPointer().appending("workflows").appending(index))
    }
    mapping.finish()
    return ArazzoDocument(
      file: source.file, specification: version ?? "",
      info: info ?? ArazzoDocument.Info(title: "", summary: nil, description: nil, version: ""), sources: sources,
      workflows: workflows, components: components, extensions: mapping.extensions, source: source)
  }

  /// A reader of a mapping that may have `x-` members.
  func mapping(_ node: SourceNode, _ what: String) -> MappingReader {
    MappingReader(node, what: what, into: sink, allowExtensions: "x-")
  }

  private func info(_ node: SourceNode) -> ArazzoDocument.Info {
    var mapping = mapping(node, "the info")
    let info = ArazzoDocument.Info(
      title: mapping.requiredString("title") ?? "", summary: mapping.string("summary"),
      description: mapping.string("description"), version: mapping.requiredString("version") ?? "")
    mapping.finish()
    return info
  }

  private func sourceDescription(_ node: SourceNode) -> SourceDescription? {
    var mapping = mapping(node, "a source description")
    let name = mapping.requiredString("name")
    let url = mapping.requiredString("url")
    let kind = mapping.choice("type", of: SourceDescription.Kind.self) ?? .openapi
    mapping.finish()
    guard let name, let url else { return nil }
    checkIdentifier(name, "the name of a source description", at: node["name"]?.location)
    return SourceDescription(
      name: name, url: url, kind: kind, extensions: mapping.extensions, location: node.location)
  }

  /// Ids are part of expressions, where a dot would end them: `[A-Za-z0-9_\-]+`.
  func checkIdentifier(_ id: String, _ what: String, at location: SourceLocation?) {
    let isPlain = !id.isEmpty && id.utf8.allSatisfy(Self.isIdentifierByte)
    guard !isPlain else { return }
    sink.error("\(what) cannot be '\(id)'", at: location, remedy: "use letters, digits, '_' and '-' only")
  }

  private static func isIdentifierByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }

  /// Names of outputs and components may have dots as well: `^[a-zA-Z0-9\.\-_]+$`.
  func checkName(_ entry: SourceNode.Entry, _ what: String) {
    let isPlain = !entry.key.isEmpty && entry.key.utf8.allSatisfy { Self.isIdentifierByte($0) || $0 == 0x2E }
    guard !isPlain else { return }
    sink.error(
      "\(what) cannot be '\(entry.key)'", at: entry.keyLocation,
      remedy: "use letters, digits, '.', '_' and '-' only")
  }

  // MARK: Components

  private mutating func readComponents(_ node: SourceNode) {
    var mapping = mapping(node, "the components")
    let pointer = JSONPointer().appending("components").appending("inputs")
    for entry in mapping.members("inputs") {
      checkName(entry, "the name of a component")
      components.inputs[entry.key] = pointer.appending(entry.key)
    }
    for entry in mapping.members("parameters") {
      checkName(entry, "the name of a component")
      components.parameters[entry.key] = parameter(entry.value)
    }
    for entry in mapping.members("successActions") {
      checkName(entry, "the name of a component")
      components.successActions[entry.key] = successAction(entry.value)
    }
    for entry in mapping.members("failureActions") {
      checkName(entry, "the name of a component")
      components.failureActions[entry.key] = failureAction(entry.value)
    }
    mapping.finish()
  }
}
