// A number keeps the digits it was sent with: a Double would turn 9007199254740993 into ...992 and lose `1.0`. All
// arithmetic is on decimal digits and a decimal exponent, so that 1e1000000000 costs no more than it is long.

/// An exact decimal number by its JSON text.
package struct JSONNumber: Sendable {
  /// The number as it was written, by the grammar of RFC 8259 section 6.
  package let lexeme: String

  /// Exponents beyond 18 digits are refused (RFC 8259 section 6 lets an implementation set limits).
  static let maximumExponentDigits = 18

  init(unchecked lexeme: String) { self.lexeme = lexeme }

  /// A number by its JSON text; nil when the text is none or its exponent has more than 18 digits.
  package init?(lexeme: String) {
    let bytes = Array(lexeme.utf8)
    let isNumber = bytes.withUnsafeBufferPointer { buffer in
      if case .number(let end) = NumberScanner.scan(buffer, from: 0) { end == buffer.count } else { false }
    }
    guard isNumber else { return nil }
    self.lexeme = lexeme
  }

  /// A whole number.
  package init(_ value: Int) { lexeme = String(value) }

  /// A number by the shortest digits that name the Double; nil for infinities and what is not a number.
  package init?(_ value: Double) {
    guard value.isFinite else { return nil }
    lexeme = String(describing: value)
  }

  /// Whether the value is whole: `1.0` and `1e3` are.
  package var isInteger: Bool {
    if let small = SmallDecimal(lexeme), small.scale == 0 { return true }
    return decimal.isInteger
  }

  /// The value when it is whole and fits 64 bits.
  package var int64: Int64? {
    if let small = SmallDecimal(lexeme), small.scale == 0 { return small.digits }
    return decimal.int64
  }

  /// The nearest binary floating-point number; infinite beyond its range.
  package var double: Double {
    // The grammar of JSON is part of Swift's, so that only the sign of infinity could be missing here.
    Double(lexeme) ?? (decimal.isNegative ? -.infinity : .infinity)
  }

  /// Whether the value is a whole multiple of another, exactly; false for multiples of zero other than zero.
  package func isMultiple(of divisor: JSONNumber) -> Bool {
    if let (value, by) = SmallDecimal.aligned(lexeme, divisor.lexeme) { return by == 0 ? value == 0 : value % by == 0 }
    return decimal.isMultiple(of: divisor.decimal)
  }

  /// The value as digits and exponent.
  var decimal: Decimal { Decimal(lexeme) }
}

extension JSONNumber: Hashable, Comparable {
  /// Whether the values are equal: `1`, `1.0` and `10e-1` are, and so are `0` and `-0`.
  package static func == (left: JSONNumber, right: JSONNumber) -> Bool {
    if left.lexeme == right.lexeme { return true }
    if let (left, right) = SmallDecimal.aligned(left.lexeme, right.lexeme) { return left == right }
    return left.decimal == right.decimal
  }

  /// Feeds the value to a hasher, the same for equal values.
  package func hash(into hasher: inout Hasher) { decimal.hash(into: &hasher) }

  /// Compares by value, exactly.
  package static func < (left: JSONNumber, right: JSONNumber) -> Bool {
    if let (left, right) = SmallDecimal.aligned(left.lexeme, right.lexeme) { return left < right }
    return left.decimal < right.decimal
  }
}

extension JSONNumber: CustomStringConvertible {
  /// The number as it was written.
  package var description: String { lexeme }

  /// A text that is the same for all spellings of a value: `1` for `1.0`, `1.5e300` for `15e299`.
  package var canonicalLexeme: String { decimal.canonicalLexeme }
}
