import ServiceKit
import Testing

@testable import OrderService

@Suite("Pricing")
struct PricingTests {
  private func offer(_ id: Int, _ price: String, _ quantity: Int) throws -> Pricing.Offer {
    Pricing.Offer(productID: id, name: "p\(id)", unitPrice: try #require(Money(price)), quantity: quantity)
  }

  private func amounts(_ offers: [Pricing.Offer], _ method: ShippingMethod = .standard) throws -> [String] {
    let amounts = try #require(Pricing.standard.price(offers, shipping: method)).amounts
    return [amounts.subtotal, amounts.discount, amounts.tax, amounts.shipping, amounts.total].map(\.description)
  }

  @Test("a small order pays tax and shipping and gets no discount")
  func smallOrder() throws {
    #expect(try amounts([offer(1, "24.95", 2)]) == ["49.90", "0.00", "4.12", "5.99", "60.01"])
  }

  @Test("goods of 100.00 travel free by standard, and only by standard")
  func freeShipping() throws {
    #expect(try amounts([offer(1, "100.00", 1)]) == ["100.00", "0.00", "8.25", "0.00", "108.25"])
    #expect(try amounts([offer(1, "99.99", 1)]) == ["99.99", "0.00", "8.25", "5.99", "114.23"])
    #expect(try amounts([offer(1, "100.00", 1)], .express) == ["100.00", "0.00", "8.25", "14.99", "123.24"])
    #expect(try amounts([offer(1, "1.00", 1)], .pickup) == ["1.00", "0.00", "0.08", "0.00", "1.08"])
  }

  @Test("the discount starts at 500.00 and grows at 1000.00")
  func discounts() throws {
    #expect(try amounts([offer(1, "499.99", 1)])[1] == "0.00")
    #expect(try amounts([offer(1, "500.00", 1)]) == ["500.00", "25.00", "39.19", "0.00", "514.19"])
    #expect(try amounts([offer(1, "1000.00", 1)]) == ["1000.00", "100.00", "74.25", "0.00", "974.25"])
    #expect(try amounts([offer(1, "199.99", 3)]) == ["599.97", "30.00", "47.02", "0.00", "616.99"])
  }

  @Test("every amount of the order is the sum of its lines, although each line is rounded")
  func sumsAddUp() throws {
    let order = try #require(
      Pricing.standard.price(
        [offer(1, "0.33", 7), offer(2, "199.97", 3), offer(3, "14.49", 11), offer(4, "0.01", 1)], shipping: .express))
    let sum = { (read: (PricedLine) -> Money) in order.lines.reduce(Int64(0)) { $0 + read($1).minorUnits } }
    #expect(order.amounts.subtotal.minorUnits == sum(\.subtotal))
    #expect(order.amounts.tax.minorUnits == sum(\.tax))
    #expect(order.amounts.discount.minorUnits == sum(\.discount))
    #expect(order.amounts.total.minorUnits == sum(\.finalPrice) + order.amounts.shipping.minorUnits)
    for line in order.lines {
      #expect(line.finalPrice.minorUnits == line.subtotal.minorUnits + line.tax.minorUnits - line.discount.minorUnits)
    }
  }

  @Test("an order beyond the column is refused, not wrapped around")
  func refusesOverflow() throws {
    let dear = try offer(1, "60000000.00", 1)
    #expect(Pricing.standard.price([dear], shipping: .standard) != nil)
    #expect(Pricing.standard.price([dear, dear], shipping: .standard) == nil)
    #expect(Pricing.standard.price([try offer(1, "99999999.99", 1000)], shipping: .standard) == nil)
  }
}
