internal import HTTP
package import ServiceKit

/// Why an operation on orders or payments is refused, with what the caller is told.
package enum OrderError: Error, Sendable, Hashable {
  /// No such order.
  case unknownOrder(id: Int)
  /// No such payment.
  case unknownPayment(id: Int)
  /// user-service knows no such active user.
  case unknownUser(uid: String)
  /// product-service knows no such active product.
  case unknownProduct(id: Int)
  /// Too few units are left.
  case insufficientStock(productID: Int, wanted: Int)
  /// An amount does not fit its column.
  case amountTooLarge
  /// The lines of a product come to too many units.
  case quantityTooLarge(productID: Int)
  /// The idempotency key belongs to another request.
  case keyReused
  /// The order is still being placed, or being undone.
  case placementInProgress
  /// The placement took too long and was given up.
  case placementInterrupted
  /// The state machine has no such step.
  case illegalStep(from: String, to: OrderStatus)
  /// The order is not paid in full.
  case paymentMissing(due: Money)
  /// The order is not PENDING.
  case notPayable(status: String)
  /// The amount is not what is due.
  case amountMismatch(due: Money)
  /// The payment is not COMPLETED.
  case notRefundable(status: String)

  /// The answer a caller gets.
  package var problem: Problem {
    switch self {
    case .unknownOrder(let id): .notFound("There is no order \(id).")
    case .unknownPayment(let id): .notFound("There is no payment \(id).")
    case .unknownUser(let uid): .notFound("There is no active user \(uid).")
    case .unknownProduct(let id): .notFound("There is no product \(id) for sale.")
    case .insufficientStock(let productID, let wanted):
      .conflict("Product \(productID) has fewer than \(wanted) left.", kind: "insufficient-stock")
    case .amountTooLarge: Self.violation("items", "must not come to more than \(Money.maximum)")
    case .quantityTooLarge(let productID):
      Self.violation("items", "must not have more than \(OrderRequest.maximumQuantity) of product \(productID)")
    case .keyReused:
      Problem(
        status: 422, kind: "idempotency-key-reused", detail: "This Idempotency-Key belongs to a different request.",
        errors: [
          FieldViolation(.parameter(IdempotencyKey.header), "was used with other content before")
        ])
    case .placementInProgress:
      .conflict("The order is still being placed; try again shortly.", kind: "order-being-placed")
    case .placementInterrupted:
      Problem(
        status: 503, kind: "placement-interrupted",
        detail: "The order took too long to place and was given up; try again.", headers: ["Retry-After": "1"])
    case .illegalStep(let from, let to):
      .conflict("An order that is \(from) cannot become \(to.rawValue).", kind: "illegal-order-step")
    case .paymentMissing(let due):
      .conflict("The order becomes PAID by a payment; \(due) is due.", kind: "payment-missing")
    case .notPayable(let status):
      .conflict("An order that is \(status) cannot be paid.", kind: "order-not-payable")
    case .amountMismatch(let due): .conflict("The amount due is \(due).", kind: "amount-mismatch")
    case .notRefundable(let status):
      .conflict("A payment that is \(status) cannot be refunded.", kind: "payment-not-refundable")
    }
  }

  private static func violation(_ field: String, _ detail: String) -> Problem {
    .unprocessable([FieldViolation(field: field, detail)])
  }
}
