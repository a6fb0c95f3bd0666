import JSON

// The syntax of RFC 9535 as values. The parser makes only well-typed trees (section 2.4.3): what takes a value holds an
// operand, what takes nodes holds a path, so that evaluation has no case that cannot be.

/// A query: where it begins, and the segments that lead on.
struct Path: Sendable {
  /// Whether it begins at the current node (`@`), not at the root (`$`).
  let isRelative: Bool
  let segments: [Segment]

  /// Whether it selects at most one node: only names and indices (section 2.3.5.1).
  var isSingular: Bool {
    segments.allSatisfy { segment in
      guard !segment.isDescendant, segment.selectors.count == 1 else { return false }
      switch segment.selectors[0] {
      case .name, .index: return true
      default: return false
      }
    }
  }
}

/// Selectors that are applied to a node, or to it and all that is below.
struct Segment: Sendable {
  let isDescendant: Bool
  let selectors: [Selector]
}

/// What to select among the children of a node.
enum Selector: Sendable {
  case name(String)
  case wildcard
  case index(Int)
  case slice(start: Int?, end: Int?, step: Int)
  case filter(Condition)
}

/// A logical expression.
indirect enum Condition: Sendable {
  case any([Condition])
  case all([Condition])
  case not(Condition)
  case exists(Path)
  case comparison(Operand, Comparison, Operand)
  case pattern(PatternTest)
}

/// An operator between two values.
enum Comparison: String, Sendable {
  case equal = "=="
  case notEqual = "!="
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case less = "<"
  case greater = ">"
}

/// What yields one value, or nothing.
indirect enum Operand: Sendable {
  case literal(JSONValue)
  /// The value of the node of a singular query.
  case path(Path)
  /// `length(…)`
  case length(Operand)
  /// `count(…)`
  case count(Path)
  /// `value(…)`
  case value(Path)
}

/// `match(…)` or `search(…)`.
struct PatternTest: Sendable {
  enum Pattern: Sendable {
    /// A literal, compiled with the query; nil when it is no I-Regexp, which matches nothing.
    case fixed((any CompiledPattern)?)
    case computed(Operand)
  }

  let text: Operand
  let pattern: Pattern
  /// Whether the pattern must match the whole text.
  let isWhole: Bool
}
