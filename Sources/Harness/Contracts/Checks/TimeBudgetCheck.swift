import OpenAPI
import RunModel

/// The answer came within the time that the document promises (`x-concord-time-budget`).
struct TimeBudgetCheck: ExchangeCheck {
  let id = "time-budget"
  let summary = "the answer comes within the operation's x-concord-time-budget"

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard let budget = exchange.timeBudget else { return .notApplicable }
    guard exchange.duration > budget else { return .passed }
    return .failed([
      CheckFailure(
        check: id, subject: .exchange, message: "the answer took longer than promised",
        expectation: exchange.operation.location, expected: "at most \(DisplayText.milliseconds(budget))",
        actual: DisplayText.milliseconds(exchange.duration))
    ])
  }
}
