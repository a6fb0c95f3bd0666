import JSON

/// Reads the segments and selectors of a query (RFC 9535 sections 2.1 to 2.5).
struct QueryParser {
  /// How deep filters, parentheses and functions may nest; the parser and the evaluator recurse so deep.
  private static let maximumDepth = 64
  /// Integers beyond this are not exact everywhere (section 2.1, RFC 7493 section 2.2).
  private static let largestInteger = 9_007_199_254_740_991

  let text: String
  let patterns: any PatternEngine
  var warnings: [JSONPathError] = []
  var index = 0
  private let scalars: [Unicode.Scalar]
  private var depth = 0

  init(_ text: String, patterns: any PatternEngine) {
    self.text = text
    self.patterns = patterns
    scalars = Array(text.unicodeScalars)
  }

  mutating func parse() throws(JSONPathError) -> Path {
    guard peek() == "$" else { throw failure("a query begins with '$'") }
    let path = try path()
    guard index == scalars.count else { throw unexpected("the end of the query or another segment") }
    return path
  }

  /// Reads a query from its `$` or `@` on.
  mutating func path() throws(JSONPathError) -> Path {
    let isRelative = peek() == "@"
    index += 1
    var segments: [Segment] = []
    while true {
      let start = index
      skipBlanks()
      guard let segment = try segment() else {
        // Blanks belong to the query only before another segment.
        index = start
        return Path(isRelative: isRelative, segments: segments)
      }
      segments.append(segment)
    }
  }

  private mutating func segment() throws(JSONPathError) -> Segment? {
    if peek() == "[" { return Segment(isDescendant: false, selectors: try bracketed()) }
    guard take(".") else { return nil }
    let isDescendant = take(".")
    if isDescendant, peek() == "[" { return Segment(isDescendant: true, selectors: try bracketed()) }
    if take("*") { return Segment(isDescendant: isDescendant, selectors: [.wildcard]) }
    guard let first = peek(), Self.isNameStart(first) else { throw unexpected("a name, '*' or '['") }
    var name = String.UnicodeScalarView()
    while let scalar = peek(), Self.isNameStart(scalar) || Self.isDigit(scalar) {
      name.append(scalar)
      index += 1
    }
    return Segment(isDescendant: isDescendant, selectors: [.name(String(name))])
  }

  private mutating func bracketed() throws(JSONPathError) -> [Selector] {
    index += 1
    var selectors: [Selector] = []
    repeat {
      skipBlanks()
      selectors.append(try selector())
      skipBlanks()
    } while take(",")
    guard take("]") else { throw unexpected("',' or ']'") }
    return selectors
  }

  private mutating func selector() throws(JSONPathError) -> Selector {
    switch peek() {
    case "'", "\"": return .name(try string())
    case "*":
      index += 1
      return .wildcard
    case "?":
      index += 1
      skipBlanks()
      return .filter(try condition())
    case ":", "-", .some("0"..."9"): return try indexOrSlice()
    default: throw unexpected("a name in quotes, an index, a slice, '*' or '?'")
    }
  }

  private mutating func indexOrSlice() throws(JSONPathError) -> Selector {
    let start = peek() == ":" ? nil : try integer()
    let afterStart = index
    skipBlanks()
    guard take(":") else {
      index = afterStart
      // Without a colon there was a number; anything else went to the slice.
      return .index(start ?? 0)
    }
    skipBlanks()
    let end = isIntegerNext ? try integer() : nil
    let afterEnd = index
    skipBlanks()
    guard take(":") else {
      index = afterEnd
      return .slice(start: start, end: end, step: 1)
    }
    skipBlanks()
    return .slice(start: start, end: end, step: isIntegerNext ? try integer() : 1)
  }

  private var isIntegerNext: Bool { peek().map { $0 == "-" || Self.isDigit($0) } ?? false }

  private mutating func integer() throws(JSONPathError) -> Int {
    let start = index
    _ = take("-")
    guard let first = peek(), Self.isDigit(first) else { throw unexpected("a digit") }
    while let scalar = peek(), Self.isDigit(scalar) { index += 1 }
    let digits = slice(from: start)
    guard digits != "-0", first != "0" || digits == "0" else {
      throw failure("an integer has no leading zero and zero no sign", at: start)
    }
    guard let value = Int(digits), abs(value) <= Self.largestInteger else {
      throw failure("the integer is beyond ±(2^53-1)", at: start)
    }
    return value
  }

  // MARK: Text

  func peek() -> Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  /// The scalar after the next.
  func peekSecond() -> Unicode.Scalar? { index + 1 < scalars.count ? scalars[index + 1] : nil }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek() == scalar else { return false }
    index += 1
    return true
  }

  /// Takes a word of ASCII, whatever follows it.
  mutating func take(word: String) -> Bool {
    guard scalars[index...].starts(with: word.unicodeScalars) else { return false }
    index += word.unicodeScalars.count
    return true
  }

  mutating func skipBlanks() {
    while let scalar = peek(), scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" { index += 1 }
  }

  func slice(from start: Int) -> String { String(String.UnicodeScalarView(scalars[start..<index])) }

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "_": true
    default: scalar.value >= 0x80
    }
  }

  /// Counts a level of nesting while `body` runs.
  mutating func nested<Result>(
    _ body: (inout QueryParser) throws(JSONPathError) -> Result
  ) throws(JSONPathError) -> Result {
    guard depth < Self.maximumDepth else { throw failure("expressions nest deeper than \(Self.maximumDepth)") }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  func failure(_ message: String, at offset: Int? = nil) -> JSONPathError {
    JSONPathError(query: text, offset: offset ?? index, message: message)
  }

  func unexpected(_ expectation: String) -> JSONPathError {
    failure("expected \(expectation), found \(peek().map { "'\($0)'" } ?? "the end of the query")")
  }
}
