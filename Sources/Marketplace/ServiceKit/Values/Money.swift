package import JSON

/// An exact amount of money with two decimal places, as `DECIMAL(10,2)` holds it.
///
/// Amounts never pass through a binary float: on the wire and from PostgreSQL they are decimal text such as "12.30",
/// in memory whole cents. Arithmetic answers nil beyond the range of the column instead of trapping.
package struct Money: Sendable, Hashable, Comparable {
  /// The amount in hundredths, within ±9999999999.
  package let minorUnits: Int64

  /// Nothing.
  package static let zero = Money(unchecked: 0)

  /// The largest amount of `DECIMAL(10,2)`: 99999999.99.
  package static let maximum = Money(unchecked: 9_999_999_999)

  private init(unchecked minorUnits: Int64) { self.minorUnits = minorUnits }

  /// Creates an amount from hundredths; nil outside `DECIMAL(10,2)`.
  package init?(minorUnits: Int64) {
    guard minorUnits.magnitude <= Self.maximum.minorUnits.magnitude else { return nil }
    self.minorUnits = minorUnits
  }

  /// Parses "12.30" or "-0.05": an optional minus, one to eight digits without leading zeros, exactly two decimals.
  package init?(_ text: String) {
    var digits = Array(text.utf8)
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits.removeFirst() }
    let point = digits.count - 3
    guard (1...8).contains(point), digits[point] == UInt8(ascii: "."),
      digits[0] != UInt8(ascii: "0") || point == 1
    else { return nil }
    digits.remove(at: point)
    var amount: Int64 = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      amount = amount * 10 + Int64(digit - UInt8(ascii: "0"))
    }
    if isNegative && amount == 0 { return nil }
    minorUnits = isNegative ? -amount : amount
  }

  /// Orders by amount.
  package static func < (left: Self, right: Self) -> Bool { left.minorUnits < right.minorUnits }

  /// The sum, nil beyond the range.
  package func adding(_ other: Money) -> Money? { Money(minorUnits: minorUnits + other.minorUnits) }

  /// The difference, nil beyond the range.
  package func subtracting(_ other: Money) -> Money? { Money(minorUnits: minorUnits - other.minorUnits) }

  /// The amount taken a number of times, nil beyond the range.
  package func multiplied(by count: Int) -> Money? {
    let (product, overflow) = minorUnits.multipliedReportingOverflow(by: Int64(count))
    return overflow ? nil : Money(minorUnits: product)
  }

  /// A share in hundredths of a percent (825 is 8.25 %), rounded half away from zero; nil beyond the range.
  package func share(basisPoints: Int) -> Money? {
    let (product, overflow) = minorUnits.multipliedReportingOverflow(by: Int64(basisPoints))
    guard !overflow else { return nil }
    let (quotient, remainder) = product.quotientAndRemainder(dividingBy: 10_000)
    return Money(minorUnits: quotient + (remainder.magnitude >= 5_000 ? product.signum() : 0))
  }
}

extension Money: CustomStringConvertible {
  /// The decimal text with exactly two places.
  package var description: String {
    let (whole, cents) = minorUnits.magnitude.quotientAndRemainder(dividingBy: 100)
    return "\(minorUnits < 0 ? "-" : "")\(whole).\(cents < 10 ? "0" : "")\(cents)"
  }

  /// The amount as JSON: a string, because readers turn JSON numbers into binary floats.
  package var json: JSONValue { .string(description) }
}
