import Testing

@testable import ServiceKit

@Suite("Money")
struct MoneyTests {
  @Test(
    "decimal text with two places is read and written without change",
    arguments: ["0.00", "0.05", "12.30", "-0.05", "-12.30", "99999999.99", "-99999999.99"])
  func roundTrip(text: String) {
    #expect(Money(text)?.description == text)
  }

  @Test(
    "any other text is refused",
    arguments: [
      "", "1", "1.0", "1.000", ".50", "1.", "01.00", "00.00", "-0.00", "+1.00", " 1.00", "1.00 ", "1,00", "1e2", "١.٠٠",
      "100000000.00", "--1.00", "-", "1.-5", "NaN",
    ])
  func refused(text: String) {
    #expect(Money(text) == nil)
  }

  @Test("arithmetic is exact and ends at the range of the column")
  func arithmetic() throws {
    let price = try #require(Money("0.10"))
    #expect(price.adding(try #require(Money("0.20")))?.description == "0.30")
    #expect(price.subtracting(try #require(Money("0.25")))?.description == "-0.15")
    #expect(price.multiplied(by: 3)?.description == "0.30")
    #expect(Money.maximum.adding(try #require(Money("0.01"))) == nil)
    #expect(Money.maximum.multiplied(by: .max) == nil)
    #expect(Money(minorUnits: 10_000_000_000) == nil)
  }

  @Test(
    "a share rounds half away from zero",
    arguments: [("100.00", 825, "8.25"), ("0.06", 825, "0.00"), ("0.10", 500, "0.01"), ("-0.10", 500, "-0.01")])
  func share(amount: String, basisPoints: Int, expected: String) throws {
    #expect(try #require(Money(amount)).share(basisPoints: basisPoints)?.description == expected)
  }
}
