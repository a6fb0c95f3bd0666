package import JSON

/// A value of any type in which strings may be expressions: parameters, payloads, replacements.
package indirect enum ValueTemplate: Sendable, Hashable {
  /// A value without expressions.
  case constant(JSONValue)
  /// A string that is an expression as a whole: the value keeps its type.
  case expression(RuntimeExpression)
  /// A string with expressions in braces.
  case text(ExpressionTemplate)
  case array([ValueTemplate])
  case object([Member])

  /// A member of an object.
  package struct Member: Sendable, Hashable {
    /// The key, which is never an expression.
    package let key: String
    /// The value.
    package let value: ValueTemplate

    /// Makes a member.
    package init(key: String, value: ValueTemplate) {
      self.key = key
      self.value = value
    }
  }

  /// Reads a string: an expression, text with expressions, or plain text such as `$5.00`.
  package init(parsing text: String) throws(ExpressionSyntaxError) {
    if text.hasPrefix("$"), ExpressionTemplate.looksLikeExpression(text.dropFirst()) {
      self = .expression(try RuntimeExpression(parsing: text))
      return
    }
    let template = try ExpressionTemplate(parsing: text)
    self = template.expressions.isEmpty ? .constant(.string(text)) : .text(template)
  }

  /// All expressions in it.
  package var expressions: [RuntimeExpression] {
    switch self {
    case .constant: []
    case .expression(let expression): [expression]
    case .text(let template): template.expressions
    case .array(let elements): elements.flatMap(\.expressions)
    case .object(let members): members.flatMap(\.value.expressions)
    }
  }

  /// The value with every expression replaced by its value.
  package func evaluate(in context: some ExpressionContext) throws(ExpressionError) -> JSONValue {
    switch self {
    case .constant(let value): return value
    case .expression(let expression):
      guard let value = context.valueOrProperty(of: expression) else { throw ExpressionError(expression: expression) }
      return value
    case .text(let template): return .string(try template.evaluate(in: context))
    case .array(let elements):
      var values: [JSONValue] = []
      for element in elements { values.append(try element.evaluate(in: context)) }
      return .array(values)
    case .object(let members):
      var object = JSONObject()
      for member in members { object[member.key] = try member.value.evaluate(in: context) }
      return .object(object)
    }
  }
}
