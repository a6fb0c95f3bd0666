import JSON

extension QueryParser {
  /// Reads a text in single or double quotes (section 2.3.1.1).
  mutating func string() throws(JSONPathError) -> String {
    let start = index
    let quote = peek()
    index += 1
    var result = String.UnicodeScalarView()
    while let scalar = peek() {
      if scalar == quote {
        index += 1
        return String(result)
      }
      if scalar == "\\" {
        result.append(try escape(quote))
      } else {
        guard scalar.value >= 0x20 else { throw failure("a control character must be written as an escape") }
        result.append(scalar)
        index += 1
      }
    }
    throw failure("the text has no closing quotation mark", at: start)
  }

  private mutating func escape(_ quote: Unicode.Scalar?) throws(JSONPathError) -> Unicode.Scalar {
    let start = index
    index += 1
    guard let scalar = peek() else { throw unexpected("an escape") }
    index += 1
    switch scalar {
    case "b": return "\u{08}"
    case "f": return "\u{0C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "/", "\\": return scalar
    case "u": return try unicodeEscape(start)
    default:
      guard scalar == quote else { throw failure("there is no escape '\\\(scalar)' in this text", at: start) }
      return scalar
    }
  }

  private mutating func unicodeEscape(_ start: Int) throws(JSONPathError) -> Unicode.Scalar {
    let unit = try hexadecimalUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xDC00, take("\\"), take("u") else {
      throw failure("the escape is half of a surrogate pair", at: start)
    }
    let low = try hexadecimalUnit()
    guard (0xDC00...0xDFFF).contains(low), let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw failure("the escape is half of a surrogate pair", at: start) }
    return scalar
  }

  private mutating func hexadecimalUnit() throws(JSONPathError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let scalar = peek(), scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
        throw unexpected("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }

  /// Reads a number: that of JSON (section 2.3.5.1).
  mutating func number() throws(JSONPathError) -> JSONValue {
    let start = index
    while let scalar = peek(), Self.isDigit(scalar) || "+-.eE".unicodeScalars.contains(scalar) { index += 1 }
    let lexeme = slice(from: start)
    guard let number = JSONNumber(lexeme: lexeme) else {
      throw failure("\(lexeme) is not a number of JSON", at: start)
    }
    return .number(number)
  }

  /// Reads a literal other than a number or a text, when one is next.
  mutating func keyword() -> JSONValue? {
    for (word, value) in [("true", true), ("false", false), ("null", nil)] as [(String, JSONValue)] {
      if take(word: word) { return value }
    }
    return nil
  }
}
