import JSON
import YAMLSource

// What the standard lacks is written as custom properties whose names begin with `concord.`. They are ours, so they are
// read as strictly as the standard's own fields; all others are kept as they are.

/// The custom properties of one element.
struct CustomProperties {
  /// The elements that have custom properties of ours, and which.
  enum Owner {
    case contract, server, object, property, relationship, quality

    /// The names of our properties there.
    var names: [String] {
      switch self {
      case .contract, .server, .property: []
      case .object: ["concord.query", "concord.basis", "concord.deleted", "concord.writtenAt", "concord.requestId"]
      case .relationship: Self.rule + ["concord.delete", "concord.grace", "concord.repair", "concord.nulls"]
      case .quality: Self.rule + ["concord.rows", "concord.key"]
      }
    }

    /// What messages call the element.
    var what: String {
      switch self {
      case .contract: "the data contract"
      case .server: "a server"
      case .object: "an object of the schema"
      case .property: "a property"
      case .relationship: "a relationship"
      case .quality: "a quality rule"
      }
    }

    private static let rule = [
      "concord.id", "concord.severity", "concord.filter", "concord.description", "concord.remedy",
    ]
  }

  private let nodes: [String: SourceNode]
  private let sink: DiagnosticSink

  /// Reads the `customProperties` of a mapping.
  init(_ mapping: inout MappingReader, of owner: Owner, into sink: DiagnosticSink) {
    self.sink = sink
    var nodes: [String: SourceNode] = [:]
    for node in mapping.list("customProperties") {
      var member = MappingReader(node, what: "a custom property", into: sink)
      _ = member.string("id")
      _ = member.string("description")
      let name = member.requiredString("property")
      let value = member.required("value")
      member.finish()
      guard let name, let value, let place = node["property"]?.location else { continue }
      if name.hasPrefix("concord."), !owner.names.contains(name) {
        let others: [Owner] = [.object, .relationship, .quality]
        let home = others.first { $0.names.contains(name) }
        sink.error(
          "\(mapping.what) has the unknown property '\(name)'", at: place,
          remedy: home.map { "it belongs to \($0.what)" }
            ?? remedy(for: name, among: owner.names))
      }
      if nodes[name] != nil {
        sink.error("the custom property '\(name)' is written twice", at: place, remedy: "keep one of them")
      }
      nodes[name] = value
    }
    self.nodes = nodes
  }

  /// All of them as JSON.
  var values: [String: JSONValue] { nodes.mapValues(\.json) }

  /// Where the value of one is written.
  func location(of name: String) -> SourceLocation? { nodes[name]?.location }

  /// A text.
  func string(_ name: String) -> String? {
    guard let node = nodes[name] else { return nil }
    if let text = node.string { return text }
    sink.error("'\(name)' must be a string, found \(node.found)", at: node.location)
    return nil
  }

  /// The id of a rule, in kebab case.
  func ruleID() -> String? {
    guard let id = string("concord.id") else { return nil }
    if RuleID.isKebabCase(id) { return id }
    sink.error(
      "the rule id '\(id)' is not in kebab case", at: location(of: "concord.id"),
      remedy: "write '\(RuleID.kebabCase(id))'")
    return nil
  }

  /// The severity of a rule.
  func severity() -> RuleSeverity? {
    guard let text = string("concord.severity") else { return nil }
    if let severity = RuleSeverity(rawValue: text) { return severity }
    sink.error(
      "'concord.severity' cannot be '\(text)'", at: location(of: "concord.severity"),
      remedy: remedy(for: text, among: RuleSeverity.allCases.map(\.rawValue)))
    return nil
  }

  /// One name or a list of them.
  func names(_ name: String) -> [String] {
    guard let node = nodes[name] else { return [] }
    if let text = node.string { return [text] }
    let names = (node.elements ?? []).compactMap(\.string)
    if names.isEmpty || names.count != node.elements?.count {
      sink.error("'\(name)' must be a name or a list of names, found \(node.found)", at: node.location)
    }
    return names
  }

  /// What deletions mean for a relationship, and how late it may be.
  func terms() -> ReferenceTerms {
    let grace = nodes["concord.grace"].flatMap { duration($0, "concord.grace") }
    let deletion = nodes["concord.delete"].flatMap { policy($0) }
    return ReferenceTerms(
      policy: deletion ?? .soft, grace: grace, repair: choice("concord.repair"),
      nulls: choice("concord.nulls") ?? .allowed)
  }

