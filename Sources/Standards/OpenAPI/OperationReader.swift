import JSON
import YAMLSource

/// Turns the nodes of a checked document into values.
///
/// Runs only on documents whose structure and references are sound, so a missing part is simply absent here. What is
/// wrong across operations (ids, path variables, links, security) is reported by it.
struct OperationReader {
  private var store: DocumentStore
  let sink: DiagnosticSink
  private let entry: SourceDocument

  init(store: DocumentStore, sink: DiagnosticSink, entry: SourceDocument) {
    self.store = store
    self.sink = sink
    self.entry = entry
  }

  // MARK: Operations

  /// All operations below `paths`.
  mutating func operations() -> [Operation] {
    var operations: [Operation] = []
    var ids: [String: SourceLocation] = [:]
    var signatures: [String: SourceNode.Entry] = [:]
    let global = requirements(entry.root["security"])
    for path in entry.root["paths"]?.entries ?? [] where !path.key.hasPrefix("x-") {
      let template = PathTemplate(path.key)
      if let other = signatures[template.signature] {
        sink.error(
          "the path '\(path.key)' matches the same requests as '\(other.key)' on line \(other.keyLocation.line)",
          at: path.keyLocation, remedy: "keep one of them")
      }
      signatures[template.signature] = path
      let address = NodeAddress(file: entry.file, pointer: JSONPointer().appending("paths").appending(path.key))
      for item in items(path.value, at: address) {
        let shared = parameters(item.node["parameters"], at: item.address.appending("parameters"))
        for method in item.node.entries ?? [] where Structure.methods.contains(method.key) {
          guard !operations.contains(where: { $0.template == template && $0.method == method.key.uppercased() })
          else { continue }
          let operation = operation(
            method, template: template, shared: shared, global: global, at: item.address.appending(method.key))
          if let id = operation.operationID {
            if let first = ids[id] {
              sink.error(
                "the operationId '\(id)' is used twice; it is already at \(first)",
                at: method.value["operationId"]?.location, remedy: "give each operation an id of its own")
            }
            ids[id] = operation.location
          }
          checkVariables(of: operation)
          noteCallbacks(method.value["callbacks"], of: operation)
          operations.append(operation)
        }
      }
    }
    return operations
  }

  /// A path item and, when it refers to another, that one as well; its own operations come first and win.
  private mutating func items(_ node: SourceNode, at address: NodeAddress) -> [DocumentStore.Found] {
    var items: [DocumentStore.Found] = []
    var current: DocumentStore.Found? = DocumentStore.Found(node: node, address: address)
    while let item = current, !items.contains(where: { $0.address == item.address }) {
      items.append(item)
      current = item.node["$ref"].flatMap { target($0, in: item.address.file) }
    }
    return items
  }

  private mutating func operation(
    _ entry: SourceNode.Entry, template: PathTemplate, shared: [Parameter], global: [SecurityRequirement],
    at address: NodeAddress
  ) -> Operation {
    let node = entry.value
    let method = entry.key.uppercased()
    let own = parameters(node["parameters"], at: address.appending("parameters"))
    let inherited = shared.filter { parameter in
      !own.contains { $0.name == parameter.name && $0.location == parameter.location }
    }
    let id = node["operationId"]?.string
    return Operation(
      id: id ?? "\(method) \(template)", operationID: id, method: method, template: template,
      tags: (node["tags"]?.elements ?? []).compactMap(\.string), summary: node["summary"]?.string,
      isDeprecated: node["deprecated"]?.json.boolValue ?? false, parameters: inherited + own,
      requestBody: requestBody(node["requestBody"], at: address.appending("requestBody")),
      responses: responses(node["responses"], at: address.appending("responses")),
      security: node["security"].map { requirements($0) } ?? global, extensions: node.extensions,
      pointer: address.pointer, location: entry.keyLocation)
  }

  /// Says that callbacks are not called: they would be requests to whoever tests.
  private func noteCallbacks(_ node: SourceNode?, of operation: Operation) {
    guard let node, node.entries?.isEmpty == false else { return }
    sink.note("the callbacks of \(operation.method) \(operation.path) are not tested", at: node.location)
  }

  /// Says that webhooks are not called, for the same reason.
  func noteWebhooks() {
    guard let node = entry.root["webhooks"], node.entries?.isEmpty == false else { return }
    sink.note("the webhooks of '\(entry.file)' are not tested", at: node.location)
  }

  private func checkVariables(of operation: Operation) {
    let declared = operation.parameters.filter { $0.location == .path }
    let variables = operation.template.variables
    for name in variables where !declared.contains(where: { $0.name == name }) {
      sink.warning(
        "the path variable '{\(name)}' of \(operation.method) \(operation.path) has no parameter",
        at: operation.location,
        remedy: suggestion(for: name, among: declared.map(\.name)).map { "is '\($0)' meant to be '\(name)'?" }
          ?? "declare it with 'in: path'")
    }
    for parameter in declared where !variables.contains(parameter.name) {
      sink.warning(
        "the path parameter '\(parameter.name)' is not a variable of '\(operation.path)'", at: parameter.source,
        remedy: remedy(for: parameter.name, among: variables))
    }
  }

