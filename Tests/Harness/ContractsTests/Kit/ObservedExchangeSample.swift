import HTTP
import JSONSchema
import OpenAPI
import RFC3339
import RunModel
import Testing
import YAMLSource

@testable import Contracts

/// Exchanges as checks see them, made without a network.
struct ObservedExchangeSample {
  /// Things that can be made, read and deleted, by those who show a key.
  static let thingsAPI = """
    openapi: 3.1.0
    info: {title: Things, version: 1.0.0}
    components:
      securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
    paths:
      /things/{id}:
        parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
        get:
          operationId: getThing
          security: [{key: []}]
          x-concord-time-budget: 100ms
          responses:
            '200': {description: found, content: {application/json: {}}}
            '4XX': {description: refused, content: {application/problem+json: {}}}
            '503': {description: later}
        delete:
          operationId: deleteThing
          x-concord-unchecked: {use-after-delete: things are kept}
          responses: {'204': {description: gone}}
    """

  /// What a check says about an answer.
  static func outcome(
    of check: some ExchangeCheck, operation: String = "getThing", _ status: Int, _ intent: RequestIntent,
    headers: [(String, String)] = [], body: String = "", took duration: Duration = .zero
  ) throws -> CheckOutcome {
    check.judge(try exchange(operation, status, intent, headers: headers, body: body, took: duration))
  }

  /// An answer beside its operation.
  static func exchange(
    _ operation: String = "getThing", _ status: Int, _ intent: RequestIntent, headers: [(String, String)] = [],
    body: String = "", took duration: Duration = .zero
  ) throws -> ObservedExchange {
    let response = HTTPResponse(
      status: status, headers: HTTPHeaders(headers), body: Array(body.utf8), timings: HTTPTimings(total: duration))
    return ObservedExchange(
      response, body: MessageBody(response.body), to: try linked(operation), intent: intent,
      request: nil, at: Timestamp(seconds: 0))
  }

  /// An operation of the sample.
  static func linked(_ operation: String = "getThing") throws -> LinkedOperation {
    let (loaded, problems) = OpenAPIDocument.load(
      file: "api.yaml", loader: SourceLoader(files: ["api.yaml": thingsAPI]))
    let document = try #require(loaded, "\(problems)")
    let api = try ServiceAPI(
      service: "things", document: document, set: try document.schemaSet(patterns: PatternCache()))
    return LinkedOperation(try #require(document.operation(id: operation)), of: api)
  }
}

extension CheckOutcome {
  /// The messages of its failures.
  var messages: [String] { if case .failed(let failures) = self { failures.map(\.message) } else { [] } }

  /// Its case, for tables.
  var word: String {
    switch self {
    case .notApplicable: "notApplicable"
    case .passed: "passed"
    case .failed: "failed"
    }
  }
}
