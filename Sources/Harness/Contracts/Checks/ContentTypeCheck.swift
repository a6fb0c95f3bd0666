import OpenAPI
import RunModel

/// A body has a content type that the document lists, and there is a body only where one is promised.
struct ContentTypeCheck: ExchangeCheck {
  let id = "content-type"
  let summary = "the content type is documented, and a body comes only where one is"

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard let promise = exchange.promise else { return .notApplicable }
    if exchange.mustBeBodiless, exchange.body.bytes.isEmpty { return .notApplicable }
    guard !promise.content.isEmpty else {
      guard !exchange.body.bytes.isEmpty else { return .passed }
      let size = "\(exchange.contentType ?? "no content type"), \(exchange.body.bytes.count) bytes"
      return .failed([
        failure("a body came where none is documented", at: promise, expected: "no body", actual: size)
      ])
    }
    let documented = promise.content.map(\.contentType).joined(separator: ", ")
    guard let contentType = exchange.contentType else {
      let actual = exchange.body.bytes.isEmpty ? "no Content-Type and no body" : "no Content-Type"
      return .failed([failure("the answer has no Content-Type", at: promise, expected: documented, actual: actual)])
    }
    guard exchange.media == nil else { return .passed }
    return .failed([
      failure("the content type is not documented", at: promise, expected: documented, actual: contentType)
    ])
  }

  private func failure(_ message: String, at promise: Response, expected: String, actual: String) -> CheckFailure {
    CheckFailure(
      check: id, subject: .header("Content-Type"), message: message,
      expectation: promise.content.first?.location ?? promise.location, expected: expected, actual: actual)
  }
}
