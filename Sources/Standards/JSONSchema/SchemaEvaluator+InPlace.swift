import JSON

extension SchemaEvaluator {
  /// So many violations of the closest alternative are reported.
  private static let reportedByAlternative = 10

  /// Keywords that apply schemas to the value itself (core section 10.2).
  mutating func applyInPlace(
    _ keyword: Keyword, of node: SchemaNode, _ instance: JSONValue, _ evaluated: inout EvaluatedParts
  ) -> Bool {
    switch keyword {
    case .allOf(let targets):
      var isValid = true
      for target in targets {
        if !evaluate(target, instance, &evaluated) { isValid = false }
        if !isValid, !isReporting { return false }
      }
      return isValid
    case .anyOf(let targets):
      var isValid = false
      for target in targets {
        if holds(target, instance, &evaluated) { isValid = true }
        // The others matter only for what they evaluate.
        if isValid, !evaluated.isNeeded { return true }
      }
      if !isValid { reportNone(of: targets, node, "anyOf", instance) }
      return isValid
    case .oneOf(let targets): return applyOneOf(targets, of: node, instance, &evaluated)
    case .not(let target):
      var unused = EvaluatedParts(isNeeded: false)
      if !deciding({ $0.evaluate(target, instance, &unused) }) { return true }
      report(
        node, "not", "\(Wording.brief(instance).capitalizedFirst) is what must not be here.", expected: nil,
        actual: instance)
      return false
    case .condition(let condition):
      let branch = holds(condition.test, instance, &evaluated) ? condition.then : condition.otherwise
      return branch.map { evaluate($0, instance, &evaluated) } ?? true
    case .dependentSchemas(let rules):
      guard case .object(let object) = instance else { return true }
      var isValid = true
      for rule in rules where object.contains(rule.member) {
        if !evaluate(rule.node, instance, &evaluated) { isValid = false }
        if !isValid, !isReporting { return false }
      }
      return isValid
    default: return true
    }
  }

  private mutating func applyOneOf(
    _ targets: [Int], of node: SchemaNode, _ instance: JSONValue, _ evaluated: inout EvaluatedParts
  ) -> Bool {
    var matching: [Int] = []
    for (position, target) in targets.enumerated() where holds(target, instance, &evaluated) {
      matching.append(position)
      if matching.count > 1, !isReporting { return false }
    }
    if matching.count == 1 { return true }
    if matching.isEmpty {
      reportNone(of: targets, node, "oneOf", instance)
    } else {
      let list = matching.map { "\($0 + 1)" }
      report(
        node, "oneOf",
        "Exactly one alternative must match, but \(list.dropLast().joined(separator: ", ")) and \(list.last ?? "") do.",
        expected: 1, actual: instance)
    }
    return false
  }

  /// Decides without reporting, and keeps what was evaluated only when the schema holds.
  private mutating func holds(_ target: Int, _ instance: JSONValue, _ evaluated: inout EvaluatedParts) -> Bool {
    var branch = EvaluatedParts(isNeeded: evaluated.isNeeded)
    let isValid = deciding { $0.evaluate(target, instance, &branch) }
    if isValid { evaluated.formUnion(branch) }
    return isValid
  }

  /// Sums up why no alternative fits, and adds the violations of the closest one.
  private mutating func reportNone(of targets: [Int], _ node: SchemaNode, _ keyword: String, _ instance: JSONValue) {
    guard isReporting else { return }
    let attempts = targets.map { target in
      var unused = EvaluatedParts(isNeeded: false)
      return collecting { _ = $0.evaluate(target, instance, &unused) }
    }
    let place = place
    // Alternatives of another type are no help to someone whose value has the right type for one.
    let close = attempts.indices.filter { !attempts[$0].contains { $0.keyword == "type" && $0.instance == place } }
    let demands = attempts.compactMap { $0.first { $0.keyword == "type" && $0.instance == place }?.expected }
    guard let best = close.min(by: { distance(attempts[$0]) < distance(attempts[$1]) }) else {
      var names: [String] = []
      for name in demands.flatMap({ $0.arrayValue ?? [$0] }).compactMap(\.stringValue) where !names.contains(name) {
        names.append(name)
      }
      report(
        node, keyword, "Expected \(Wording.alternatives(names)), found \(Wording.brief(instance)).",
        expected: .array(names.map { .string($0) }), actual: instance)
      return
    }
    let count = attempts[best].count
    report(
      node, keyword,
      targets.count == 1
        ? "The only alternative does not match."
        : "None of the \(targets.count) alternatives matches; the closest is number \(best + 1) "
          + "(\(Wording.count(count, "violation"))).",
      expected: nil, actual: instance)
    add(attempts[best].prefix(Self.reportedByAlternative))
  }

  /// How far an alternative is from matching: first by wrong constants near the top, as a `kind` member is, then by the
  /// number of violations.
  private func distance(_ violations: [SchemaViolation]) -> Int {
    let level = level
    let discriminators = violations.count {
      ($0.keyword == "const" || $0.keyword == "enum") && $0.instance.tokens.count <= level + 1
    }
    return discriminators * 1_000 + min(violations.count, 999)
  }
}

extension String {
  /// The text with its first character as a capital.
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
