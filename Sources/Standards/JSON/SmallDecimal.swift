/// A number of few digits without exponent, which is what most numbers are: worked out without an allocation.
struct SmallDecimal {
  /// The value times the power of ten of `scale`.
  let digits: Int64
  /// How many of the digits are behind the point.
  let scale: Int

  /// Texts of up to so many bytes have so few digits that they fit 64 bits.
  private static let maximumBytes = 18

  /// The value of a JSON number; nil when its text is longer than 18 bytes or has an exponent.
  init?(_ lexeme: String) {
    guard lexeme.utf8.count <= Self.maximumBytes else { return nil }
    var value: Int64 = 0
    var scale = 0
    var isInFraction = false
    var isNegative = false
    for byte in lexeme.utf8 {
      switch byte {
      case 0x30...0x39:
        value = value * 10 + Int64(byte - 0x30)
        if isInFraction { scale += 1 }
      case UInt8(ascii: "."): isInFraction = true
      case UInt8(ascii: "-"): isNegative = true
      default: return nil
      }
    }
    digits = isNegative ? -value : value
    self.scale = scale
  }

  /// Two numbers as multiples of one power of ten; nil when either is not small, or they lie too far apart.
  static func aligned(_ left: String, _ right: String) -> (Int64, Int64)? {
    guard let left = SmallDecimal(left), let right = SmallDecimal(right) else { return nil }
    let scale = max(left.scale, right.scale)
    guard let leftDigits = left.digits(at: scale), let rightDigits = right.digits(at: scale) else { return nil }
    return (leftDigits, rightDigits)
  }

  private func digits(at scale: Int) -> Int64? {
    var value = digits
    for _ in self.scale..<scale {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = product
    }
    return value
  }
}
