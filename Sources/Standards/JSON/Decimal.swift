/// A decimal number in its one normal form: digits without zeros at either end, times a power of ten.
struct Decimal: Hashable {
  /// Whether the value is below zero.
  let isNegative: Bool
  /// The digits, 0 to 9 each, neither first nor last being 0; none at all for zero.
  let digits: [UInt8]
  /// The power of ten of the last digit; 0 for zero.
  let exponent: Int

  /// The value of a text that is a JSON number, with an exponent of at most 18 digits.
  init(_ lexeme: String) {
    var digits: [UInt8] = []
    digits.reserveCapacity(lexeme.utf8.count)
    var isNegative = false
    var fractionDigits = 0
    var isInFraction = false
    var written: Int?
    var isExponentNegative = false
    for byte in lexeme.utf8 {
      switch byte {
      case 0x30...0x39:
        if let exponent = written {
          written = exponent * 10 + Int(byte - 0x30)
        } else {
          if byte != 0x30 || !digits.isEmpty { digits.append(byte - 0x30) }
          if isInFraction { fractionDigits += 1 }
        }
      case UInt8(ascii: "-"): if written == nil { isNegative = true } else { isExponentNegative = true }
      case UInt8(ascii: "."): isInFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"): written = 0
      default: break
      }
    }
    var exponent = (isExponentNegative ? -1 : 1) * (written ?? 0) - fractionDigits
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    self.isNegative = isNegative && !digits.isEmpty
    self.exponent = digits.isEmpty ? 0 : exponent
    self.digits = digits
  }

  var isZero: Bool { digits.isEmpty }

  var isInteger: Bool { exponent >= 0 }

  /// The power of ten just above the value: 3 for 123, 0 for 0.5.
  private var magnitude: Int { digits.count + exponent }

  var int64: Int64? {
    guard exponent >= 0, magnitude <= 19 else { return nil }
    // Counted below zero, where one more value fits.
    var value: Int64 = 0
    for position in 0..<magnitude {
      let digit = position < digits.count ? Int64(digits[position]) : 0
      let (shifted, shiftOverflow) = value.multipliedReportingOverflow(by: 10)
      let (next, overflow) = shifted.subtractingReportingOverflow(digit)
      if shiftOverflow || overflow { return nil }
      value = next
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }

  /// Whether the value is a whole multiple of another.
  ///
  /// With values `a·10^m` and `b·10^n` the question is whether `b` divides `a·10^(m-n)`. As `a` does not end in 0, it
  /// is no for a negative power. Powers above 4 for each digit of `b` change nothing, because `b` has no more factors 2
  /// or 5 than that; so a huge exponent costs nothing. Long division takes one digit at a time.
  func isMultiple(of divisor: Decimal) -> Bool {
    if isZero { return true }
    guard !divisor.isZero, exponent >= divisor.exponent else { return false }
    let zeros = min(exponent - divisor.exponent, divisor.digits.count * 4)
    if divisor.digits.count <= 18 {
      let by = divisor.digits.reduce(0 as UInt64) { $0 * 10 + UInt64($1) }
      var rest = digits.reduce(0 as UInt64) { ($0 * 10 + UInt64($1)) % by }
      for _ in 0..<zeros where rest != 0 { rest = rest * 10 % by }
      return rest == 0
    }
    var rest = LongRemainder(of: divisor.digits)
    for digit in digits { rest.append(digit) }
    for _ in 0..<zeros where !rest.isZero { rest.append(0) }
    return rest.isZero
  }

  /// The shortest of the usual spellings, one for each value.
  var canonicalLexeme: String {
    if isZero { return "0" }
    let text = String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self)
    let sign = isNegative ? "-" : ""
    // The borders are those of ECMAScript's Number-to-String, which RFC 8785 uses too.
    if exponent >= 0, magnitude <= 21 { return sign + text + String(repeating: "0", count: exponent) }
    if magnitude > 0, magnitude <= 21 { return sign + text.prefix(magnitude) + "." + text.dropFirst(magnitude) }
    if magnitude <= 0, magnitude > -6 { return sign + "0." + String(repeating: "0", count: -magnitude) + text }
    let fraction = digits.count > 1 ? "." + text.dropFirst() : ""
    return sign + text.prefix(1) + fraction + "e" + (magnitude > 0 ? "+" : "") + String(magnitude - 1)
  }
}

extension Decimal: Comparable {
  static func < (left: Decimal, right: Decimal) -> Bool {
    if left.isNegative != right.isNegative { return left.isNegative }
    return left.isNegative ? isSmaller(right, left) : isSmaller(left, right)
  }

  /// Compares without regard to the signs.
  private static func isSmaller(_ left: Decimal, _ right: Decimal) -> Bool {
    if left.isZero || right.isZero { return left.isZero && !right.isZero }
    if left.magnitude != right.magnitude { return left.magnitude < right.magnitude }
    return left.digits.lexicographicallyPrecedes(right.digits)
  }
}

/// The remainder of a number that grows digit by digit, by a divisor too long for a machine word.
private struct LongRemainder {
  private let divisor: [UInt8]
  /// As many digits as the divisor has, and one in front that carries.
  private var rest: [UInt8]

  init(of divisor: [UInt8]) {
    self.divisor = [0] + divisor
    rest = Array(repeating: 0, count: divisor.count + 1)
  }

  var isZero: Bool { rest.allSatisfy { $0 == 0 } }

  mutating func append(_ digit: UInt8) {
    rest.removeFirst()
    rest.append(digit)
    while !rest.lexicographicallyPrecedes(divisor) { subtractDivisor() }
  }

  private mutating func subtractDivisor() {
    var borrow: UInt8 = 0
    for index in rest.indices.reversed() {
      let taken = divisor[index] + borrow
      borrow = rest[index] < taken ? 1 : 0
      rest[index] = rest[index] + borrow * 10 - taken
    }
  }
}
