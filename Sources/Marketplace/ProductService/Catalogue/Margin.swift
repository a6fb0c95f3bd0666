package import ServiceKit

/// The margin of a product in percent, computed without a binary float.
package enum Margin {
  /// Returns (price − cost) / price in percent with two decimals, rounded half away from zero, as decimal text.
  ///
  /// `nil` when there is no cost, or no price to be a share of.
  package static func percentage(price: Money, cost: Money?) -> String? {
    guard let cost, price.minorUnits > 0 else { return nil }
    // At most (10^10 + 10^10) · 10^4 · 2, far inside Int64.
    let numerator = (price.minorUnits - cost.minorUnits) * 10_000
    let magnitude = (numerator.magnitude * 2 + price.minorUnits.magnitude) / (price.minorUnits.magnitude * 2)
    let sign = numerator < 0 && magnitude > 0 ? "-" : ""
    let fraction = magnitude % 100
    return "\(sign)\(magnitude / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}
