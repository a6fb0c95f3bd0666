import HTTP
import JSON
import RFC3339
import Synchronization

@testable import ServiceKit

/// A clock that stands still until a test moves it; sleeping moves it too.
final class ManualClock: MonotonicClock, WallClock {
  private let time = Mutex(Duration.zero)

  func now() -> Duration { time.withLock { $0 } }

  func now() -> Timestamp { Timestamp(seconds: 1_790_000_000, nanoseconds: 0).adding(now() as Duration) }

  func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    advance(by: duration)
  }

  func advance(by duration: Duration) { time.withLock { $0 += duration } }
}

/// Answers calls from a list, and remembers what was sent.
final class FakeTransport: HTTPTransport {
  private let state: Mutex<(answers: [Result<HTTPResponse, HTTPError>], sent: [HTTPRequest])>

  /// Answers in order; the last answer repeats.
  init(_ answers: Result<HTTPResponse, HTTPError>...) { state = Mutex((answers, [])) }

  var sent: [HTTPRequest] { state.withLock { $0.sent } }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let answer = state.withLock { state in
      state.sent.append(request)
      return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
    }
    return try answer.get()
  }
}

extension Result where Success == HTTPResponse, Failure == HTTPError {
  static func status(_ status: Int, _ body: String = "{}") -> Self {
    .success(HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: Array(body.utf8)))
  }

  static func fails(_ code: HTTPError.Code) -> Self {
    .failure(HTTPError(code: code, message: "made up", url: "http://nowhere"))
  }
}

extension ServiceResponse {
  var json: JSONValue? { try? JSONValue(parsing: body) }

  /// The violations of a 422 as "place: detail".
  var violations: [String] {
    json?["errors"]?.arrayValue?.map { error in
      let place = error["pointer"]?.stringValue ?? error["parameter"]?.stringValue ?? "?"
      return "\(place): \(error["detail"]?.stringValue ?? "?")"
    } ?? []
  }
}

extension ServiceRequest {
  static func post(_ target: String, _ body: String, contentType: String? = "application/json") -> ServiceRequest {
    var headers = HTTPHeaders()
    if let contentType { headers.add("Content-Type", contentType) }
    return ServiceRequest(method: "POST", target: target, headers: headers, body: Array(body.utf8))
  }
}
