/// Reads SQL just well enough to know where its strings, names, comments and brackets end (PostgreSQL 15, section 4.1).
struct SQLLexer {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  /// Just behind the last thing that is neither space nor comment.
  private var end = 0
  private var openBrackets = 0
  private var hasEnded = false
  /// Whether nothing but brackets was read.
  private var isAtStart = true
  /// The first word, when nothing but brackets stands before it.
  private(set) var firstWord: String?

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  /// The text up to its end; throws when it is not closed in itself, or more than one statement.
  mutating func read() throws(SQLText.Problem) -> String {
    var start: Int?
    while index < scalars.count {
      if try skipBlank() { continue }
      if scalars[index] == ";" {
        hasEnded = true
        index += 1
        continue
      }
      guard !hasEnded else {
        throw .init(message: "the SQL has more than one statement", remedy: "keep one: a rule is one SELECT")
      }
      start = start ?? index
      try readToken()
      end = index
    }
    guard openBrackets == 0 else { throw .init(message: "the SQL leaves a bracket open", remedy: "close it with )") }
    guard let start else { throw .init(message: "the SQL is empty", remedy: nil) }
    return text(start..<end)
  }

  /// Skips white space or a comment; false when there is neither.
  private mutating func skipBlank() throws(SQLText.Problem) -> Bool {
    switch (scalars[index], peek(1)) {
    case ("-", "-"):
      while index < scalars.count, scalars[index] != "\n", scalars[index] != "\r" { index += 1 }
      return true
    case ("/", "*"):
      try skipBlockComment()
      return true
    case (" ", _), ("\t", _), ("\n", _), ("\r", _), ("\u{0B}", _), ("\u{0C}", _):
      index += 1
      return true
    default: return false
    }
  }

  /// Comments nest.
  private mutating func skipBlockComment() throws(SQLText.Problem) {
    var depth = 0
    repeat {
      switch (peek(0), peek(1)) {
      case ("/", "*"):
        depth += 1
        index += 2
      case ("*", "/"):
        depth -= 1
        index += 2
      case (nil, _): throw .init(message: "a comment in the SQL is not closed", remedy: "close it with */")
      default: index += 1
      }
    } while depth > 0
  }

  private mutating func readToken() throws(SQLText.Problem) {
    let scalar = scalars[index]
    if scalar != "(", !Self.isWord(scalar) { isAtStart = false }
    switch scalar {
    case "'": try readQuoted(scalar, hasEscapes: false, what: "a string")
    case "\"": try readQuoted(scalar, hasEscapes: false, what: "a name")
    case "$": try readDollar()
    case "(":
      openBrackets += 1
      index += 1
    case ")":
      openBrackets -= 1
      index += 1
      guard openBrackets >= 0 else {
        throw .init(message: "the SQL closes a bracket that it did not open", remedy: "remove the )")
      }
    default:
      guard Self.isWord(scalar) else {
        index += 1
        return
      }
      try readWord()
    }
  }

  private mutating func readWord() throws(SQLText.Problem) {
    let start = index
    while index < scalars.count, Self.isWord(scalars[index]) { index += 1 }
    let word = text(start..<index)
    if isAtStart { firstWord = word }
    isAtStart = false
    // Only right before the quote is E a prefix, which gives backslashes a meaning.
    if peek(0) == "'", word == "E" || word == "e" { try readQuoted("'", hasEscapes: true, what: "a string") }
  }

  /// Two quotes in a row stand for one; taken as an end and a new beginning they lead to the same place.
  private mutating func readQuoted(
    _ quote: Unicode.Scalar, hasEscapes: Bool, what: String
  ) throws(SQLText.Problem) {
    index += 1
    while let scalar = peek(0) {
      index += hasEscapes && scalar == "\\" ? 2 : 1
      if scalar == quote { return }
    }
    throw .init(message: "\(what) in the SQL is not closed", remedy: "close it with \(quote)")
  }

  /// A string between `$tag$` and `$tag$`; anything else that starts with a dollar has no meaning in a contract.
  private mutating func readDollar() throws(SQLText.Problem) {
    let start = index
    if peek(1) == "{" {
      let name = text(start..<(scalars[start...].firstIndex(of: "}").map { $0 + 1 } ?? scalars.count))
      throw .init(
        message: "the SQL has the unknown placeholder '\(name)'",
        remedy: "the query of a quality rule can have '${object}' and '${property}'")
    }
    repeat { index += 1 } while peek(0).map { Self.isWord($0) && $0 != "$" } ?? false
    guard peek(0) == "$", !Self.isDigit(scalars[start + 1]) else {
      throw .init(message: "the SQL has the parameter '\(text(start..<index))'", remedy: "write the value itself")
    }
    index += 1
    let tag = scalars[start..<index]
    while index + tag.count <= scalars.count {
      if scalars[index..<index + tag.count].elementsEqual(tag) {
        index += tag.count
        return
      }
      index += 1
    }
    throw .init(
      message: "a string in the SQL is not closed", remedy: "close it with \(text(start..<start + tag.count))")
  }

  private func peek(_ distance: Int) -> Unicode.Scalar? {
    index + distance < scalars.count ? scalars[index + distance] : nil
  }

  private func text(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "$": true
    default: scalar.value >= 0x80
    }
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
