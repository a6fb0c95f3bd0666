package import JSON
package import YAMLSource

/// An assertion on a run: of a step's success, or of whether an action applies.
package struct Criterion: Sendable, Hashable {
  /// The language of the condition.
  package enum Condition: Sendable, Hashable {
    case simple(SimpleCondition)
    /// A regular expression that must match somewhere in the context's text.
    case regex(String)
    /// A JSONPath query (RFC 9535) that must select at least one node of the context.
    case jsonPath(String)
    /// An XPath expression with its version; kept, but never satisfied: no XPath engine is part of this program.
    case xpath(String, version: String)

    /// The condition as written.
    package var text: String {
      switch self {
      case .simple(let condition): condition.description
      case .regex(let text), .jsonPath(let text), .xpath(let text, _): text
      }
    }
  }

  /// The value that a regular expression, JSONPath or XPath is applied to.
  package let context: RuntimeExpression?
  /// What must hold.
  package let condition: Condition
  /// Members that begin with `x-`.
  package let extensions: [String: JSONValue]
  /// Where the condition is written.
  package let location: SourceLocation

  /// The expressions that it looks at.
  package var expressions: [RuntimeExpression] {
    if case .simple(let condition) = condition { return condition.expressions }
    return context.map { [$0] } ?? []
  }
}

/// What came of evaluating a criterion, and why.
package struct CriterionOutcome: Sendable, Hashable {
  /// Whether the criterion holds.
  package enum Verdict: Sendable, Hashable {
    case satisfied
    case unsatisfied
    /// It could not be evaluated; never to be taken for satisfied.
    case impossible(String)
  }

  /// Whether it holds.
  package let verdict: Verdict
  /// The condition as written.
  package let condition: String
  /// The operands that were looked at, with their values.
  package let operands: [SimpleCondition.Operand]
  /// One sentence that says why: `$statusCode == 200: it was 404`.
  package let explanation: String
  /// Where the condition is written.
  package let location: SourceLocation

  /// Whether the criterion holds.
  package var isSatisfied: Bool { verdict == .satisfied }
}
