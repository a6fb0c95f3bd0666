import JSON
import JSONSchema
import OpenAPI
import RunModel

/// A body is what its schema allows; every violation is told, not only the first.
struct ResponseBodyCheck: ExchangeCheck {
  let id = "response-body"
  let summary = "the body can be read in its content type, and its schema allows it"
  /// Violations told per body; a body of another shape breaks thousands of places.
  private let limit = 50

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard let media = exchange.media, let contentType = exchange.contentType, !exchange.mustBeBodiless else {
      return .notApplicable
    }
    let essence = MediaType.essence(contentType)
    let isJSON = essence == "application/json" || essence.hasSuffix("+json") || essence == "text/json"
    guard isJSON || essence.hasPrefix("text/") else { return .notApplicable }
    let body = exchange.body
    if body.isTruncated { return .failed([failure("the body is too long to be checked", media)]) }
    guard isJSON else {
      guard let text = String(validating: body.bytes, as: UTF8.self) else { return .notApplicable }
      return validate(.string(text), media, exchange)
    }
    if body.bytes.isEmpty { return .failed([failure("the body is empty", media, expected: contentType)]) }
    if let problem = body.problem {
      let place = "line \(problem.line), column \(problem.column)"
      return .failed([failure("the body is no sound JSON: \(problem.message) (\(place))", media, expected: contentType)]
      )
    }
    return validate(body.value, media, exchange)
  }

  private func validate(_ value: JSONValue, _ media: MediaType, _ exchange: ObservedExchange) -> CheckOutcome {
    guard let reference = media.schema, let schema = exchange.api.schema(reference) else { return .passed }
    let violations = schema.validate(value)
    var failures = violations.prefix(limit).map { violation in
      CheckFailure(
        check: id, subject: .body(violation.instance), message: violation.message,
        expectation: exchange.api.document.location(schemaURI: violation.schemaURI, pointer: violation.schema),
        expected: violation.expected.map(DisplayText.short), actual: violation.actual.map(DisplayText.short))
    }
    if violations.count > limit { failures.append(failure("… and \(violations.count - limit) more violations", media)) }
    return CheckOutcome(failures)
  }

  private func failure(_ message: String, _ media: MediaType, expected: String? = nil) -> CheckFailure {
    CheckFailure(
      check: id, subject: .body(JSONPointer()), message: message, expectation: media.location, expected: expected)
  }
}
