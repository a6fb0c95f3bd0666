package import JSON
package import RFC3339
package import ServiceKit

/// An order as the database holds it, with its items.
package struct Order: Sendable, Hashable {
  /// Its number.
  package let id: Int
  /// Who ordered (user-service).
  package let userUID: String
  /// One of ``OrderStatus``, unless the row was damaged.
  package let status: String
  /// pending, paid, failed or refunded.
  package let paymentStatus: String
  /// How the buyer means to pay, if said.
  package let paymentMethod: String?
  /// How the goods travel.
  package let shippingMethod: String?
  /// The carrier's number, once shipped.
  package let trackingNumber: String?
  /// The amounts; see ``Pricing``.
  package let amounts: OrderAmounts
  /// What was ordered, one line per product.
  package let items: [OrderItem]
  /// When it was made.
  package let createdAt: Timestamp
  /// When it last changed.
  package let updatedAt: Timestamp

  /// The wire form, schema `Order` of the OpenAPI document.
  package var json: JSONValue {
    .object([
      "id": .integer(id),
      "user_uid": .string(userUID),
      "status": .string(status),
      "payment_status": .string(paymentStatus),
      "payment_method": .text(paymentMethod),
      "shipping_method": .text(shippingMethod),
      "tracking_number": .text(trackingNumber),
      "subtotal": amounts.subtotal.json,
      "tax_amount": amounts.tax.json,
      "shipping_amount": amounts.shipping.json,
      "discount_amount": amounts.discount.json,
      "total_amount": amounts.total.json,
      "items": .array(items.map(\.json)),
      "created_at": .time(createdAt),
      "updated_at": .time(updatedAt),
    ])
  }
}

/// The amounts of an order: total = subtotal + tax + shipping − discount.
package struct OrderAmounts: Sendable, Hashable {
  /// The sum of the items' subtotals.
  package let subtotal: Money
  /// The sum of the items' taxes.
  package var tax: Money
  /// What shipping costs.
  package let shipping: Money
  /// The sum of the items' discounts.
  package let discount: Money
  /// What the buyer pays.
  package var total: Money
}
