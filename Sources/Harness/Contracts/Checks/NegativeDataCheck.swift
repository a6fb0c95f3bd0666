import OpenAPI
import RunModel

/// What the document does not allow is refused.
struct NegativeDataCheck: ExchangeCheck {
  let id = "negative-data-refused"
  let summary = "a request that breaks one constraint of the document is refused with a 4xx"

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard case .invalid(let constraint) = exchange.intent else { return .notApplicable }
    return ClientErrorRule.outcome(of: exchange) {
      CheckFailure(
        check: id, subject: .status,
        message: "a request that the document does not allow was accepted: \(constraint.description)",
        expectation: constraint.location ?? exchange.operation.location, expected: "4xx", actual: "\(exchange.status)")
    }
  }
}
