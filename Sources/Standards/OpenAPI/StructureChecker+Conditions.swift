import JSON
import YAMLSource

// The rules of the specification that relate fields to each other; the tables check each field alone.
extension StructureChecker {
  /// Checks what the field table of a kind cannot say.
  func checkConditions(of kind: ObjectKind, _ node: SourceNode) {
    switch kind {
    case .document: checkDocument(node)
    case .license: exclusive("identifier", "url", in: node, "the license")
    case .serverVariable: checkServerVariable(node)
    case .parameter: checkParameter(node)
    case .header:
      exactlyOne("schema", "content", in: node, "a header")
      exclusive("example", "examples", in: node, "a header")
      checkSingleContent(node, "a header")
    case .mediaType: exclusive("example", "examples", in: node, "a media type")
    case .example: exclusive("value", "externalValue", in: node, "an example")
    case .link: exactlyOne("operationRef", "operationId", in: node, "a link")
    case .operation:
      if version == .v3_0, node["responses"] == nil { sink.error("an operation lacks 'responses'", at: node.location) }
      checkUniqueParameters(node)
    case .pathItem: checkUniqueParameters(node)
    case .securityScheme: checkSecurityScheme(node)
    default: break
    }
  }

  private func checkDocument(_ node: SourceNode) {
    if version == .v3_0 {
      if node["paths"] == nil { sink.error("the OpenAPI document lacks 'paths'", at: node.location) }
    } else if node["paths"] == nil, node["components"] == nil, node["webhooks"] == nil {
      sink.error(
        "the OpenAPI document has none of 'paths', 'components' and 'webhooks'", at: node.location,
        remedy: "add 'paths' with the operations of the API")
    }
  }

  private func checkServerVariable(_ node: SourceNode) {
    guard let words = node["enum"]?.elements else { return }
    if words.isEmpty {
      sink.error("the 'enum' of a server variable must not be empty", at: node["enum"]?.location)
    } else if let initial = node["default"]?.string, !words.contains(where: { $0.string == initial }) {
      sink.error("the default '\(initial)' is not in the 'enum' of its server variable", at: node["default"]?.location)
    }
  }

  private func checkParameter(_ node: SourceNode) {
    exactlyOne("schema", "content", in: node, "a parameter")
    exclusive("example", "examples", in: node, "a parameter")
    checkSingleContent(node, "a parameter")
    guard let location = node["in"]?.string.flatMap(Parameter.Location.init(rawValue:)) else { return }
    let entries = node.entries ?? []
    func report(_ key: String, _ message: String, remedy: String? = nil) {
      let place = entries.first { $0.key == key }?.keyLocation ?? node.location
      sink.error(message, at: place, remedy: remedy)
    }
    for key in ["allowReserved", "allowEmptyValue"] where node[key] != nil && location != .query {
      report(key, "'\(key)' is only for query parameters, this one is in \(location.rawValue)")
    }
    if node["content"] != nil {
      for key in ["style", "explode", "allowReserved", "example", "examples"] where node[key] != nil {
        report(key, "'\(key)' cannot be used by a parameter with 'content'", remedy: "put it below the media type")
      }
    }
    if let style = node["style"]?.string {
      let allowed = location.styles.map(\.rawValue)
      if !allowed.contains(style) {
        report(
          "style", "a parameter in \(location.rawValue) cannot have the style '\(style)'",
          remedy: remedy(for: style, among: allowed))
      }
    }
    if location == .path, node["required"]?.json.boolValue != true {
      // The official schema demands it beside 'schema' only; the text demands it always.
      let message = "a path parameter must have 'required: true'"
      if node["content"] == nil {
        report("required", message)
      } else {
        sink.warning(message, at: node.location)
      }
    }
  }

  private func checkUniqueParameters(_ node: SourceNode) {
    var seen: [String: SourceLocation] = [:]
    for parameter in node["parameters"]?.elements ?? [] {
      guard let name = parameter["name"]?.string, let location = parameter["in"]?.string else { continue }
      if let first = seen["\(location) \(name)"] {
        sink.error(
          "the \(location) parameter '\(name)' is listed twice; it is already on line \(first.line)",
          at: parameter.location, remedy: "keep one of them")
      } else {
        seen["\(location) \(name)"] = parameter.location
      }
    }
  }

  private func checkSingleContent(_ node: SourceNode, _ what: String) {
    guard let content = node["content"], let entries = content.entries, entries.count != 1 else { return }
    sink.error(
      "the 'content' of \(what) must have exactly one media type, found \(entries.count)", at: content.location)
  }

  private func checkSecurityScheme(_ node: SourceNode) {
    let fields: [String: (required: [String], optional: [String])] = [
      "apiKey": (["name", "in"], []), "http": (["scheme"], ["bearerFormat"]), "mutualTLS": ([], []),
      "oauth2": (["flows"], []), "openIdConnect": (["openIdConnectUrl"], []),
    ]
    guard let type = node["type"]?.string, let rule = fields[type] else { return }
    if type == "mutualTLS", version == .v3_0 {
      sink.error("'mutualTLS' exists from OpenAPI 3.1 on", at: node["type"]?.location)
    }
    for key in rule.required where node[key] == nil {
      sink.error("a security scheme of type '\(type)' lacks '\(key)'", at: node.location)
    }
    let known = rule.required + rule.optional + ["type", "description"]
    for entry in node.entries ?? [] where !entry.key.hasPrefix("x-") && !known.contains(entry.key) {
      sink.error("a security scheme of type '\(type)' cannot have '\(entry.key)'", at: entry.keyLocation)
    }
  }

  private func exclusive(_ first: String, _ second: String, in node: SourceNode, _ what: String) {
    guard let entries = node.entries, node[first] != nil else { return }
    guard let entry = entries.first(where: { $0.key == second }) else { return }
    sink.error("\(what) cannot have both '\(first)' and '\(second)'", at: entry.keyLocation, remedy: "keep one of them")
  }

  private func exactlyOne(_ first: String, _ second: String, in node: SourceNode, _ what: String) {
    if node[first] == nil, node[second] == nil {
      sink.error("\(what) must have '\(first)' or '\(second)'", at: node.location)
    } else {
      exclusive(first, second, in: node, what)
    }
  }
}
