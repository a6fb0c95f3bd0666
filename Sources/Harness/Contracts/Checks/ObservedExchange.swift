import HTTP
import OpenAPI
import RFC3339

/// An answer beside what the document promises for it: all that checks look at, so that they need no network.
struct ObservedExchange: Sendable {
  let api: ServiceAPI
  let operation: Operation
  let status: Int
  let headers: HTTPHeaders
  let body: MessageBody
  /// What is promised for the status; nil when the status is not documented.
  let promise: Response?
  /// The media type as sent, with its parameters.
  let contentType: String?
  /// What is promised for a body of that type.
  let media: MediaType?
  /// What the request was sent to show.
  let intent: RequestIntent
  /// From the beginning of the request to the end of the answer.
  let duration: Duration
  /// The time that the operation promises to take at most.
  let timeBudget: Duration?
  /// What was sent; nil where nobody can tell.
  let request: PreparedRequest?
  /// When the answer was complete.
  let answeredAt: Timestamp

  /// Puts an answer beside its operation.
  init(
    _ response: HTTPResponse, body: MessageBody, to linked: LinkedOperation, intent: RequestIntent = .scripted,
    request: PreparedRequest?, at answeredAt: Timestamp
  ) {
    self.request = request
    self.answeredAt = answeredAt
    api = linked.api
    operation = linked.operation
    self.body = body
    self.intent = intent
    duration = response.timings.total
    timeBudget = linked.settings.timeBudget
    status = response.status
    headers = response.headers
    promise = intent.isDocumented ? operation.response(for: response.status) : nil
    contentType = response.headers["Content-Type"]
    media = contentType.flatMap { [promise] in promise?.content.best(for: $0) }
  }

  /// Whether HTTP itself rules out a body, whatever the document promises (RFC 9110 sections 6.4.1 and 9.3.2).
  var mustBeBodiless: Bool {
    operation.method == "HEAD" || status == 204 || status == 205 || status == 304
  }
}