  /// One of a few words.
  private func choice<Choice>(_ name: String) -> Choice?
  where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
    guard let node = nodes[name] else { return nil }
    if let choice = node.string.flatMap(Choice.init(rawValue:)) { return choice }
    sink.error(
      "'\(name)' cannot be \(node.string.map { "'\($0)'" } ?? node.found)", at: node.location,
      remedy: remedy(for: node.string ?? "", among: Choice.allCases.map(\.rawValue)))
    return nil
  }

  /// `soft`, `restrict`, `keep`, `{keep: "deleted:*"}` or `{cascade: 24h}`.
  private func policy(_ node: SourceNode) -> ReferenceTerms.DeletePolicy? {
    switch node.string {
    case "soft"?: return .soft
    case "restrict"?: return .restrict
    case "keep"?: return .keep(anonymised: nil)
    case "cascade"?:
      sink.error(
        "'concord.delete: cascade' does not say within which time", at: node.location,
        remedy: "write {cascade: 24h}")
      return nil
    case let text?:
      sink.error(
        "'concord.delete' cannot be '\(text)'", at: node.location,
        remedy: remedy(for: text, among: ["soft", "restrict", "keep", "cascade"]))
      return nil
    case nil: break
    }
    var mapping = MappingReader(node, what: "'concord.delete'", into: sink)
    guard mapping.isMapping else { return nil }
    let pattern = mapping.string("keep")
    let time = mapping.optional("cascade").flatMap { duration($0, "cascade") }
    let isBoth = mapping.has("keep") && mapping.has("cascade")
    if isBoth || !(mapping.has("keep") || mapping.has("cascade")) {
      sink.error(
        "'concord.delete' must have one member, found \(node.found)", at: node.location,
        remedy: "write {keep: 'deleted:*'} or {cascade: 24h}")
    }
    mapping.finish()
    return pattern.map { .keep(anonymised: $0) } ?? time.map { .cascade(within: $0) }
  }

  private func duration(_ node: SourceNode, _ name: String) -> Duration? {
    if let duration = node.string.flatMap({ Duration($0) }), duration > .zero { return duration }
    sink.error(
      "'\(name)' must be a time, found \(node.found)", at: node.location,
      remedy: "write a whole number and a unit: 30s, 5m, 24h, 7d")
    return nil
  }

  /// The filter of a rule: SQL for a table, conditions on fields for a collection.
  func filter(_ name: String = "concord.filter", isCollection: Bool) -> RowFilter? {
    guard let node = nodes[name] else { return nil }
    if let text = node.string {
      if !isCollection { return .sql(text) }
      sink.error(
        "'\(name)' of a collection cannot be SQL", at: node.location,
        remedy: "write {field: is_active, op: '==', value: true}, or a list of such conditions")
      return nil
    }
    guard isCollection else {
      sink.error(
        "'\(name)' of a table must be a condition in SQL, found \(node.found)", at: node.location,
        remedy: "write for example \"status <> 'CANCELLED'\"")
      return nil
    }
    let conditions = (node.elements ?? [node]).compactMap { condition($0, of: name) }
    return conditions.isEmpty ? nil : .fields(conditions)
  }

  private func condition(_ node: SourceNode, of name: String) -> RowFilter.FieldCondition? {
    var mapping = MappingReader(node, what: "a condition of '\(name)'", into: sink)
    let field = mapping.requiredString("field")
    let comparison = mapping.requiredChoice("op", of: RowFilter.Operator.self)
    let value = mapping.required("value")?.json
    mapping.finish()
    guard let field, let comparison, let value else { return nil }
    return RowFilter.FieldCondition(field: field, comparison: comparison, value: value)
  }
}

/// The ids of rules: kebab case, so that they can stand in file names, anchors and test names.
enum RuleID {
  /// Whether text is kebab case: words of lower-case letters and digits, joined by single hyphens.
  static func isKebabCase(_ text: String) -> Bool { !text.isEmpty && kebabCase(text) == text }

  /// Text as kebab case; everything but letters and digits separates words.
  static func kebabCase(_ text: String) -> String {
    text.lowercased().split { character in
      !(character.isASCII && (character.isLetter || character.isNumber))
    }.joined(separator: "-")
  }
}
