import JSON
import YAMLSource

/// Text with expressions in braces: `Bearer {$steps.sign-in.outputs.token}`.
package struct ExpressionTemplate: Sendable, Hashable, CustomStringConvertible {
  /// A part of the text.
  package enum Part: Sendable, Hashable {
    case literal(String)
    case expression(RuntimeExpression)
  }

  /// The parts in order.
  package let parts: [Part]
  /// The text as written.
  package let description: String

  /// Reads a template; a brace that is not followed by `$` is text.
  package init(parsing text: String) throws(ExpressionSyntaxError) {
    description = text
    // Most texts have no braces, and a search of bytes tells so at once.
    guard text.utf8.contains(UInt8(ascii: "{")) else {
      parts = text.isEmpty ? [] : [.literal(text)]
      return
    }
    var parts: [Part] = []
    var rest = Substring(text)
    while let start = rest.firstRange(of: "{$") {
      // `{$5}` and the like are text: only words that could be meant as an expression are read as one.
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
        if Self.looksLikeExpression(rest[start.upperBound...]) {
          throw ExpressionSyntaxError(text: text, message: "the brace before '$' is not closed", remedy: "add '}'")
        }
        break
      }
      let body = rest[rest.index(after: start.lowerBound)..<end]
      guard Self.looksLikeExpression(body.dropFirst()) else {
        parts.append(.literal(String(rest[..<start.upperBound])))
        rest = rest[start.upperBound...]
        continue
      }
      if start.lowerBound > rest.startIndex { parts.append(.literal(String(rest[..<start.lowerBound]))) }
      parts.append(.expression(try RuntimeExpression(parsing: String(body))))
      rest = rest[rest.index(after: end)...]
    }
    if !rest.isEmpty { parts.append(.literal(String(rest))) }
    self.parts = parts
  }

  /// The expressions in it.
  package var expressions: [RuntimeExpression] {
    parts.compactMap { if case .expression(let expression) = $0 { expression } else { nil } }
  }

  /// The text with every expression replaced: strings as they are, everything else as compact JSON.
  package func evaluate(in context: some ExpressionContext) throws(ExpressionError) -> String {
    var text = ""
    for part in parts {
      switch part {
      case .literal(let literal): text += literal
      case .expression(let expression):
        guard let value = context.valueOrProperty(of: expression) else {
          throw ExpressionError(expression: expression)
        }
        text += value.stringValue ?? value.serialized()
      }
    }
    return text
  }

  /// Whether text after a `$` begins with a root of expressions, or with a word near one (a slip to be reported).
  static func looksLikeExpression(_ text: Substring) -> Bool {
    let word = text.prefix { $0.isASCII && $0.isLetter }
    if RuntimeExpression.roots.contains(String(word)) { return true }
    let next = text.dropFirst(word.count).first
    return next == "." && suggestion(for: String(word), among: RuntimeExpression.roots) != nil
  }
}
