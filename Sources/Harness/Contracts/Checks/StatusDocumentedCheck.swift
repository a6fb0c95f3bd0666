import OpenAPI
import RunModel

/// The document lists the status, its range, or a default.
struct StatusDocumentedCheck: ExchangeCheck {
  let id = "status-documented"
  let summary = "the status of the answer is documented for the operation"

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard exchange.intent.isDocumented else { return .notApplicable }
    guard exchange.promise == nil else { return .passed }
    let documented = exchange.operation.responses.map(\.status).joined(separator: ", ")
    return .failed([
      CheckFailure(
        check: id, subject: .status,
        message: "the status \(exchange.status) is not documented for \(exchange.operation.id)",
        expectation: exchange.operation.location, expected: documented, actual: "\(exchange.status)")
    ])
  }
}
