import OpenAPI
import RunModel

/// Idempotent operations repeat safely (RFC 9110 section 9.2.2): the second request finds done what the first has done.
///
/// A second DELETE may well find nothing any more. Requests with an `Idempotency-Key` promise more: the same answer
/// (draft-ietf-httpapi-idempotency-key-header section 2).
struct IdempotentRepeatCheck: ExchangeCheck {
  let id = "idempotent-repeat"
  let summary = "PUT, DELETE, and requests with an Idempotency-Key can be repeated"

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard case .repeated(let first) = exchange.intent else { return .notApplicable }
    let status = exchange.status
    if status == 429 || status >= 500 { return .notApplicable }
    let isDelete = exchange.operation.method == "DELETE"
    if (200..<400).contains(status) || (isDelete && (status == 404 || status == 410)) { return .passed }
    return .failed([
      CheckFailure(
        check: id, subject: .status, message: "the same request again is refused, although it may be repeated",
        expectation: exchange.operation.location, expected: isDelete ? "2xx, 404 or 410" : "\(first), or another 2xx",
        actual: "\(status)")
    ])
  }
}
