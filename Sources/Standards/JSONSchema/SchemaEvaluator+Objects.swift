import JSON

extension SchemaEvaluator {
  /// Keywords for objects (core section 10.3.2, validation section 6.5).
  mutating func apply(
    _ keyword: Keyword, of node: SchemaNode, object: JSONObject, _ evaluated: inout EvaluatedParts
  ) -> Bool {
    switch keyword {
    case .members(let rules): return apply(rules, of: node, object, &evaluated)
    case .propertyNames(let target): return checkNames(target, of: node, object)
    case .unevaluatedProperties(let target): return applyToRest(target, of: node, object, &evaluated)
    case .required(let names):
      return checkRequired(names, of: node, "required", object) { "The required member \($0) is missing." }
    case .dependentRequired(let rules):
      var isValid = true
      for rule in rules where object.contains(rule.member) {
        let holds = checkRequired(rule.required, of: node, "dependentRequired", object) {
          "The member \($0) is missing; it is required beside \(Wording.brief(.string(rule.member)))."
        }
        if !holds { isValid = false }
      }
      return isValid
    case .maxProperties(let maximum):
      if object.count <= maximum { return true }
      report(
        node, "maxProperties", "Expected at most \(Wording.count(maximum, "member")), found \(object.count).",
        expected: .number(JSONNumber(maximum)), actual: .object(object))
    case .minProperties(let minimum):
      if object.count >= minimum { return true }
      report(
        node, "minProperties", "Expected at least \(Wording.count(minimum, "member")), found \(object.count).",
        expected: .number(JSONNumber(minimum)), actual: .object(object))
    default: return true
    }
    return false
  }

  private mutating func apply(
    _ rules: Keyword.MemberRules, of node: SchemaNode, _ object: JSONObject, _ evaluated: inout EvaluatedParts
  ) -> Bool {
    var isValid = true
    for (position, member) in object.enumerated() {
      var isMatched = false
      if let target = rules.named[member.key] {
        isMatched = true
        if !evaluate(target, member: member.key, member.value) { isValid = false }
      }
      for rule in rules.patterns {
        guard let isMatch = match(rule.pattern, member.key, of: node, "patternProperties") else { return false }
        guard isMatch else { continue }
        isMatched = true
        if !evaluate(rule.node, member: member.key, member.value) { isValid = false }
      }
      if !isMatched, let additional = rules.additional {
        isMatched = true
        if !allow(additional, of: node, "additionalProperties", member) { isValid = false }
      }
      if isMatched { evaluated.insert(position) }
      if !isValid, !isReporting { return false }
    }
    return isValid
  }

  private mutating func applyToRest(
    _ target: Int, of node: SchemaNode, _ object: JSONObject, _ evaluated: inout EvaluatedParts
  ) -> Bool {
    var isValid = true
    for (position, member) in object.enumerated() where !evaluated.contains(position) {
      if !allow(target, of: node, "unevaluatedProperties", member) { isValid = false }
      if !isValid, !isReporting { return false }
    }
    evaluated.insert(all: object.count)
    return isValid
  }

  /// Applies the schema for members that no other names; `false` says that there are no others.
  private mutating func allow(
    _ target: Int, of node: SchemaNode, _ keyword: String, _ member: JSONObject.Member
  ) -> Bool {
    guard case .reject = program.nodes[target].body else { return evaluate(target, member: member.key, member.value) }
    report(
      node, keyword, "The member \(Wording.brief(.string(member.key))) is not allowed here.", expected: nil,
      actual: member.value, at: member.key)
    return false
  }

  private mutating func checkNames(_ target: Int, of node: SchemaNode, _ object: JSONObject) -> Bool {
    var isValid = true
    for member in object {
      var unused = EvaluatedParts(isNeeded: false)
      let name = JSONValue.string(member.key)
      if deciding({ $0.evaluate(target, name, &unused) }) { continue }
      isValid = false
      guard isReporting else { return false }
      let reasons = collecting { _ = $0.evaluate(target, name, &unused) }
      let reason = reasons.first.map { ": " + $0.message } ?? "."
      report(
        node, "propertyNames", "The name \(Wording.brief(name)) is not allowed\(reason)", expected: nil, actual: name,
        at: member.key)
    }
    return isValid
  }

  private mutating func checkRequired(
    _ names: [String], of node: SchemaNode, _ keyword: String, _ object: JSONObject,
    _ message: (_ name: String) -> String
  ) -> Bool {
    var isValid = true
    for name in names where !object.contains(name) {
      isValid = false
      guard isReporting else { return false }
      report(node, keyword, message(Wording.brief(.string(name))), expected: .string(name), actual: nil)
    }
    return isValid
  }
}
