import JSON

extension PatternTranslator {
  /// White space and line ends of ECMA-262 section 12.2 and 12.3, as the inside of a class.
  private static let space =
    "\\x{9}-\\x{d}\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}"
  /// Every other code point.
  private static let nonSpace =
    "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}"
    + "\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}"

  /// Reads an escape from its backslash on.
  mutating func escape(inClass: Bool) throws(PatternError) {
    advance()
    guard let scalar = peek() else { throw failure("the pattern ends after a backslash") }
    switch scalar {
    case "d", "D", "w", "W", "n", "r", "t", "f":
      advance()
      emit("\\")
      emit(scalar)
    case "s":
      advance()
      emit(inClass ? Self.space : "[\(Self.space)]")
    case "S":
      advance()
      emit(inClass ? Self.nonSpace : "[^\(Self.space)]")
    case "v":
      advance()
      emit("\\x{b}")
    case "b":
      advance()
      emit(inClass ? "\\x{8}" : "\\b")
    case "B" where !inClass:
      advance()
      emit("\\B")
    case "-" where inClass:
      advance()
      emit("\\-")
    case "c": try controlEscape()
    case "x":
      advance()
      emit(codePoint: try hexadecimal(digits: 2))
    case "u": try unicodeEscape()
    case "p", "P": try propertyEscape()
    case "k" where !inClass:
      advance()
      try namedReference()
    case "0": try nullEscape()
    case "1"..."9" where !inClass:
      var number = ""
      while let digit = peek(), ("0"..."9").contains(digit) {
        number.unicodeScalars.append(digit)
        advance()
      }
      emit("\\g{\(number)}")
    default:
      guard scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) else {
        throw failure("there is no escape '\\\(scalar)' in ECMAScript")
      }
      advance()
      emit(codePoint: scalar.value)
    }
  }

  private mutating func emit(codePoint: UInt32) { emit("\\x{\(String(codePoint, radix: 16))}") }

  private mutating func controlEscape() throws(PatternError) {
    advance()
    guard let letter = peek(), letter.isASCII, letter.properties.isAlphabetic else {
      throw failure("\\c is followed by a letter")
    }
    advance()
    emit(codePoint: letter.value % 32)
  }

  private mutating func nullEscape() throws(PatternError) {
    advance()
    if let next = peek(), ("0"..."9").contains(next) { throw failure("there are no octal escapes") }
    emit("\\x{0}")
  }

  /// Reads `\uXXXX`, a pair of them that is one code point, or `\u{X}`.
  private mutating func unicodeEscape() throws(PatternError) {
    advance()
    if peek() == "{" {
      advance()
      var value: UInt32 = 0
      var count = 0
      while let digit = peek(), let number = Self.hexadecimalValue(digit) {
        value = min(value * 16 + number, 0x110000)
        count += 1
        advance()
      }
      guard count > 0, value <= 0x10FFFF, peek() == "}" else {
        throw failure("\\u{…} holds the hexadecimal number of a code point")
      }
      advance()
      guard Unicode.Scalar(value) != nil else { throw failure("a text never holds half of a surrogate pair") }
      return emit(codePoint: value)
    }
    let unit = try hexadecimal(digits: 4)
    guard (0xD800...0xDFFF).contains(unit) else { return emit(codePoint: unit) }
    guard unit < 0xDC00, peek() == "\\", index + 1 < scalars.count, scalars[index + 1] == "u" else {
      throw failure("a text never holds half of a surrogate pair")
    }
    advance()
    advance()
    let low = try hexadecimal(digits: 4)
    guard (0xDC00...0xDFFF).contains(low) else { throw failure("a text never holds half of a surrogate pair") }
    emit(codePoint: 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
  }

  private mutating func hexadecimal(digits: Int) throws(PatternError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = peek(), let number = Self.hexadecimalValue(digit) else {
        throw failure("\(digits) hexadecimal digits are expected here")
      }
      value = value * 16 + number
      advance()
    }
    return value
  }

  private static func hexadecimalValue(_ scalar: Unicode.Scalar) -> UInt32? {
    switch scalar {
    case "0"..."9": scalar.value - 0x30
    case "a"..."f": scalar.value - 0x57
    case "A"..."F": scalar.value - 0x37
    default: nil
    }
  }

  /// Reads `\p{…}` or `\P{…}`.
  private mutating func propertyEscape() throws(PatternError) {
    guard let letter = peek() else { return }
    advance()
    guard peek() == "{" else { throw failure("\\\(letter) is followed by a property, as in \\\(letter){L}") }
    advance()
    var name = ""
    while let scalar = peek(), scalar != "}" {
      guard scalar.isASCII,
        scalar == "_" || scalar == "=" || scalar.properties.isAlphabetic
          || ("0"..."9").contains(scalar)
      else { throw failure("the name of a property has only letters, digits, '_' and '='") }
      name.unicodeScalars.append(scalar)
      advance()
    }
    guard peek() == "}" else { throw failure("the property has no closing '}'") }
    advance()
    emit("\\\(letter){\(UnicodeProperty.nameForPCRE2(name))}")
  }
}
