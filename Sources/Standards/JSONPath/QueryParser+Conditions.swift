import JSON

extension QueryParser {
  /// What an expression turned out to be; the place where it stands decides whether that is allowed.
  private enum Expression {
    case operand(Operand)
    case path(Path)
    case condition(Condition)
  }

  /// Reads a logical expression: alternatives of conjunctions (section 2.3.5.1).
  mutating func condition() throws(JSONPathError) -> Condition {
    try nested { (parser) throws(JSONPathError) in
      var alternatives = [try parser.conjunction()]
      while try parser.takeOperator("||") { alternatives.append(try parser.conjunction()) }
      return alternatives.count == 1 ? alternatives[0] : .any(alternatives)
    }
  }

  private mutating func conjunction() throws(JSONPathError) -> Condition {
    var parts = [try basicCondition()]
    while try takeOperator("&&") { parts.append(try basicCondition()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  /// Takes an operator with blanks around it.
  private mutating func takeOperator(_ word: String) throws(JSONPathError) -> Bool {
    let start = index
    skipBlanks()
    guard take(word: word) else {
      index = start
      return false
    }
    skipBlanks()
    return true
  }

  private mutating func basicCondition() throws(JSONPathError) -> Condition {
    let isNegated = take("!")
    if isNegated { skipBlanks() }
    if take("(") {
      skipBlanks()
      let inner = try condition()
      skipBlanks()
      guard take(")") else { throw unexpected("')'") }
      return isNegated ? .not(inner) : inner
    }
    let start = index
    let left = try expression()
    if let comparison = takeComparison() {
      guard !isNegated else { throw failure("a comparison is negated in parentheses: !(…)", at: start) }
      let leftOperand = try operand(left, at: start)
      let rightStart = index
      return .comparison(leftOperand, comparison, try operand(try expression(), at: rightStart))
    }
    let test: Condition
    switch left {
    case .path(let path): test = .exists(path)
    case .condition(let condition): test = condition
    case .operand: throw failure("a value is no test; compare it", at: start)
    }
    return isNegated ? .not(test) : test
  }

  private mutating func takeComparison() -> Comparison? {
    let start = index
    skipBlanks()
    for comparison in [Comparison.equal, .notEqual, .lessOrEqual, .greaterOrEqual, .less, .greater]
    where take(word: comparison.rawValue) {
      skipBlanks()
      return comparison
    }
    index = start
    return nil
  }

  /// Reads a literal, a query or a function.
  private mutating func expression() throws(JSONPathError) -> Expression {
    switch peek() {
    case "$", "@": return .path(try nested { (parser) throws(JSONPathError) in try parser.path() })
    case "'", "\"": return .operand(.literal(.string(try string())))
    case "-", .some("0"..."9"): return .operand(.literal(try number()))
    default: break
    }
    let start = index
    guard let first = peek(), ("a"..."z").contains(first) else {
      throw unexpected("a query, a literal, a function or '('")
    }
    while let scalar = peek(), ("a"..."z").contains(scalar) || Self.isDigit(scalar) || scalar == "_" { index += 1 }
    let name = slice(from: start)
    if take("(") { return try nested { (parser) throws(JSONPathError) in try parser.function(name, at: start) } }
    index = start
    guard let literal = keyword(), index == start + name.unicodeScalars.count else {
      throw failure("\(name) is neither a literal nor a function", at: start)
    }
    return .operand(.literal(literal))
  }

  /// Reads the arguments of a function, and checks their number and types (section 2.4.3).
  private mutating func function(_ name: String, at start: Int) throws(JSONPathError) -> Expression {
    guard ["length", "count", "value", "match", "search"].contains(name) else {
      throw failure("there is no function \(name); there are length, count, value, match and search", at: start)
    }
    var arguments: [(expression: Expression, offset: Int)] = []
    skipBlanks()
    if !take(")") {
      repeat {
        skipBlanks()
        let offset = index
        arguments.append((try expression(), offset))
        skipBlanks()
      } while take(",")
      guard take(")") else { throw unexpected("',' or ')'") }
    }
    let count = name == "match" || name == "search" ? 2 : 1
    guard arguments.count == count else {
      throw failure("\(name) takes \(count) argument\(count == 1 ? "" : "s"), not \(arguments.count)", at: start)
    }
    let first = arguments[0]
    switch name {
    case "length": return .operand(.length(try operand(first.expression, at: first.offset)))
    case "count": return .operand(.count(try nodes(first.expression, at: first.offset)))
    case "value": return .operand(.value(try nodes(first.expression, at: first.offset)))
    default:
      let text = try operand(first.expression, at: first.offset)
      let isWhole = name == "match"
      let pattern = try operand(arguments[1].expression, at: arguments[1].offset)
      return .condition(
        .pattern(
          PatternTest(text: text, pattern: fixed(pattern, isWhole, at: arguments[1].offset), isWhole: isWhole)))
    }
  }

  /// A pattern that is a literal is compiled once.
  private mutating func fixed(_ operand: Operand, _ isWhole: Bool, at offset: Int) -> PatternTest.Pattern {
    guard case .literal(let literal) = operand else { return .computed(operand) }
    guard let source = literal.stringValue else { return .fixed(nil) }
    do {
      return .fixed(try IRegexp.compile(source, isWhole: isWhole, by: patterns))
    } catch {
      warnings.append(failure("\(error.description); it never matches", at: offset))
      return .fixed(nil)
    }
  }

  private func operand(_ expression: Expression, at offset: Int) throws(JSONPathError) -> Operand {
    switch expression {
    case .operand(let operand): return operand
    case .path(let path):
      guard path.isSingular else {
        throw failure("a query that can select several nodes has no value; use names and indices only", at: offset)
      }
      return .path(path)
    case .condition: throw failure("match and search are tests and have no value", at: offset)
    }
  }

  private func nodes(_ expression: Expression, at offset: Int) throws(JSONPathError) -> Path {
    guard case .path(let path) = expression else { throw failure("a query is expected here", at: offset) }
    return path
  }
}