  // MARK: Parts

  private mutating func parameters(_ node: SourceNode?, at address: NodeAddress) -> [Parameter] {
    var parameters: [Parameter] = []
    for (index, element) in (node?.elements ?? []).enumerated() {
      guard let found = resolved(element, at: address.appending(String(index))),
        let name = found.node["name"]?.string,
        let location = found.node["in"]?.string.flatMap(Parameter.Location.init(rawValue:))
      else { continue }
      let style = found.node["style"]?.string.flatMap(Parameter.Style.init(rawValue:)) ?? location.styles[0]
      parameters.append(
        Parameter(
          name: name, location: location, summary: found.node["description"]?.string,
          isRequired: flag("required", of: found.node), isDeprecated: flag("deprecated", of: found.node), style: style,
          explode: found.node["explode"]?.json.boolValue ?? (style == .form),
          allowReserved: flag("allowReserved", of: found.node),
          allowEmptyValue: flag("allowEmptyValue", of: found.node), schema: schema(of: found),
          content: content(found.node["content"], at: found.address.appending("content")).first,
          examples: examples(of: found), pointer: found.address.pointer, source: found.node.location))
    }
    return parameters
  }

  private mutating func requestBody(_ node: SourceNode?, at address: NodeAddress) -> RequestBody? {
    guard let node, let found = resolved(node, at: address) else { return nil }
    return RequestBody(
      isRequired: flag("required", of: found.node),
      content: content(found.node["content"], at: found.address.appending("content")), pointer: found.address.pointer,
      location: found.node.location)
  }

  private mutating func responses(_ node: SourceNode?, at address: NodeAddress) -> [Response] {
    var responses: [Response] = []
    for entry in node?.entries ?? [] where !entry.key.hasPrefix("x-") {
      guard let found = resolved(entry.value, at: address.appending(entry.key)) else { continue }
      responses.append(
        Response(
          status: entry.key, summary: found.node["description"]?.string ?? "",
          headers: headers(found.node["headers"], at: found.address.appending("headers")),
          content: content(found.node["content"], at: found.address.appending("content")),
          links: links(found.node["links"], at: found.address.appending("links")),
          extensions: found.node.extensions, pointer: found.address.pointer,
          location: entry.keyLocation))
    }
    return responses
  }

  private mutating func headers(_ node: SourceNode?, at address: NodeAddress) -> [Header] {
    var headers: [Header] = []
    for entry in node?.entries ?? [] where entry.key.lowercased() != "content-type" {
      guard let found = resolved(entry.value, at: address.appending(entry.key)) else { continue }
      headers.append(
        Header(
          name: entry.key, isRequired: flag("required", of: found.node), schema: schema(of: found),
          content: content(found.node["content"], at: found.address.appending("content")).first,
          explode: flag("explode", of: found.node), examples: examples(of: found), location: entry.keyLocation))
    }
    return headers
  }

  private mutating func content(_ node: SourceNode?, at address: NodeAddress) -> [MediaType] {
    var types: [MediaType] = []
    for entry in node?.entries ?? [] {
      let found = DocumentStore.Found(node: entry.value, address: address.appending(entry.key))
      types.append(
        MediaType(
          contentType: entry.key, schema: schema(of: found), examples: examples(of: found),
          location: entry.keyLocation))
    }
    return types
  }

  private mutating func links(_ node: SourceNode?, at address: NodeAddress) -> [Link] {
    var links: [Link] = []
    for entry in node?.entries ?? [] {
      guard let found = resolved(entry.value, at: address.appending(entry.key)) else { continue }
      let arguments = (found.node["parameters"]?.entries ?? []).map {
        Link.Argument(name: $0.key, value: $0.value.json)
      }
      links.append(
        Link(
          name: entry.key, operationID: found.node["operationId"]?.string,
          operationReference: found.node["operationRef"]?.string, parameters: arguments,
          requestBody: found.node["requestBody"]?.json, summary: found.node["description"]?.string,
          location: entry.keyLocation))
    }
    return links
  }

  private mutating func examples(of found: DocumentStore.Found) -> [Example] {
    if let example = found.node["example"] {
      return [Example(name: nil, summary: nil, value: example.json, externalValue: nil, location: example.location)]
    }
    var examples: [Example] = []
    for entry in found.node["examples"]?.entries ?? [] {
      let address = found.address.appending("examples").appending(entry.key)
      guard let example = resolved(entry.value, at: address)?.node else { continue }
      examples.append(
        Example(
          name: entry.key, summary: example["summary"]?.string, value: example["value"]?.json,
          externalValue: example["externalValue"]?.string, location: entry.keyLocation))
    }
    return examples
  }

