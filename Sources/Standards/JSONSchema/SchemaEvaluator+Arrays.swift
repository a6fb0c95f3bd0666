import JSON

extension SchemaEvaluator {
  /// Up to so many elements are compared each with each; more are hashed.
  private static let pairwiseLimit = 12
  /// So many repeated elements are reported.
  private static let reportedRepetitions = 10

  /// Keywords for arrays (core section 10.3.1, validation section 6.4).
  mutating func apply(
    _ keyword: Keyword, of node: SchemaNode, array: [JSONValue], _ evaluated: inout EvaluatedParts
  ) -> Bool {
    switch keyword {
    case .items(let prefix, let rest): return apply(prefix: prefix, rest: rest, of: node, array, &evaluated)
    case .contains(let rule): return apply(rule, of: node, array, &evaluated)
    case .unevaluatedItems(let target):
      var isValid = true
      for (index, value) in array.enumerated() where !evaluated.contains(index) {
        if !allow(target, of: node, "unevaluatedItems", index, value) { isValid = false }
        if !isValid, !isReporting { return false }
      }
      evaluated.insert(all: array.count)
      return isValid
    case .maxItems(let maximum):
      if array.count <= maximum { return true }
      report(
        node, "maxItems", "Expected at most \(Wording.count(maximum, "element")), found \(array.count).",
        expected: .number(JSONNumber(maximum)), actual: .array(array))
    case .minItems(let minimum):
      if array.count >= minimum { return true }
      report(
        node, "minItems", "Expected at least \(Wording.count(minimum, "element")), found \(array.count).",
        expected: .number(JSONNumber(minimum)), actual: .array(array))
    case .uniqueItems: return checkUnique(array, of: node)
    default: return true
    }
    return false
  }

  private mutating func apply(
    prefix: [Int], rest: Int?, of node: SchemaNode, _ array: [JSONValue], _ evaluated: inout EvaluatedParts
  ) -> Bool {
    var isValid = true
    for (index, value) in array.enumerated() {
      if index < prefix.count {
        if !evaluate(prefix[index], element: index, value) { isValid = false }
      } else if let rest {
        if !allow(rest, of: node, "items", index, value) { isValid = false }
      } else {
        break
      }
      evaluated.insert(index)
      if !isValid, !isReporting { return false }
    }
    return isValid
  }

  /// Applies the schema for elements that no other covers; `false` says that there are no others.
  private mutating func allow(
    _ target: Int, of node: SchemaNode, _ keyword: String, _ index: Int, _ value: JSONValue
  ) -> Bool {
    guard case .reject = program.nodes[target].body else { return evaluate(target, element: index, value) }
    report(
      node, keyword, "The element \(index) is not allowed: the array ends before it.", expected: nil, actual: value,
      at: String(index))
    return false
  }

  private mutating func apply(
    _ rule: Keyword.Contains, of node: SchemaNode, _ array: [JSONValue], _ evaluated: inout EvaluatedParts
  ) -> Bool {
    var count = 0
    for (index, value) in array.enumerated() {
      guard deciding({ $0.evaluate(rule.node, element: index, value) }) else { continue }
      count += 1
      evaluated.insert(index)
    }
    if count < rule.minimum {
      report(
        node, rule.hasMinimum ? "minContains" : "contains",
        "Expected at least \(Wording.count(rule.minimum, "element")) that match \"contains\", found \(count).",
        expected: .number(JSONNumber(rule.minimum)), actual: .array(array))
      return false
    }
    if let maximum = rule.maximum, count > maximum {
      report(
        node, "maxContains",
        "Expected at most \(Wording.count(maximum, "element")) that match \"contains\", found \(count).",
        expected: .number(JSONNumber(maximum)), actual: .array(array))
      return false
    }
    return true
  }

  private mutating func checkUnique(_ array: [JSONValue], of node: SchemaNode) -> Bool {
    var repetitions = 0
    func isKnown(_ index: Int, _ first: inout [JSONValue: Int]) -> Int? {
      if array.count <= Self.pairwiseLimit { return array[..<index].firstIndex(of: array[index]) }
      if let known = first[array[index]] { return known }
      first[array[index]] = index
      return nil
    }
    var first: [JSONValue: Int] = [:]
    for index in array.indices {
      guard let original = isKnown(index, &first) else { continue }
      repetitions += 1
      guard isReporting, repetitions <= Self.reportedRepetitions else { break }
      report(
        node, "uniqueItems", "The element \(index) repeats the element \(original).", expected: nil,
        actual: array[index], at: String(index))
    }
    return repetitions == 0
  }
}
