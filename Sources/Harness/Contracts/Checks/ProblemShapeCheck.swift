import JSON
import OpenAPI
import RunModel

/// Problem details are what RFC 9457 section 3.1 says, whatever else the document demands of them.
struct ProblemShapeCheck: ExchangeCheck {
  let id = "problem-shape"
  let summary = "application/problem+json bodies are problem details (RFC 9457), with the status of their answer"

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard let contentType = exchange.contentType, MediaType.essence(contentType) == "application/problem+json",
      !exchange.body.bytes.isEmpty, let json = exchange.body.json
    else { return .notApplicable }
    guard let problem = json.objectValue else {
      return .failed([failure("a problem is an object", at: JSONPointer(), exchange, "an object", json)])
    }
    var failures: [CheckFailure] = []
    for name in ["type", "title", "detail", "instance"] {
      guard let value = problem[name], value.stringValue == nil else { continue }
      let place = JSONPointer().appending(name)
      failures.append(failure("'\(name)' of a problem is a text", at: place, exchange, "a text", value))
    }
    if let status = problem["status"], status != .number(JSONNumber(exchange.status)) {
      let place = JSONPointer().appending("status")
      let message = "'status' of a problem repeats the status of the answer"
      failures.append(failure(message, at: place, exchange, "\(exchange.status)", status))
    }
    return CheckOutcome(failures)
  }

  private func failure(
    _ message: String, at place: JSONPointer, _ exchange: ObservedExchange, _ expected: String, _ actual: JSONValue
  ) -> CheckFailure {
    CheckFailure(
      check: id, subject: .body(place), message: message,
      expectation: exchange.media?.location ?? exchange.operation.location, expected: expected,
      actual: DisplayText.short(actual))
  }
}
