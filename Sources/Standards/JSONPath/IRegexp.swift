import JSON

// I-Regexp is the common core of regular expressions that RFC 9535 uses. It is checked against its grammar and
// rewritten for an ECMAScript engine as RFC 9485 section 5.3 says. That mapping leaves `^` and `$` alone, so they are
// anchors there, and the compliance suite of JSONPath expects it so.

/// Regular expressions of RFC 9485.
enum IRegexp {
  /// Compiles an I-Regexp, to match a whole text or a part.
  ///
  /// - Throws: When the pattern is no I-Regexp.
  static func compile(
    _ pattern: String, isWhole: Bool, by engine: any PatternEngine
  ) throws(PatternError) -> any CompiledPattern {
    var translator = Translator(pattern)
    let translation = try translator.translate()
    return try engine.compile(isWhole ? "^(?:\(translation))$" : translation)
  }

  private struct Translator {
    private static let maximumDepth = 64

    private let pattern: String
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var output = ""

    init(_ pattern: String) {
      self.pattern = pattern
      scalars = Array(pattern.unicodeScalars)
    }

    mutating func translate() throws(PatternError) -> String {
      try branches(depth: 0)
      guard index == scalars.count else { throw failure() }
      return output
    }

    private mutating func branches(depth: Int) throws(PatternError) {
      guard depth < Self.maximumDepth else { throw failure("groups nest deeper than \(Self.maximumDepth)") }
      while let scalar = peek() {
        switch scalar {
        case ")": return
        case "|":
          copy()
          continue
        case "(":
          output += "(?:"
          index += 1
          try branches(depth: depth + 1)
          guard peek() == ")" else { throw failure("the group has no closing ')'") }
          copy()
        case ".":
          output += "[^\\n\\r]"
          index += 1
        case "[": try characterClass()
        case "\\": try escape()
        case "*", "+", "?", "{", "}", "]": throw failure()
        default: copy()
        }
        try quantifier()
      }
    }

    private mutating func quantifier() throws(PatternError) {
      switch peek() {
      case "*", "+", "?": copy()
      case "{":
        copy()
        guard copyDigits() > 0 else { throw failure("a number is expected") }
        if peek() == "," {
          copy()
          copyDigits()
        }
        guard peek() == "}" else { throw failure("the quantifier has no closing '}'") }
        copy()
      default: break
      }
    }

    @discardableResult
    private mutating func copyDigits() -> Int {
      let start = index
      while let scalar = peek(), ("0"..."9").contains(scalar) { copy() }
      return index - start
    }

    private mutating func characterClass() throws(PatternError) {
      copy()
      if peek() == "^" { copy() }
      var isFirst = true
      while peek() != "]" || isFirst {
        guard let scalar = peek() else { throw failure("the class has no closing ']'") }
        if scalar == "-" {
          // A hyphen stands for itself only at the ends.
          guard isFirst || next() == "]" else { throw failure("a hyphen inside a class is written '\\-'") }
          output += "\\"
          copy()
        } else if try !classCharacter(), peek() == "-", next() != "]" {
          copy()
          if try classCharacter() { throw failure("a range ends with a character") }
        }
        isFirst = false
      }
      copy()
    }

    /// Reads a character of a class, or a category; answers whether it was a category.
    private mutating func classCharacter() throws(PatternError) -> Bool {
      switch peek() {
      case "\\": return try escape()
      case nil, "[", "]", "-": throw failure()
      case "^":
        output += "\\"
        copy()
      default: copy()
      }
      return false
    }

    /// Reads an escape; answers whether it was a category.
    @discardableResult
    private mutating func escape() throws(PatternError) -> Bool {
      guard let scalar = next() else { throw failure("the pattern ends after a backslash") }
      switch scalar {
      case "(", ")", "*", "+", "-", ".", "?", "[", "\\", "]", "^", "n", "r", "t", "{", "|", "}":
        copy()
        copy()
        return false
      case "p", "P":
        copy()
        copy()
        try category()
        return true
      default: throw failure("there is no escape '\\\(scalar)' in I-Regexp (RFC 9485)")
      }
    }

    private mutating func category() throws(PatternError) {
      let categories: Set<String> = [
        "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf",
        "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs", "C", "Cc", "Cf", "Cn", "Co",
      ]
      guard peek() == "{" else { throw failure("a category is expected, as in \\p{L}") }
      copy()
      var name = ""
      while let scalar = peek(), scalar != "}", name.count < 3 {
        name.unicodeScalars.append(scalar)
        copy()
      }
      guard peek() == "}", categories.contains(name) else { throw failure("there is no category \(name)") }
      copy()
    }

    private func peek() -> Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private func next() -> Unicode.Scalar? { index + 1 < scalars.count ? scalars[index + 1] : nil }

    private mutating func copy() {
      output.unicodeScalars.append(scalars[index])
      index += 1
    }

    private func failure(_ message: String? = nil) -> PatternError {
      let offset = scalars[..<index].reduce(0) { $0 + UTF8.width($1) }
      let found = peek().map { "'\($0)'" } ?? "the end"
      return PatternError(
        pattern: pattern, message: message ?? "\(found) is not expected here in I-Regexp (RFC 9485)", offset: offset)
    }
  }
}
