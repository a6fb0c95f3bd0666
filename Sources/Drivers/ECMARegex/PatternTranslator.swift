import JSON

// ECMA-262 (2024) section 22.2.1, the grammar with the `u` flag, rewritten token by token into what PCRE2 takes for the
// same. What only PCRE2 knows (\A, \h, possessive quantifiers, (?>…), (*VERB), [[:alpha:]]) is refused or taken for the
// literal that it is in ECMAScript. The structure of groups and classes is left to PCRE2's own parser.

/// Turns a regular expression of ECMAScript into one of PCRE2.
struct PatternTranslator {
  /// The pattern for PCRE2, and where its parts came from.
  struct Translation {
    var bytes: [UInt8] = []
    /// Pairs of offsets, ascending: from `translated` on, the text stems from `source`.
    var origins: [(translated: Int, source: Int)] = []

    /// The offset in the original of an offset in the translation.
    func sourceOffset(of translated: Int) -> Int { origins.last { $0.translated <= translated }?.source ?? 0 }
  }

  let pattern: String
  let scalars: [Unicode.Scalar]
  var index = 0
  /// The offset in bytes of the scalar at `index`.
  private var byteOffset = 0
  private var result = Translation()

  init(_ pattern: String) {
    self.pattern = pattern
    scalars = Array(pattern.unicodeScalars)
  }

  mutating func translate() throws(PatternError) -> Translation {
    // Whether the last token can take a quantifier: not at the start, after `(`, `|` or another quantifier.
    var isRepeatable = false
    while let scalar = peek() {
      markOrigin()
      switch scalar {
      case "\\":
        try escape(inClass: false)
        isRepeatable = true
      case "[":
        try characterClass()
        isRepeatable = true
      case "(":
        try groupStart()
        isRepeatable = false
      case ".":
        advance()
        emit("[^\\n\\r\\x{2028}\\x{2029}]")
        isRepeatable = true
      case "*", "+", "?":
        guard isRepeatable else { throw failure("there is nothing to repeat before '\(scalar)'") }
        copy()
        copyLaziness()
        isRepeatable = false
      case "{" where isQuantifier():
        guard isRepeatable else { throw failure("there is nothing to repeat before '{'") }
        while peek() != "}" { copy() }
        copy()
        copyLaziness()
        isRepeatable = false
      case "|":
        copy()
        isRepeatable = false
      case "{", "}", "]":
        // Alone they are literals (annex B); PCRE2 may see more in them.
        advance()
        emit("\\")
        emit(scalar)
        isRepeatable = true
      default:
        copy()
        isRepeatable = true
      }
    }
    markOrigin()
    return result
  }

  private mutating func copyLaziness() {
    if peek() == "?" { copy() }
  }

  /// Whether a quantifier `{n}`, `{n,}` or `{n,m}` begins here.
  private func isQuantifier() -> Bool {
    var position = index + 1
    func skipDigits() -> Bool {
      let start = position
      while position < scalars.count, ("0"..."9").contains(scalars[position]) { position += 1 }
      return position > start
    }
    guard skipDigits() else { return false }
    if position < scalars.count, scalars[position] == "," {
      position += 1
      _ = skipDigits()
    }
    return position < scalars.count && scalars[position] == "}"
  }

  private mutating func groupStart() throws(PatternError) {
    copy()
    if peek() == "*" { throw failure("there is nothing to repeat before '*'") }
    guard peek() == "?" else { return }
    copy()
    switch peek() {
    case ":", "=", "!": copy()
    case "<":
      copy()
      if peek() == "=" || peek() == "!" { copy() } else { try groupName() }
    default: throw failure("a group may begin with (?: (?= (?! (?<= (?<! or (?<name>")
    }
  }

  private mutating func groupName() throws(PatternError) {
    guard let first = peek(), first == "_" || first.properties.isAlphabetic else {
      throw failure("the name of a group begins with a letter")
    }
    while let scalar = peek(), scalar != ">" {
      guard scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal else {
        throw failure("the name of a group has only letters, digits and '_'")
      }
      copy()
    }
    guard peek() == ">" else { throw failure("the name of a group ends with '>'") }
    copy()
  }

  private mutating func characterClass() throws(PatternError) {
    let start = byteOffset
    copy()
    if peek() == "^" { copy() }
    while let scalar = peek(), scalar != "]" {
      markOrigin()
      switch scalar {
      case "\\": try escape(inClass: true)
      case "[":
        // PCRE2 would look for [:alpha:] here.
        advance()
        emit("\\[")
      default: copy()
      }
    }
    guard peek() == "]" else {
      throw PatternError(pattern: pattern, message: "the class has no closing ']'", offset: start)
    }
    copy()
  }

  /// Reads a back reference from its name on.
  mutating func namedReference() throws(PatternError) {
    guard peek() == "<" else { throw failure("\\k is followed by the name of a group, as in \\k<name>") }
    emit("\\k")
    copy()
    try groupName()
  }

  // MARK: The text

  func peek() -> Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  mutating func advance() {
    byteOffset += UTF8.width(scalars[index])
    index += 1
  }

  mutating func emit(_ text: String) { result.bytes.append(contentsOf: text.utf8) }

  mutating func emit(_ scalar: Unicode.Scalar) { emit(String(scalar)) }

  private mutating func copy() {
    emit(scalars[index])
    advance()
  }

  private mutating func markOrigin() { result.origins.append((result.bytes.count, byteOffset)) }

  func failure(_ message: String) -> PatternError {
    PatternError(pattern: pattern, message: message, offset: byteOffset)
  }
}
