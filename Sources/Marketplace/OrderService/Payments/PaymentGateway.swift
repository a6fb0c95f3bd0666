package import JSON
package import ServiceKit

/// What a payment gateway answered.
package struct GatewayAnswer: Sendable, Hashable {
  /// Whether the money moved.
  package let approved: Bool
  /// The gateway's number for it.
  package let transactionID: String
  /// The whole answer, kept for the record.
  package let response: JSONObject
}

/// Who moves money.
///
/// The reference platform simulates its gateway in the process, so a charge is a pure function without I/O and takes
/// part in the database transaction that records it. A gateway across a network could not: it would need a PENDING
/// payment committed first, and a confirmation after.
package protocol PaymentGateway: Sendable {
  /// Its name in the payments table.
  var name: String { get }
  /// Takes money.
  func charge(_ request: PaymentRequest) -> GatewayAnswer
  /// Gives it back.
  func refund(transactionID: String?, amount: Money) -> GatewayAnswer
}

/// A gateway that approves everything except the test card `declined_card`.
package struct SimulatedGateway: PaymentGateway {
  /// Its name in the payments table.
  package let name = "simulated"
  private let ids: any IDGenerator

  /// Numbers transactions with these ids.
  package init(ids: any IDGenerator) {
    self.ids = ids
  }

  package func charge(_ request: PaymentRequest) -> GatewayAnswer {
    let approved = request.method != .declinedCard
    let transactionID = "ch_\(ids.uuid())"
    return GatewayAnswer(
      approved: approved, transactionID: transactionID,
      response: [
        "type": "charge",
        "transaction_id": .string(transactionID),
        "approved": .bool(approved),
        "code": approved ? "approved" : "card_declined",
        "amount": request.amount.json,
        "currency": .string(request.currency.rawValue),
      ])
  }

  package func refund(transactionID: String?, amount: Money) -> GatewayAnswer {
    let refundID = "re_\(ids.uuid())"
    return GatewayAnswer(
      approved: true, transactionID: refundID,
      response: [
        "type": "refund",
        "transaction_id": .string(refundID),
        "refunds": .text(transactionID),
        "code": "approved",
        "amount": amount.json,
      ])
  }
}
