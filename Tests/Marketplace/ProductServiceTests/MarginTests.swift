import ServiceKit
import Testing

@testable import ProductService

@Suite("Margins")
struct MarginTests {
  @Test(
    "a margin is an exact percentage, rounded half away from zero",
    arguments: [
      ("199.99", "120.00", "40.00"), ("100.00", "100.00", "0.00"), ("3.00", "2.00", "33.33"),
      ("3.00", "1.00", "66.67"), ("10.00", "15.00", "-50.00"), ("0.01", "99999999.99", "-999999999800.00"),
      ("800.00", "799.99", "0.00"), ("200.00", "199.99", "0.01"), ("200.00", "200.01", "-0.01"),
      ("800.00", "800.01", "0.00"),
    ])
  func isExact(price: String, cost: String, margin: String) throws {
    let (price, cost) = (try #require(Money(price)), try #require(Money(cost)))
    #expect(Margin.percentage(price: price, cost: cost) == margin)
  }

  @Test("there is no margin without a cost or a price")
  func needsBoth() throws {
    let amount = try #require(Money("5.00"))
    #expect(Margin.percentage(price: amount, cost: nil) == nil)
    #expect(Margin.percentage(price: .zero, cost: amount) == nil)
  }
}
