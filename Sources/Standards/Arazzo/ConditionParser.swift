import JSON

/// Reads simple conditions by recursive descent.
struct ConditionParser {
  private let text: String
  private var rest: Substring
  private var depth = 0

  /// How deep parentheses and negations may nest.
  private static let maximumDepth = 64
  /// How long a condition may be, in characters.
  private static let maximumLength = 8192

  /// Reads the whole text.
  static func parse(_ text: String) throws(ExpressionSyntaxError) -> SimpleCondition.Node {
    guard text.count <= maximumLength else {
      throw ExpressionSyntaxError(text: String(text.prefix(60)) + "…", message: "the condition is too long")
    }
    var parser = ConditionParser(text: text, rest: Substring(text))
    let node = try parser.disjunction()
    parser.skipSpace()
    guard parser.rest.isEmpty else { throw parser.unexpected() }
    return node
  }

  private init(text: String, rest: Substring) {
    self.text = text
    self.rest = rest
  }

  private mutating func disjunction() throws(ExpressionSyntaxError) -> SimpleCondition.Node {
    var node = try conjunction()
    while take("||") { node = .or(node, try conjunction()) }
    return node
  }

  private mutating func conjunction() throws(ExpressionSyntaxError) -> SimpleCondition.Node {
    var node = try comparison()
    while take("&&") { node = .and(node, try comparison()) }
    return node
  }

  private mutating func comparison() throws(ExpressionSyntaxError) -> SimpleCondition.Node {
    let left = try operand()
    // The longer operators come first, so that `<=` is not read as `<`.
    for comparison in [SimpleCondition.Comparison.lessOrEqual, .greaterOrEqual, .equal, .notEqual, .less, .greater]
    where take(comparison.rawValue) {
      return .comparison(comparison, left, try operand())
    }
    skipSpace()
    if rest.hasPrefix("=") {
      throw ExpressionSyntaxError(text: text, message: "'=' is no operator", remedy: "compare with '=='")
    }
    return left
  }

  private mutating func operand() throws(ExpressionSyntaxError) -> SimpleCondition.Node {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw ExpressionSyntaxError(text: text, message: "the condition nests too deeply")
    }
    skipSpace()
    guard let first = rest.first else {
      throw ExpressionSyntaxError(text: text, message: "a value is missing at the end")
    }
    switch first {
    case "!":
      rest = rest.dropFirst()
      return .not(try operand())
    case "(": return try group(closing: ")")
    // `{$statusCode == 200}` and `{$inputs.a}`: braces as in templates, which the specification's examples use.
    case "{": return try group(closing: "}")
    case "'": return .literal(.string(try string()))
    case "\"":
      throw ExpressionSyntaxError(text: text, message: "strings have single quotes", remedy: "write '…' for \"…\"")
    case "$": return try reference()
    default: return .literal(try literal())
    }
  }

  private mutating func group(closing: Character) throws(ExpressionSyntaxError) -> SimpleCondition.Node {
    rest = rest.dropFirst()
    let node = try disjunction()
    skipSpace()
    guard rest.first == closing else {
      throw ExpressionSyntaxError(text: text, message: "'\(closing)' is missing")
    }
    rest = rest.dropFirst()
    return node
  }

  private mutating func string() throws(ExpressionSyntaxError) -> String {
    rest = rest.dropFirst()
    var value = ""
    while let character = rest.first {
      rest = rest.dropFirst()
      if character != "'" {
        value.append(character)
      } else if rest.first == "'" {
        value.append("'")
        rest = rest.dropFirst()
      } else {
        return value
      }
    }
    throw ExpressionSyntaxError(text: text, message: "a string is not closed", remedy: "write a quote in it twice: ''")
  }

  private mutating func literal() throws(ExpressionSyntaxError) -> JSONValue {
    let word = rest.prefix { !$0.isWhitespace && !"()<>=!&|{}".contains($0) }
    guard !word.isEmpty else { throw unexpected() }
    switch word {
    case "true", "false", "null": break
    default:
      guard let number = JSONNumber(lexeme: String(word)) else {
        throw ExpressionSyntaxError(
          text: text, message: "'\(word)' is no value",
          remedy: "write strings in single quotes ('\(word)') and expressions with '$'")
      }
      rest = rest.dropFirst(word.count)
      return .number(number)
    }
    rest = rest.dropFirst(word.count)
    return word == "null" ? .null : .bool(word == "true")
  }

  private mutating func reference() throws(ExpressionSyntaxError) -> SimpleCondition.Node {
    var word = rest.prefix { !$0.isWhitespace && !"()<>=!&|{}[]".contains($0) }
    var accessors: [SimpleCondition.Accessor] = []
    // By the ABNF only a pointer may follow a body; in a condition, `.` de-references as well.
    for root in ["$request.body.", "$response.body."] where word.hasPrefix(root) {
      let properties = word.dropFirst(root.count)
      accessors = properties.split(separator: ".").map { .property(String($0)) }
      rest = rest.dropFirst(word.count)
      word = word.prefix(root.count - 1)
      return .reference(try RuntimeExpression(parsing: String(word)), accessors + (try trailing()))
    }
    rest = rest.dropFirst(word.count)
    return .reference(try RuntimeExpression(parsing: String(word)), try trailing())
  }

  /// `[0]` and `.name` after an expression, in any number.
  private mutating func trailing() throws(ExpressionSyntaxError) -> [SimpleCondition.Accessor] {
    var accessors: [SimpleCondition.Accessor] = []
    while let first = rest.first {
      if first == "[" {
        let digits = rest.dropFirst().prefix { ("0"..."9").contains($0) }
        guard let index = Int(digits), rest.dropFirst(digits.count + 1).first == "]" else {
          throw ExpressionSyntaxError(text: text, message: "an index is a whole number in brackets: [0]")
        }
        accessors.append(.index(index))
        rest = rest.dropFirst(digits.count + 2)
      } else if first == ".", !accessors.isEmpty {
        let name = rest.dropFirst().prefix { !$0.isWhitespace && !".()<>=!&|{}[]".contains($0) }
        guard !name.isEmpty else { throw unexpected() }
        accessors.append(.property(String(name)))
        rest = rest.dropFirst(name.count + 1)
      } else {
        break
      }
    }
    return accessors
  }

  private mutating func take(_ symbol: String) -> Bool {
    skipSpace()
    guard rest.hasPrefix(symbol) else { return false }
    rest = rest.dropFirst(symbol.count)
    return true
  }

  private mutating func skipSpace() { rest = rest.drop { $0.isWhitespace } }

  private func unexpected() -> ExpressionSyntaxError {
    ExpressionSyntaxError(
      text: text, message: "unexpected '\(rest.prefix(20))'", remedy: "combine conditions with '&&' and '||'")
  }
}
