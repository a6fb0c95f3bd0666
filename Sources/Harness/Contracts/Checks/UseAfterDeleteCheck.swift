import OpenAPI
import RunModel

/// What was deleted is gone.
struct UseAfterDeleteCheck: ExchangeCheck {
  let id = "use-after-delete"
  let summary = "what was deleted cannot be read any more"

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard exchange.intent == .deleted else { return .notApplicable }
    if exchange.status == 429 || exchange.status >= 500 { return .notApplicable }
    guard (200..<400).contains(exchange.status) else { return .passed }
    return .failed([
      CheckFailure(
        check: id, subject: .status, message: "what was deleted can still be read",
        expectation: exchange.operation.location, expected: "404 or 410", actual: "\(exchange.status)")
    ])
  }
}
