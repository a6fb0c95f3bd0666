import Arazzo
import HTTP
import JSON

/// The values that runtime expressions can refer to at one moment of a workflow.
struct StepContext: ExpressionContext, Sendable {
  var inputs: [String: JSONValue] = [:]
  /// Outputs of the steps so far, by step id.
  var steps: [String: [String: JSONValue]] = [:]
  /// What steps that failed would have handed out, by step id; seen by those that run afterwards in any case.
  var remains: [String: [String: JSONValue]] = [:]
  /// Inputs and outputs of workflows that are done, by workflow id.
  var workflows: [String: WorkflowValues] = [:]
  /// URLs of the services, by the names of the source descriptions.
  var sources: [String: String] = [:]
  /// Outputs of the workflow itself while they are computed, or of the one that a step has called.
  var outputs: [String: JSONValue] = [:]
  /// The exchange of the current step; nil before its request, and where there is none.
  var exchange: CurrentExchange?
  /// What a read of a store found, while it is judged.
  var rows: JSONValue?

  func value(of expression: RuntimeExpression) -> JSONValue? {
    switch expression {
    case .url: exchange.map { .string($0.request.url) }
    case .method: exchange.map { .string($0.request.method) }
    case .statusCode: exchange?.response.map { .number(JSONNumber($0.status)) }
    case .request(let part): exchange.flatMap { $0.requestValue(part) }
    case .response(let part): exchange.flatMap { $0.responseValue(part) }
    case .input(let name, let pointer): inputs[name].at(pointer)
    case .output(let name, let pointer): outputs[name].at(pointer)
    case .step(let id, let name, let pointer): steps[id]?[name].at(pointer)
    case .workflow(let id, .inputs, let name, let pointer): workflows[id]?.inputs[name].at(pointer)
    case .workflow(let id, .outputs, let name, let pointer): workflows[id]?.outputs[name].at(pointer)
    case .rows(let pointer): rows.at(pointer)
    case .sourceDescription(let name, "url"): sources[name].map { .string($0) }
    case .sourceDescription, .component: nil
    }
  }

  /// The value of an expression whose name may go on with properties: `$steps.a.outputs.user.name`.
  func evaluated(_ expression: RuntimeExpression) -> JSONValue? {
    try? ValueTemplate.expression(expression).evaluate(in: self)
  }
}

/// What a finished workflow offers to others.
struct WorkflowValues: Sendable {
  var inputs: [String: JSONValue] = [:]
  var outputs: [String: JSONValue] = [:]
}

/// The exchange that a step is about.
struct CurrentExchange: Sendable {
  let request: HTTPRequest
  let requestBody: MessageBody?
  /// Values of the path's variables by name.
  let pathParameters: [String: String]
  let response: HTTPResponse?
  let responseBody: MessageBody?

  /// An exchange that was answered, or not.
  init(_ prepared: PreparedRequest, _ response: HTTPResponse?, body: MessageBody?) {
    request = prepared.request
    requestBody = prepared.body
    pathParameters = prepared.pathParameters
    self.response = response
    responseBody = body
  }

  func requestValue(_ part: RuntimeExpression.MessagePart) -> JSONValue? {
    switch part {
    case .header(let name): request.headers[name].map { .string($0) }
    case .query(let name): queryValue(name)
    case .path(let name): pathParameters[name].map { .string($0) }
    case .body(let pointer): (requestBody?.value).at(pointer)
    }
  }

  func responseValue(_ part: RuntimeExpression.MessagePart) -> JSONValue? {
    switch part {
    case .header(let name): response?.headers[name].map { .string($0) }
    case .body(let pointer): (responseBody?.value).at(pointer)
    case .query, .path: nil
    }
  }

  private func queryValue(_ name: String) -> JSONValue? {
    guard let start = request.url.firstIndex(of: "?") else { return nil }
    for pair in request.url[request.url.index(after: start)...].split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard URLBuilder.decoded(sides[0]) == name else { continue }
      return .string(sides.count == 2 ? URLBuilder.decoded(sides[1]) ?? "" : "")
    }
    return nil
  }
}

extension JSONValue? {
  /// The value itself, or the one at a pointer in it.
  fileprivate func at(_ pointer: JSONPointer?) -> JSONValue? {
    guard let self, let pointer else { return self }
    return self.value(at: pointer)
  }
}