  private func schema(of found: DocumentStore.Found) -> SchemaReference? {
    guard found.node["schema"] != nil else { return nil }
    return SchemaReference(
      documentURI: FileURI.uri(ofFile: found.address.file), pointer: found.address.pointer.appending("schema"))
  }

  private func flag(_ key: String, of node: SourceNode) -> Bool { node[key]?.json.boolValue ?? false }

  /// A node, or what it refers to; nothing when that is on another host.
  private mutating func resolved(_ node: SourceNode, at address: NodeAddress) -> DocumentStore.Found? {
    var current = DocumentStore.Found(node: node, address: address)
    var visited: Set<NodeAddress> = []
    while let reference = current.node["$ref"] {
      guard visited.insert(current.address).inserted, let next = target(reference, in: current.address.file)
      else { return nil }
      current = next
    }
    return current
  }

  private mutating func target(_ reference: SourceNode, in file: String) -> DocumentStore.Found? {
    guard let text = reference.string else { return nil }
    let resolution = store.resolve(text, in: file, at: reference.location, isRebased: false)
    guard case .found(let found) = resolution else { return nil }
    return found
  }

  // MARK: Servers and security

  /// The servers with variables at their defaults.
  func servers() -> [Server] {
    (entry.root["servers"]?.elements ?? []).map { node in
      var url = node["url"]?.string ?? "/"
      for variable in node["variables"]?.entries ?? [] {
        url = url.replacing("{\(variable.key)}", with: variable.value["default"]?.string ?? "")
      }
      return Server(url: url, summary: node["description"]?.string, location: node.location)
    }
  }

  /// The declared security schemes.
  mutating func securitySchemes() -> [String: SecurityScheme] {
    var schemes: [String: SecurityScheme] = [:]
    let pointer = JSONPointer().appending("components").appending("securitySchemes")
    for declared in entry.root["components"]?["securitySchemes"]?.entries ?? [] {
      let address = NodeAddress(file: entry.file, pointer: pointer.appending(declared.key))
      let node = resolved(declared.value, at: address)?.node
      schemes[declared.key] = SecurityScheme(
        name: declared.key, kind: kind(of: node, reference: declared.value["$ref"]?.string),
        location: declared.keyLocation)
    }
    return schemes
  }

  private func kind(of node: SourceNode?, reference: String?) -> SecurityScheme.Kind {
    guard let node else { return .remote(reference ?? "") }
    switch node["type"]?.string {
    case "apiKey":
      let location = node["in"]?.string.flatMap(Parameter.Location.init(rawValue:)) ?? .header
      return .apiKey(name: node["name"]?.string ?? "", location: location)
    case "http":
      return .http(scheme: (node["scheme"]?.string ?? "").lowercased(), bearerFormat: node["bearerFormat"]?.string)
    case "oauth2": return .oauth2
    case "openIdConnect": return .openIDConnect(url: node["openIdConnectUrl"]?.string ?? "")
    default: return .mutualTLS
    }
  }

  private func requirements(_ node: SourceNode?) -> [SecurityRequirement] {
    (node?.elements ?? []).map { requirement in
      let parts = (requirement.entries ?? []).map { part in
        SecurityRequirement.Part(scheme: part.key, scopes: (part.value.elements ?? []).compactMap(\.string))
      }
      return SecurityRequirement(parts: parts, location: requirement.location)
    }
  }

  // MARK: Checks across operations

  /// Warns of links to operations that the document does not have.
  func checkLinks(of operations: [Operation]) {
    let ids = operations.compactMap(\.operationID)
    for (_, link) in operations.flatMap(\.links) {
      if let id = link.operationID, !ids.contains(id) {
        sink.warning(
          "the link '\(link.name)' leads to the unknown operation '\(id)'", at: link.location,
          remedy: remedy(for: id, among: ids))
      }
      if let reference = link.operationReference, reference.hasPrefix("#") {
        let fragment = FileURI.decoded(reference.dropFirst())
        let pointer = fragment.flatMap { try? JSONPointer(parsing: $0) }
        let exists = pointer.map { entry.root.node(at: $0) != nil } ?? false
        guard !exists else { continue }
        sink.warning("the link '\(link.name)' leads nowhere: '\(reference)'", at: link.location)
      }
    }
  }

  /// Warns of requirements that name no declared scheme.
  func checkSecurity(of operations: [Operation], against schemes: [String: SecurityScheme]) {
    for requirement in operations.flatMap(\.security) {
      for part in requirement.parts where schemes[part.scheme] == nil {
        sink.warning(
          "the security scheme '\(part.scheme)' is not declared", at: requirement.location,
          remedy: remedy(for: part.scheme, among: schemes.keys.sorted())
            ?? "declare it below 'components/securitySchemes'")
      }
    }
  }
}
