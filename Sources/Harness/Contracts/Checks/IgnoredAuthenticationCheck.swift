import OpenAPI
import RunModel

/// An operation that demands credentials does nothing for who has none.
struct IgnoredAuthenticationCheck: ExchangeCheck {
  let id = "ignored-authentication"
  let summary = "an operation that demands credentials refuses requests without valid ones"

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard case .unauthenticated(let fault) = exchange.intent else { return .notApplicable }
    return ClientErrorRule.outcome(of: exchange) {
      CheckFailure(
        check: id, subject: .status, message: "a request \(fault) was answered as if it were allowed",
        expectation: exchange.operation.security.first?.location ?? exchange.operation.location,
        expected: "401 or 403", actual: "\(exchange.status)")
    }
  }
}
