import OpenAPI
import RunModel

/// What was created can be read at the place that its creation named.
struct CreatedAvailableCheck: ExchangeCheck {
  let id = "created-available"
  let summary = "what a 201 says was created can be read where Location leads"

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard exchange.intent == .created else { return .notApplicable }
    if exchange.status == 429 || exchange.status >= 500 { return .notApplicable }
    if (200..<400).contains(exchange.status) { return .passed }
    // Who may create need not be allowed to read.
    if exchange.status == 401 || exchange.status == 403 { return .notApplicable }
    return .failed([
      CheckFailure(
        check: id, subject: .status, message: "what was created cannot be read where Location leads",
        expectation: exchange.operation.location, expected: "2xx", actual: "\(exchange.status)")
    ])
  }
}
