package import JSON

extension SimpleCondition {
  /// An operand with the value that it had.
  package struct Operand: Sendable, Hashable {
    /// The operand as written: `$statusCode`.
    package let text: String
    /// Its value; `nil` when there was none.
    package let value: JSONValue?
  }

  /// What came of an evaluation, and why.
  package struct Outcome: Sendable, Hashable {
    /// Whether the condition holds.
    package let isTrue: Bool
    /// The references that were looked at, with their values, in order.
    package let operands: [Operand]
    /// The innermost parts that decided the outcome, as sentences: `$statusCode == 200: it was 404`.
    package let reasons: [String]
  }

  /// Evaluates the condition.
  ///
  /// Strings compare without regard to case, as the specification demands. Comparisons are loose: a string that spells
  /// a number or boolean equals that value (headers are always strings), and a missing value equals `null`. Order exists
  /// between numbers and between strings; everything else is neither less nor greater.
  package func evaluate(in context: some ExpressionContext) -> Outcome {
    var operands: [Operand] = []
    let (isTrue, reasons) = Self.evaluate(root, in: context, &operands)
    return Outcome(isTrue: isTrue, operands: operands, reasons: reasons)
  }

  private static func evaluate(
    _ node: Node, in context: some ExpressionContext, _ operands: inout [Operand]
  ) -> (Bool, [String]) {
    switch node {
    case .literal, .reference:
      let value = value(of: node, in: context, &operands)
      let isTrue = isTruthy(value)
      return (isTrue, ["\(node) was \(shown(value))"])
    case .not(let inner):
      let (isTrue, reasons) = evaluate(inner, in: context, &operands)
      return (!isTrue, reasons)
    case .and(let left, let right):
      let (first, reasons) = evaluate(left, in: context, &operands)
      guard first else { return (false, reasons) }
      let (second, others) = evaluate(right, in: context, &operands)
      return (second, second ? reasons + others : others)
    case .or(let left, let right):
      let (first, reasons) = evaluate(left, in: context, &operands)
      guard !first else { return (true, reasons) }
      let (second, others) = evaluate(right, in: context, &operands)
      return (second, second ? others : reasons + others)
    case .comparison(let comparison, let left, let right):
      let first = value(of: left, in: context, &operands)
      let second = value(of: right, in: context, &operands)
      return (holds(comparison, first, second), [reason(node, (left, first), (right, second))])
    }
  }

  private static func value(
    of node: Node, in context: some ExpressionContext, _ operands: inout [Operand]
  ) -> JSONValue? {
    switch node {
    case .literal(let value): return value
    case .reference(let expression, let accessors):
      var value = context.valueOrProperty(of: expression)
      for accessor in accessors {
        switch accessor {
        case .property(let name): value = value?[name]
        case .index(let index): value = value?[index]
        }
      }
      operands.append(Operand(text: node.description, value: value))
      return value
    case .comparison, .not, .and, .or: return .bool(evaluate(node, in: context, &operands).0)
    }
  }

  // MARK: Comparing

  private static func holds(_ comparison: Comparison, _ left: JSONValue?, _ right: JSONValue?) -> Bool {
    switch comparison {
    case .equal: return isEqual(left ?? .null, right ?? .null)
    case .notEqual: return !isEqual(left ?? .null, right ?? .null)
    case .less, .lessOrEqual, .greater, .greaterOrEqual: break
    }
    guard let left, let right else { return false }
    if let first = number(left), let second = number(right) { return holds(comparison, first, second) }
    guard case .string(let first) = left, case .string(let second) = right else { return false }
    return holds(comparison, first.lowercased(), second.lowercased())
  }

  private static func holds<Value: Comparable>(_ comparison: Comparison, _ left: Value, _ right: Value) -> Bool {
    switch comparison {
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    case .equal: left == right
    case .notEqual: left != right
    }
  }

  private static func isEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
    switch (left, right) {
    case (.string(let first), .string(let second)): return first.lowercased() == second.lowercased()
    case (.string, .number), (.number, .string):
      guard let first = number(left), let second = number(right) else { return false }
      return first == second
    case (.string(let text), .bool(let flag)), (.bool(let flag), .string(let text)):
      return text.lowercased() == String(flag)
    default: return left == right
    }
  }

  private static func number(_ value: JSONValue) -> JSONNumber? {
    switch value {
    case .number(let number): number
    case .string(let text): JSONNumber(lexeme: text)
    default: nil
    }
  }

  private static func isTruthy(_ value: JSONValue?) -> Bool {
    switch value {
    case nil, .null: false
    case .bool(let flag): flag
    case .number(let number): number != JSONNumber(0)
    case .string(let text): !text.isEmpty
    case .array, .object: true
    }
  }

  // MARK: Explaining

  private static func reason(
    _ node: Node, _ left: (node: Node, value: JSONValue?), _ right: (node: Node, value: JSONValue?)
  ) -> String {
    let references = [left, right].filter { if case .literal = $0.node { false } else { true } }
    let was =
      references.count == 1
      ? "it was \(shown(references[0].value))"
      : references.map { "\($0.node) was \(shown($0.value))" }.joined(separator: ", ")
    return references.isEmpty ? "\(node)" : "\(node): \(was)"
  }

  /// A value as a sentence shows it: cut to a readable length.
  static func shown(_ value: JSONValue?) -> String {
    guard let value else { return "absent" }
    let text = value.serialized()
    return text.count > 120 ? text.prefix(120) + "…" : text
  }
}
