import Arazzo
import HTTP
import JSON
import OpenAPI
import YAMLSource

/// A request that is ready to be sent, with what expressions can see of it.
struct PreparedRequest: Sendable {
  let request: HTTPRequest
  let body: MessageBody?
  /// Values of the path's variables by name.
  let pathParameters: [String: String]
}

/// Builds the request of a step from its operation, parameters and body.
struct RequestBuilder {
  let linked: LinkedOperation
  /// URL of the service with the base path of its document, without a slash at the end.
  let baseURL: String
  let requestID: String

  /// The header that carries the id of a request; services that log it make their logs searchable by case.
  static let requestIDHeader = "X-Request-ID"

  /// Evaluates everything and puts the request together.
  func request(for step: Step, in context: StepContext) throws(RequestFault) -> PreparedRequest {
    var parts = RequestParts(path: operation.path)
    for parameter in step.parameters {
      guard let location = parameter.location else { continue }
      let value = try evaluate(parameter.value, at: parameter.source, in: context)
      let declared = Parameter.Location(rawValue: location.rawValue).flatMap {
        operation.parameter(named: parameter.name, in: $0)
      }
      let text = ParameterText(name: parameter.name, value: value, declared: declared)
      try parts.add(text, at: location, source: parameter.source)
    }
    var content: RequestContent?
    if let body = step.requestBody { content = try self.content(body, in: context) }
    return prepared(parts, method: operation.method, body: content?.body, contentType: content?.contentType)
  }

  /// Puts the request of a generated case together.
  func request(for draft: RequestDraft) throws(RequestFault) -> PreparedRequest {
    var parts = RequestParts(path: operation.path)
    for (key, value) in draft.values.sorted(by: { $0.key < $1.key }) {
      guard let location = StepParameter.Location(rawValue: key.location.rawValue) else { continue }
      let declared = operation.parameter(named: key.name, in: key.location)
      try parts.add(
        ParameterText(name: key.name, value: value, declared: declared), at: location, source: operation.location)
    }
    var body: MessageBody?
    switch draft.body?.content {
    case .value(let value): body = RequestContent(value, contentType: draft.body?.contentType ?? "").body
    case .bytes(let bytes): body = MessageBody(bytes)
    case nil: break
    }
    return prepared(parts, method: draft.method, body: body, contentType: draft.body?.contentType)
  }

  private func prepared(
    _ parts: RequestParts, method: String, body: MessageBody?, contentType: String?
  ) -> PreparedRequest {
    var headers = parts.headers
    if headers["User-Agent"] == nil { headers.set("User-Agent", "concord") }
    if headers["Accept"] == nil { headers.set("Accept", linked.accept) }
    if headers[Self.requestIDHeader] == nil { headers.set(Self.requestIDHeader, requestID) }
    if let contentType, headers["Content-Type"] == nil { headers.set("Content-Type", contentType) }
    let request = HTTPRequest(
      method: method, url: parts.url(below: baseURL), headers: headers, body: body?.bytes)
    return PreparedRequest(request: request, body: body, pathParameters: parts.pathParameters)
  }

  private var operation: Operation { linked.operation }

  private func evaluate(
    _ template: ValueTemplate, at location: SourceLocation, in context: StepContext
  ) throws(RequestFault) -> JSONValue {
    do {
      return try template.evaluate(in: context)
    } catch {
      throw RequestFault(error, at: location)
    }
  }

  /// The body of a step; nil when it names neither a payload nor anything to put into the operation's example.
  private func content(_ body: StepRequestBody, in context: StepContext) throws(RequestFault) -> RequestContent? {
    let contentType = body.contentType ?? operation.requestBody?.content.first?.contentType ?? "application/json"
    var value = operation.requestBody?.content.best(for: contentType)?.examples.first?.value
    if let payload = body.payload { value = try evaluate(payload, at: body.location, in: context) }
    guard value != nil || !body.replacements.isEmpty else { return nil }
    var content = RequestContent(value ?? .object(JSONObject()), contentType: contentType)
    for replacement in body.replacements {
      // Targets that are no pointers are refused when the workflow is loaded.
      guard let pointer = replacement.pointer else { continue }
      let new = try evaluate(replacement.value, at: replacement.location, in: context)
      guard content.replace(pointer, with: new) else {
        throw RequestFault("the payload has no place '\(pointer)'", at: replacement.location)
      }
    }
    return content
  }
}

/// The places of a request that parameters go to.
private struct RequestParts {
  private var path: String
  private var query: [String] = []
  private var cookies: [String] = []
  private(set) var headers = HTTPHeaders()
  private(set) var pathParameters: [String: String] = [:]

  init(path: String) { self.path = path }

  mutating func add(
    _ parameter: ParameterText, at location: StepParameter.Location, source: SourceLocation
  ) throws(RequestFault) {
    if location == .path {
      let text = parameter.pathText
      // Without it the path would be that of another operation.
      guard !text.isEmpty else {
        throw RequestFault("the path parameter '\(parameter.name)' is empty", at: source)
      }
      path = path.replacing("{\(parameter.name)}", with: text)
      pathParameters[parameter.name] = ParameterText.text(parameter.value)
      return
    }
    // Null is the value of a parameter that is not sent (RFC 6570 section 2.3: undefined).
    guard !parameter.value.isNull else { return }
    switch location {
    case .path: break
    case .query: query += parameter.queryPairs
    case .header: headers.add(parameter.name, parameter.headerText)
    case .cookie:
      cookies += parameter.queryPairs
      headers.set("Cookie", cookies.joined(separator: "; "))
    }
  }

  func url(below base: String) -> String { base + path + (query.isEmpty ? "" : "?" + query.joined(separator: "&")) }
}
