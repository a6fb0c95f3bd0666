package import JSON
package import RFC3339
package import ServiceKit

/// A payment as the database holds it.
package struct Payment: Sendable, Hashable {
  /// Its number.
  package let id: Int
  /// The order it pays.
  package let orderID: Int
  /// How much.
  package let amount: Money
  /// PENDING, COMPLETED, FAILED or REFUNDED, unless the row was damaged.
  package let status: String
  /// One of ``PaymentMethod``, unless the row was damaged.
  package let paymentMethod: String
  /// ISO 4217 code.
  package let currency: String
  /// The gateway's number, if it gave one.
  package let transactionID: String?
  /// Which gateway.
  package let gateway: String?
  /// What the gateway answered, as it answered it.
  package let gatewayResponse: JSONValue?
  /// When it was made.
  package let createdAt: Timestamp
  /// When it last changed.
  package let updatedAt: Timestamp

  /// The wire form, schema `Payment` of the OpenAPI document.
  package var json: JSONValue {
    .object([
      "id": .integer(id),
      "order_id": .integer(orderID),
      "amount": amount.json,
      "status": .string(status),
      "payment_method": .string(paymentMethod),
      "currency": .string(currency),
      "transaction_id": .text(transactionID),
      "gateway": .text(gateway),
      "gateway_response": gatewayResponse ?? .null,
      "created_at": .time(createdAt),
      "updated_at": .time(updatedAt),
    ])
  }
}

/// What a caller sends to pay.
package struct PaymentRequest: Sendable, Hashable {
  /// How much, all that is due.
  package let amount: Money
  /// How it is paid.
  package let method: PaymentMethod
  /// In which currency.
  package let currency: Currency

  /// Puts a request together.
  package init(amount: Money, method: PaymentMethod = .card, currency: Currency = .usDollar) {
    self.amount = amount
    self.method = method
    self.currency = currency
  }

  /// What makes two charges with one idempotency key the same charge.
  package var fingerprint: String {
    "pay amount=\(amount.description) method=\(method.rawValue) currency=\(currency.rawValue)"
  }
}
