import OpenAPI
import RunModel

/// A request without something that is required is refused.
struct MissingPartsCheck: ExchangeCheck {
  let id = "missing-parts-refused"
  let summary = "a request without a required parameter, member or body is refused with a 4xx"

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard case .missing(let part) = exchange.intent else { return .notApplicable }
    return ClientErrorRule.outcome(of: exchange) {
      CheckFailure(
        check: id, subject: .status, message: "a request without a required part was accepted: \(part.description)",
        expectation: part.location ?? exchange.operation.location, expected: "4xx", actual: "\(exchange.status)")
    }
  }
}
