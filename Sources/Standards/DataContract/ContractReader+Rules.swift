import JSON
import YAMLSource

extension ContractReader {
  // MARK: Relationships

  /// Reads a relationship, at an object (with `from`) or at a property (which is its `from`).
  func relationship(_ node: SourceNode, at owner: PropertyOwner, isProperty: Bool) -> Relationship? {
    var mapping = mapping(node, "a relationship")
    _ = mapping.choice("type", among: ["foreignKey"])
    let custom = CustomProperties(&mapping, of: .relationship, into: sink)
    var from: [ColumnReference] = []
    var isFromList = false
    if isProperty {
      from = [ColumnReference(object: owner.object, property: owner.path, at: node.location)]
      if mapping.optional("from") != nil {
        sink.error(
          "a relationship of a property cannot have 'from'", at: mapping.keyLocation("from"),
          remedy: "leave it out: it is the property itself; or move the relationship to the object")
      }
    } else if let value = mapping.required("from") {
      from = columns(value)
      isFromList = value.elements != nil
    }
    let toNode = mapping.required("to")
    let to = toNode.map { columns($0) } ?? []
    mapping.finish()
    guard let toNode, !from.isEmpty, !to.isEmpty else { return nil }
    if !isProperty, isFromList != (toNode.elements != nil) {
      sink.error("'from' and 'to' must both be one column or both be lists", at: toNode.location)
    }
    guard from.count == to.count else {
      sink.error(
        "the relationship has \(from.count) referring columns and refers to \(to.count)", at: toNode.location,
        remedy: "name as many columns in 'to' as in 'from'")
      return nil
    }
    let derived = RuleID.kebabCase(
      ([from[0].object] + from.flatMap(\.property) + ["to", to[0].object]).joined(separator: "-"))
    return Relationship(
      id: custom.ruleID() ?? derived, severity: custom.severity() ?? .error,
      filter: custom.filter(isCollection: owner.isCollection), summary: custom.string("concord.description"),
      remedy: custom.string("concord.remedy"), terms: custom.terms(), from: from, to: to, custom: custom.values,
      location: node.location)
  }

  private func columns(_ node: SourceNode) -> [ColumnReference] {
    if let elements = node.elements, elements.isEmpty {
      sink.error("a list of columns must not be empty", at: node.location)
    }
    let nodes = node.elements ?? [node]
    let columns = nodes.compactMap { node -> ColumnReference? in
      guard let text = node.string else {
        sink.error("a column must be named by a string, found \(node.found)", at: node.location)
        return nil
      }
      do throws(Diagnostic) {
        return try ColumnReference(parsing: text, at: node.location)
      } catch {
        sink.report(error)
        return nil
      }
    }
    return columns.count == nodes.count ? columns : []
  }

  // MARK: Quality

  /// Reads a quality rule of an object or property.
  func qualityRule(_ node: SourceNode, of owner: PropertyOwner) -> QualityRule? {
    var rule = mapping(node, "a quality rule")
    guard rule.isMapping else { return nil }
    let type = rule.choice("type", among: ["text", "library", "sql", "custom"]) ?? (rule.has("type") ? nil : "library")
    let custom = CustomProperties(&rule, of: .quality, into: sink)
    let id = stableID(&rule, in: node)
    let name = rule.string("name")
    let summary = rule.string("description")
    let severity = rule.string("severity")
    let dimension = rule.choice("dimension", of: QualityRule.Dimension.self)
    let unit = rule.string("unit")
    let impact = rule.string("businessImpact")
    for key in ["method", "schedule", "scheduler"] { _ = rule.string(key) }
    _ = rule.strings("tags")
    rule.authoritativeDefinitions(into: sink)
    let kind = type.flatMap { self.kind(&rule, type: $0, custom: custom, in: node) }
    if type != nil { rule.finish() }
    guard let kind else { return nil }
    let what =
      switch kind {
      case .library(let metric, _, _): metric.rawValue
      case .sql: "sql"
      case .text: "text"
      case .custom(let engine, _): engine
      }
    let derived = ([owner.object] + owner.path + [name ?? what]).joined(separator: "-")
    return QualityRule(
      id: custom.ruleID() ?? id ?? RuleID.kebabCase(derived), name: name, kind: kind,
      severity: custom.severity() ?? ruleSeverity(severity, at: node["severity"]?.location) ?? .error,
      dimension: dimension, unit: unit, summary: custom.string("concord.description") ?? summary,
      businessImpact: impact, filter: custom.filter(isCollection: owner.isCollection),
      remedy: custom.string("concord.remedy"), object: owner.object, property: owner.path, custom: custom.values,
      location: node.location)
  }

