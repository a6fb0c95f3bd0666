package import ServiceKit

/// What an order comes to: exact arithmetic in cents, every rounding at one place and half up.
///
/// 1. A line's subtotal is unit price × quantity; the order's subtotal is the sum of them.
/// 2. The discount rate depends on the order's subtotal: 5 % from 500.00, 10 % from 1000.00. It is taken from each line
///    and rounded there; the order's discount is the sum.
/// 3. Tax is 8.25 % of each line's subtotal less discount, rounded there; the order's tax is the sum. Shipping is not
///    taxed.
/// 4. Shipping costs 5.99 `standard`, free from 100.00 of goods after discount; 14.99 `express`; nothing for `pickup`.
/// 5. Total = subtotal + tax + shipping − discount.
///
/// Rounding per line is what lets the sums on an invoice add up for the reader.
package struct Pricing: Sendable {
  /// A discount that applies from a subtotal upwards.
  package struct DiscountTier: Sendable, Hashable {
    /// The subtotal from which it applies.
    package let from: Money
    /// The rate in hundredths of a percent.
    package let basisPoints: Int
  }

  /// The discounts, highest first.
  package var discounts: [DiscountTier]
  /// The tax rate in hundredths of a percent.
  package var taxBasisPoints: Int
  /// What each way of shipping costs.
  package var shippingRates: [ShippingMethod: Money]
  /// Goods worth this much after discount travel free by `standard`.
  package var freeShippingFrom: Money

  /// The rules above.
  package static let standard = Pricing(
    discounts: [
      DiscountTier(from: cents(1000_00), basisPoints: 1000),
      DiscountTier(from: cents(500_00), basisPoints: 500),
    ],
    taxBasisPoints: 825,
    shippingRates: [
      .standard: cents(5_99), .express: cents(14_99), .pickup: .zero,
    ],
    freeShippingFrom: cents(100_00))

  /// A product as it goes into an order.
  package struct Offer: Sendable, Hashable {
    /// The product (product-service).
    package let productID: Int
    /// Its name now.
    package let name: String
    /// Its price now.
    package let unitPrice: Money
    /// How many units, 1 or more.
    package let quantity: Int
  }

  /// Prices an order; `nil` when an amount is more than the database can hold (99999999.99).
  package func price(_ offers: [Offer], shipping method: ShippingMethod) -> PricedOrder? {
    var subtotal = Money.zero
    for offer in offers {
      guard let line = offer.unitPrice.multiplied(by: offer.quantity), let sum = subtotal.adding(line) else {
        return nil
      }
      subtotal = sum
    }
    let rate = discounts.first { subtotal >= $0.from }?.basisPoints ?? 0
    var lines: [PricedLine] = []
    var tax = Money.zero
    var discount = Money.zero
    for offer in offers {
      guard let line = line(offer, discountBasisPoints: rate), let taxes = tax.adding(line.tax),
        let discounts = discount.adding(line.discount)
      else { return nil }
      (tax, discount) = (taxes, discounts)
      lines.append(line)
    }
    guard let goods = subtotal.subtracting(discount), let shipping = shippingCost(of: goods, method),
      let taxed = goods.adding(tax), let total = taxed.adding(shipping)
    else { return nil }
    return PricedOrder(
      lines: lines,
      amounts: OrderAmounts(subtotal: subtotal, tax: tax, shipping: shipping, discount: discount, total: total))
  }

  private func line(_ offer: Offer, discountBasisPoints: Int) -> PricedLine? {
    guard let subtotal = offer.unitPrice.multiplied(by: offer.quantity),
      let discount = subtotal.share(basisPoints: discountBasisPoints), let net = subtotal.subtracting(discount),
      let tax = net.share(basisPoints: taxBasisPoints), let final = net.adding(tax)
    else { return nil }
    return PricedLine(
      productID: offer.productID, productName: offer.name, quantity: offer.quantity, unitPrice: offer.unitPrice,
      subtotal: subtotal, tax: tax, discount: discount, finalPrice: final)
  }

  private func shippingCost(of goods: Money, _ method: ShippingMethod) -> Money? {
    method == .standard && goods >= freeShippingFrom ? .zero : shippingRates[method]
  }
}

/// An order with its prices, not yet in the database.
package struct PricedOrder: Sendable, Hashable {
  /// The lines with their prices.
  package var lines: [PricedLine]
  /// The sums.
  package var amounts: OrderAmounts
}

private func cents(_ amount: Int64) -> Money {
  // Cannot fail: the constants above are far below the largest amount.
  Money(minorUnits: amount)!
}
