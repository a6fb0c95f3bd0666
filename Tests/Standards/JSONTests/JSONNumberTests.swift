import JSON
import Testing

@Suite("JSON numbers")
struct JSONNumberTests {
  private func number(_ lexeme: String) throws -> JSONNumber { try #require(JSONNumber(lexeme: lexeme)) }

  @Test(
    "spellings of one value are equal and hash alike",
    arguments: [
      ["1", "1.0", "1e0", "10e-1", "0.1E+1", "1.000e0"], ["0", "-0", "0.0", "0e99", "-0.0e-5"],
      ["1e1000000000", "10e999999999", "0.1e1000000001"], ["-12.5", "-125e-1", "-1.25e1"],
      ["9007199254740993", "9007199254740993.0", "9.007199254740993e15"],
    ])
  func equality(spellings: [String]) throws {
    let numbers = try spellings.map(number)
    #expect(Set(numbers).count == 1)
    for number in numbers { #expect(number == numbers[0]) }
    #expect(Set(numbers.map(\.canonicalLexeme)).count == 1)
  }

  @Test("numbers that a Double cannot tell apart differ")
  func exactness() throws {
    #expect(try number("9007199254740993") != number("9007199254740992"))
    #expect(try number("0.1") != number("0.1000000000000000055511151231257827"))
    #expect(try number("1e1000000000") < number("1e1000000001"))
    #expect(try number("1e400") > number("9e399"))
  }

  @Test("order is that of the values")
  func order() throws {
    let sorted = [
      "-1e1000000000", "-20", "-3", "-1.5", "-1e-9", "0", "1e-1000000000", "0.001", "0.01", "0.99", "1", "1.5", "3",
      "20", "123456789012345678901234567890", "1e1000000000",
    ]
    let numbers = try sorted.map(number)
    for (left, low) in numbers.enumerated() {
      for (right, high) in numbers.enumerated() { #expect((low < high) == (left < right), "\(low) < \(high)") }
    }
  }

  @Test(
    "whole numbers are known by value",
    arguments: [
      ("1", true), ("1.0", true), ("1e3", true), ("1.5e1", true), ("1.5", false), ("1e-1", false), ("0.0", true),
      ("1e1000000000", true), ("1e-1000000000", false),
    ])
  func integers(lexeme: String, isInteger: Bool) throws {
    #expect(try number(lexeme).isInteger == isInteger)
  }

  @Test(
    "64-bit integers are exact and end at their range",
    arguments: [
      ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min), ("9223372036854775808", nil),
      ("-9223372036854775809", nil), ("12.0e2", 1200), ("1.5", nil), ("1e18", 1_000_000_000_000_000_000), ("1e19", nil),
      ("1e1000000000", nil), ("-0", 0), ("007e1", nil),
    ] as [(String, Int64?)])
  func int64(lexeme: String, value: Int64?) {
    #expect(JSONNumber(lexeme: lexeme)?.int64 == value)
  }

  @Test(
    "multiples are exact",
    arguments: [
      ("0.3", "0.1", true), ("19.99", "0.01", true), ("19.995", "0.01", false), ("0.0075", "0.0001", true),
      ("0.00751", "0.0001", false), ("1e308", "0.123456789", false), ("1e308", "0.5", true), ("7", "2", false),
      ("-6", "3", true), ("0", "5", true), ("5", "0", false), ("1e1000000000", "7", false), ("1e1000000000", "8", true),
      ("1e1000000000", "1e999999999", true), ("1e-1000000000", "3", false), ("4.5", "1.5", true),
      ("123456789012345.6", "0.00000000000001", true), ("99999999999999999", "0.0000000000000001", true),
      ("0.000000000000001", "99999999999999999", false),
      ("1000000000000000000000000000000000000", "1000000000000000000", true),
      ("123456789012345678901234567890", "12345678901234567890123456789", true),
      ("123456789012345678901234567891", "12345678901234567890123456789", false),
      ("1e1000000000", "1180591620717411303424", true), ("1e1000000000", "1180591620717411303425", false),
    ])
  func multiples(value: String, divisor: String, isMultiple: Bool) throws {
    #expect(try number(value).isMultiple(of: number(divisor)) == isMultiple)
  }

  @Test(
    "what RFC 8259 does not call a number is none",
    arguments: [
      "", "-", "+1", "01", "1.", ".5", "1e", "0x1", " 1", "1 ", "NaN", "Infinity", "1_000", "1e1000000000000000000",
    ])
  func refused(lexeme: String) {
    #expect(JSONNumber(lexeme: lexeme) == nil)
  }

  @Test("Doubles go in by their shortest digits and come out nearest")
  func doubles() throws {
    #expect(JSONNumber(0.1)?.lexeme == "0.1")
    #expect(JSONNumber(1e300)?.double == 1e300)
    #expect(JSONNumber(Double.infinity) == nil)
    #expect(JSONNumber(Double.nan) == nil)
    #expect(try number("1e400").double == .infinity)
    #expect(try number("-1e999999999999999999").double == -.infinity)
    #expect(try number("1e-400").double == 0)
    #expect(try number("9007199254740993").double == 9_007_199_254_740_992)
  }

  @Test(
    "the canonical spelling is that of ECMAScript where a Double is exact",
    arguments: [
      ("1.0", "1"), ("-0", "0"), ("1e21", "1e+21"), ("1e20", "100000000000000000000"), ("0.000001", "0.000001"),
      ("0.0000001", "1e-7"), ("123.450", "123.45"), ("15e299", "1.5e+300"), ("-12e-9", "-1.2e-8"),
    ])
  func canonical(lexeme: String, canonical: String) throws {
    #expect(try number(lexeme).canonicalLexeme == canonical)
    #expect(try number(canonical) == number(lexeme))
  }
}
