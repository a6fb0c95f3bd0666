import OpenAPI
import RunModel

/// Documented links lead somewhere.
struct LinksHoldCheck: ExchangeCheck {
  let id = "links-hold"
  let summary = "following a documented link with the values of an answer leads to a success"

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard case .linked(let name) = exchange.intent else { return .notApplicable }
    let status = exchange.status
    if status == 429 || status >= 500 { return .notApplicable }
    if (200..<400).contains(status) { return .passed }
    // Rights and the state of a resource are not the link's.
    if [401, 403, 409, 410, 412].contains(status) { return .notApplicable }
    return .failed([
      CheckFailure(
        check: id, subject: .status, message: "the link '\(name)' leads to nothing",
        expectation: exchange.operation.location, expected: "2xx", actual: "\(status)")
    ])
  }
}
