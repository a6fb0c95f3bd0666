package import JSON
internal import ServiceKit

/// One call to take units out of stock or to put them back.
package struct StockRequest: Sendable, Hashable {
  /// What the call does.
  package enum Operation: String, Sendable {
    /// Take units out.
    case decrement, restore
  }

  /// The product whose stock changes.
  package let productID: Int
  /// Take out or put back.
  package let operation: Operation
  /// How many units, 1 or more.
  package let quantity: Int
  /// The order the units are for, if any.
  package let orderID: Int?
  /// The key under which a repetition of this call is recognised.
  package let idempotencyKey: String?
  /// For a restore: the key of the decrement it takes back.
  ///
  /// See ``StockRepository``.
  package let reverses: String?

  /// Puts a request together.
  package init(
    productID: Int, operation: Operation, quantity: Int, orderID: Int? = nil, idempotencyKey: String? = nil,
    reverses: String? = nil
  ) {
    self.productID = productID
    self.operation = operation
    self.quantity = quantity
    self.orderID = orderID
    self.idempotencyKey = idempotencyKey
    self.reverses = reverses
  }

  /// What makes two calls with one key the same call.
  package var fingerprint: String {
    let order = orderID.map(String.init) ?? "-"
    return "\(operation.rawValue) product=\(productID) quantity=\(quantity) order=\(order) reverses=\(reverses ?? "-")"
  }
}

/// What a stock call did.
///
/// A repetition of the call gets the same value again.
package enum StockOutcome: Sendable, Hashable {
  /// Stock changed by `delta` (0 when there was nothing to take back) and was `stock` afterwards.
  case applied(delta: Int, stock: Int)
  /// Too few units: nothing changed.
  case short(available: Int)
  /// The key was spent by a restore that arrived before this decrement: nothing changed, and never will.
  case void
  /// The product holds more units than the service counts to: nothing changed.
  case full(stock: Int)
  /// The key belongs to a different call.
  case keyReused
  /// `reverses` names a call that was not a decrement of this product by this quantity.
  case reversesAnotherCall
  /// No such live product.
  case unknownProduct
}

/// The most units a product may hold: far above any warehouse, and below the column's limit even after a restore.
package let maximumStock = 1_000_000_000

extension StockRequest {
  /// The answer to an applied call, schema `StockChange` of the OpenAPI document.
  package func json(delta: Int, stock: Int) -> JSONValue {
    .object([
      "product_id": .integer(productID),
      "delta": .integer(delta),
      "stock": .integer(stock),
      "order_id": .optionalInteger(orderID),
    ])
  }
}
