package import JSON

/// A condition of literals, expressions and operators (Arazzo 1.0.1, Criterion Object), as a tree.
package struct SimpleCondition: Sendable, Hashable, CustomStringConvertible {
  /// An operator between two operands.
  package enum Comparison: String, Sendable, Hashable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
  }

  /// A step from a value into it.
  package enum Accessor: Sendable, Hashable {
    case property(String)
    case index(Int)
  }

  /// A part of the condition.
  package indirect enum Node: Sendable, Hashable {
    case literal(JSONValue)
    case reference(RuntimeExpression, [Accessor])
    case comparison(Comparison, Node, Node)
    case not(Node)
    case and(Node, Node)
    case or(Node, Node)
  }

  /// The condition as written.
  package let description: String
  /// The condition as a tree; `!` binds strongest, then comparisons, `&&`, `||`.
  package let root: Node

  /// Reads a condition.
  package init(parsing text: String) throws(ExpressionSyntaxError) {
    description = text
    root = try ConditionParser.parse(text)
  }

  /// The expressions in it, from left to right.
  package var expressions: [RuntimeExpression] { root.expressions }
}

extension SimpleCondition.Node {
  fileprivate var expressions: [RuntimeExpression] {
    switch self {
    case .literal: []
    case .reference(let expression, _): [expression]
    case .not(let node): node.expressions
    case .comparison(_, let left, let right), .and(let left, let right), .or(let left, let right):
      left.expressions + right.expressions
    }
  }
}

extension SimpleCondition.Node: CustomStringConvertible {
  /// The part as it could be written.
  package var description: String {
    switch self {
    case .literal(.string(let text)): "'\(text.replacing("'", with: "''"))'"
    case .literal(let value): value.serialized()
    case .reference(let expression, let accessors):
      accessors.reduce(expression.description) { text, accessor in
        switch accessor {
        case .property(let name): text + "." + name
        case .index(let index): text + "[\(index)]"
        }
      }
    case .comparison(let comparison, let left, let right): "\(left) \(comparison.rawValue) \(right)"
    case .not(let node): "!(\(node))"
    case .and(let left, let right): "(\(left) && \(right))"
    case .or(let left, let right): "(\(left) || \(right))"
    }
  }
}
