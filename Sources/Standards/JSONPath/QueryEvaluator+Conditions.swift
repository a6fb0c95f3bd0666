import JSON

extension QueryEvaluator {
  /// Whether a condition holds for a current node (section 2.3.5.2).
  mutating func holds(_ condition: Condition, _ current: JSONValue) throws(JSONPathError) -> Bool {
    switch condition {
    case .any(let alternatives):
      for alternative in alternatives where try holds(alternative, current) { return true }
      return false
    case .all(let parts):
      for part in parts where try !holds(part, current) { return false }
      return true
    case .not(let inner): return try !holds(inner, current)
    case .exists(let path): return try !nodes(of: path, at: current).isEmpty
    case .comparison(let left, let comparison, let right):
      return Self.compare(try value(of: left, current), comparison, try value(of: right, current))
    case .pattern(let test): return try holds(test, current)
    }
  }

  private mutating func holds(_ test: PatternTest, _ current: JSONValue) throws(JSONPathError) -> Bool {
    guard case .string(let text) = try value(of: test.text, current) else { return false }
    switch test.pattern {
    case .fixed(nil): return false
    case .fixed(let pattern?): return try matches(text, pattern)
    case .computed(let operand):
      guard case .string(let pattern) = try value(of: operand, current) else { return false }
      return try matches(text, pattern, isWhole: test.isWhole)
    }
  }

  /// The value of an operand; nil is the standard's "Nothing".
  private mutating func value(of operand: Operand, _ current: JSONValue) throws(JSONPathError) -> JSONValue? {
    switch operand {
    case .literal(let value): return value
    case .path(let path): return try nodes(of: path, at: current).first?.value
    case .count(let path): return .number(JSONNumber(try nodes(of: path, at: current).count))
    case .value(let path):
      let nodes = try nodes(of: path, at: current)
      guard nodes.count == 1 else { return nil }
      return nodes[0].value
    case .length(let inner):
      switch try value(of: inner, current) {
      case .string(let text): return .number(JSONNumber(text.unicodeScalars.count))
      case .array(let values): return .number(JSONNumber(values.count))
      case .object(let object): return .number(JSONNumber(object.count))
      default: return nil
      }
    }
  }

  private mutating func nodes(of path: Path, at current: JSONValue) throws(JSONPathError) -> [Node] {
    try nodes(of: path, from: path.isRelative ? current : root, tracking: false)
  }

  /// Compares two values or nothings (section 2.3.5.2.2).
  private static func compare(_ left: JSONValue?, _ comparison: Comparison, _ right: JSONValue?) -> Bool {
    switch comparison {
    case .equal: left == right
    case .notEqual: left != right
    case .less: isLess(left, right)
    case .greater: isLess(right, left)
    case .lessOrEqual: isLess(left, right) || left == right
    case .greaterOrEqual: isLess(right, left) || left == right
    }
  }

  private static func isLess(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
    switch (left, right) {
    case (.number(let left), .number(let right)): left < right
    // Texts are compared by code points, which is the order of their UTF-8.
    case (.string(let left), .string(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
    default: false
    }
  }
}
