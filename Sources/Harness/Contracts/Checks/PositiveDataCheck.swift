import OpenAPI
import RunModel

/// What the document allows is accepted.
///
/// Data are refused by the statuses that speak of the request itself. Those that speak of the state of a resource or of
/// rights (401, 403, 404, 409, 410, 412, 429) say nothing about data.
struct PositiveDataCheck: ExchangeCheck {
  let id = "positive-data-accepted"
  let summary = "a request that keeps to the document is not refused as invalid"
  /// RFC 9110 section 15.5, and RFC 6585 section 5.
  private static let refusals: Set<Int> = [400, 405, 406, 411, 413, 414, 415, 422, 431, 501]

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard exchange.intent == .valid else { return .notApplicable }
    if (200..<400).contains(exchange.status) { return .passed }
    guard Self.refusals.contains(exchange.status) else { return .notApplicable }
    return .failed([
      CheckFailure(
        check: id, subject: .status, message: "a request that keeps to the document was refused",
        expectation: exchange.operation.location, expected: "2xx", actual: "\(exchange.status)")
    ])
  }
}