  /// The standard takes any word; only ours have a meaning here.
  private func ruleSeverity(_ text: String?, at location: SourceLocation?) -> RuleSeverity? {
    guard let text else { return nil }
    if let severity = RuleSeverity(rawValue: text.lowercased()) { return severity }
    sink.warning(
      "the severity '\(text)' is taken for 'error'", at: location,
      remedy: remedy(for: text, among: RuleSeverity.allCases.map(\.rawValue)))
    return nil
  }

  private func kind(
    _ rule: inout MappingReader, type: String, custom: CustomProperties, in node: SourceNode
  ) -> QualityRule.Kind? {
    for name in ["concord.rows", "concord.key"] where type != "sql" && custom.location(of: name) != nil {
      sink.error("'\(name)' is only for rules of type 'sql'", at: custom.location(of: name))
    }
    switch type {
    case "text": return .text
    case "custom":
      let engine = rule.requiredString("engine")
      let implementation = rule.required("implementation")?.json
      guard let engine, let implementation else { return nil }
      return .custom(engine: engine, implementation: implementation)
    case "sql":
      let query = rule.requiredString("query")
      let threshold = threshold(&rule, in: node)
      let rows = custom.string("concord.rows")
      let key = custom.names("concord.key")
      if rows == nil, !key.isEmpty {
        sink.error("'concord.key' needs 'concord.rows'", at: custom.location(of: "concord.key"))
      } else if rows != nil, custom.location(of: "concord.key") == nil {
        sink.error(
          "'concord.rows' needs 'concord.key'", at: custom.location(of: "concord.rows"),
          remedy: "name the first columns of the query, which identify a row")
      }
      guard let query, let threshold else { return nil }
      return .sql(query: query, threshold, rows: rows.map { QualityRule.RowsQuery(query: $0, key: key) })
    default:
      let metric = metric(&rule)
      let threshold = threshold(&rule, in: node)
      let members = rule.members("arguments").map { ($0.key, $0.value.json) }
      let arguments = Dictionary(members) { first, _ in first }
      guard let metric, let threshold else { return nil }
      return .library(metric, arguments: arguments, threshold)
    }
  }

  private func metric(_ rule: inout MappingReader) -> QualityRule.Metric? {
    if rule.has("rule"), !rule.has("metric") {
      sink.warning("'rule' is deprecated", at: rule.keyLocation("rule"), remedy: "write 'metric'")
      return rule.requiredChoice("rule", of: QualityRule.Metric.self)
    }
    _ = rule.optional("rule")
    return rule.requiredChoice("metric", of: QualityRule.Metric.self)
  }

  private func threshold(_ rule: inout MappingReader, in node: SourceNode) -> Threshold? {
    let present = Threshold.operators.filter { rule.has($0) }
    let nodes = Threshold.operators.map { rule.optional($0) }
    guard present.count == 1, let value = nodes.compactMap({ $0 }).first else {
      let message = present.isEmpty ? "lacks an operator" : "has several operators: \(present.joined(separator: ", "))"
      sink.error(
        "the quality rule \(message)", at: present.count > 1 ? rule.keyLocation(present[1]) : node.location,
        remedy: "give it exactly one of \(Threshold.operators.joined(separator: ", "))")
      return nil
    }
    switch present[0] {
    case "mustBe": return .mustBe(value.json)
    case "mustNotBe": return .mustNotBe(value.json)
    case "mustBeGreaterThan": return number(value, present[0]).map { .mustBeGreaterThan($0) }
    case "mustBeGreaterOrEqualTo": return number(value, present[0]).map { .mustBeGreaterOrEqualTo($0) }
    case "mustBeLessThan": return number(value, present[0]).map { .mustBeLessThan($0) }
    case "mustBeLessOrEqualTo": return number(value, present[0]).map { .mustBeLessOrEqualTo($0) }
    default:
      let bounds = (value.elements ?? []).compactMap(\.json.numberValue)
      guard bounds.count == 2, value.elements?.count == 2, bounds[0] < bounds[1] else {
        sink.error(
          "'\(present[0])' must be two numbers, the smaller first", at: value.location,
          remedy: "write for example [0, 10]")
        return nil
      }
      return present[0] == "mustBeBetween"
        ? .mustBeBetween(bounds[0], bounds[1]) : .mustNotBeBetween(bounds[0], bounds[1])
    }
  }

  private func number(_ node: SourceNode, _ key: String) -> JSONNumber? {
    if case .number(let number) = node.json { return number }
    sink.error("'\(key)' must be a number, found \(node.found)", at: node.location)
    return nil
  }
}
