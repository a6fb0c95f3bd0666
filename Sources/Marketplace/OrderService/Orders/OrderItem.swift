package import JSON
package import ServiceKit

/// One line of an order as the database holds it.
package struct OrderItem: Sendable, Hashable {
  /// Its number.
  package let id: Int
  /// What was ordered, priced.
  package let line: PricedLine

  /// The wire form, schema `OrderItem` of the OpenAPI document.
  package var json: JSONValue {
    .object([
      "id": .integer(id),
      "product_id": .integer(line.productID),
      "product_name": .string(line.productName),
      "quantity": .integer(line.quantity),
      "unit_price": line.unitPrice.json,
      "subtotal": line.subtotal.json,
      "tax_amount": line.tax.json,
      "discount_amount": line.discount.json,
      "final_price": line.finalPrice.json,
    ])
  }
}

/// A product, how many of it, and what that comes to: final price = subtotal + tax − discount.
package struct PricedLine: Sendable, Hashable {
  /// The product (product-service).
  package let productID: Int
  /// Its name when the order was made.
  package let productName: String
  /// How many units, 1 or more.
  package let quantity: Int
  /// Its price when the order was made.
  package let unitPrice: Money
  /// `quantity` times `unitPrice`.
  package let subtotal: Money
  /// The tax on what is left after the discount.
  package var tax: Money
  /// The line's part of the order's discount.
  package let discount: Money
  /// What the line comes to.
  package var finalPrice: Money
}
