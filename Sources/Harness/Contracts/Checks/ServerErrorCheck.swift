import OpenAPI
import RunModel

/// No request makes the service fail.
///
/// A step of a workflow may well provoke a documented 502, 503 or 504, such as while a neighbour is down; nothing may
/// provoke a 500.
struct ServerErrorCheck: ExchangeCheck {
  let id = "server-error"
  let summary = "no request is answered with a server error (5xx)"

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard exchange.status >= 500 else { return .passed }
    if exchange.intent == .scripted, exchange.status != 500, exchange.promise?.status == "\(exchange.status)" {
      return .passed
    }
    // A method that the service does not know at all is answered so (RFC 9110 section 15.6.2).
    if !exchange.intent.isDocumented, exchange.status == 501 { return .passed }
    return .failed([
      CheckFailure(
        check: id, subject: .status, message: "the service failed with \(exchange.status)",
        expectation: exchange.operation.location, expected: "no 5xx", actual: "\(exchange.status)")
    ])
  }
}
