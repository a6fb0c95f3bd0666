package import JSON

/// What knows the values that expressions refer to: the runner, at one moment of a run.
package protocol ExpressionContext {
  /// The value, with its type; `nil` when there is none (a header that the response lacks, a pointer to nothing).
  func value(of expression: RuntimeExpression) -> JSONValue?
}

/// Why a value could not be computed.
package struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The expression without a value.
  package let expression: RuntimeExpression
  /// What is wrong.
  package var description: String { "\(expression) has no value" }
}

extension ExpressionContext {
  /// The value of an expression whose name may go on with properties: `$steps.a.outputs.user.name`.
  ///
  /// Names of outputs and inputs may contain dots, so the whole name is tried first, then shorter ones with the rest as
  /// properties of the value.
  func valueOrProperty(of expression: RuntimeExpression) -> JSONValue? {
    if let value = value(of: expression) { return value }
    guard let (name, rebuilt) = expression.dottedName else { return nil }
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    var properties: [String] = []
    while parts.count > 1 {
      properties.insert(parts.removeLast(), at: 0)
      guard var value = value(of: rebuilt(parts.joined(separator: "."))) else { continue }
      for property in properties {
        guard let next = value[property] else { return nil }
        value = next
      }
      return value
    }
    return nil
  }
}

extension RuntimeExpression {
  /// The name that may contain dots, and how to make the expression with another; only without a pointer behind it.
  var dottedName: (name: String, rebuilt: (String) -> RuntimeExpression)? {
    switch self {
    case .input(let name, nil): (name, { .input($0, nil) })
    case .output(let name, nil): (name, { .output($0, nil) })
    case .step(let id, let name, nil): (name, { .step(id, output: $0, nil) })
    case .workflow(let id, let part, let name, nil): (name, { .workflow(id, part, $0, nil) })
    default: nil
    }
  }
}
