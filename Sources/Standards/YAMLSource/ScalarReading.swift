package import JSON

// YAML 1.1 readers turn `no` into false, `017` into 15, `1:20` into 80 and a date into a point in time; in contracts
// these are a country, a code, a clock time and a text. So plain scalars are read here, by the core schema of YAML 1.2
// (section 10.3.2) with one strictness: a number with a leading zero stays text, as JSON has no such number.

/// What an unquoted scalar means.
package enum ScalarReading {
  /// Reads plain text: null, boolean, number, else the text itself.
  ///
  /// `.inf` and `.nan` stay text, because JSON has no such numbers.
  package static func value(ofPlain text: String) -> JSONValue {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    if let number = number(ofPlain: text) { return .number(number) }
    return .string(text)
  }

  /// Reads a number: the JSON grammar, plus the core schema's `+1`, `.5`, `5.`, `0o17` and `0x1F`.
  package static func number(ofPlain text: String) -> JSONNumber? {
    guard let first = text.utf8.first, text.utf8.count <= 400 else { return nil }
    guard
      first == UInt8(ascii: "+") || first == UInt8(ascii: "-") || first == UInt8(ascii: ".")
        || (0x30...0x39).contains(first)
    else { return nil }
    if text.hasPrefix("0x") || text.hasPrefix("0o") {
      let digits = text.dropFirst(2)
      guard let sign = digits.utf8.first, sign != UInt8(ascii: "+"), sign != UInt8(ascii: "-") else { return nil }
      guard let value = UInt64(digits, radix: text.hasPrefix("0x") ? 16 : 8) else { return nil }
      return JSONNumber(lexeme: String(value))
    }
    if let number = JSONNumber(lexeme: text) { return number }
    return coreLexeme(text).flatMap { JSONNumber(lexeme: $0) }
  }

  /// The JSON spelling of a core-schema number that JSON would not accept, or nothing for other text.
  private static func coreLexeme(_ text: String) -> String? {
    var rest = Substring(text)
    var lexeme = ""
    if rest.first == "-" { lexeme = "-" }
    if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
    let mantissa = rest.prefix { $0 != "e" && $0 != "E" }
    let exponent = rest.dropFirst(mantissa.count)
    let parts = mantissa.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let whole = parts[0], fraction = parts.count == 2 ? parts[1] : ""
    guard !(whole.isEmpty && fraction.isEmpty), isDigits(whole), isDigits(fraction) else { return nil }
    guard whole.count <= 1 || whole.first != "0" else { return nil }
    lexeme += whole.isEmpty ? "0" : whole
    if !fraction.isEmpty { lexeme += "." + fraction }
    return lexeme + exponent
  }

  private static func isDigits(_ text: Substring) -> Bool { text.utf8.allSatisfy { (0x30...0x39).contains($0) } }
}
