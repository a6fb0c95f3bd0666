internal import FirestoreModel
internal import HTTP
internal import JSON

/// Sends calls of the REST API v1 and turns failures into errors; knows nothing of what the calls mean.
///
/// Reads go out as POST with a body too, never as GET with parameters: Google's emulator ignores `readTime` there and
/// hangs on `transaction`.
struct FirestoreTransport: Sendable {
  /// When a failed call may be sent again.
  enum Repetition {
    /// It only reads, or writing it twice is the same as once.
    case always
    /// It writes: only when the server surely did nothing.
    case whenUndone
    /// It belongs to a transaction, where an abort ends the transaction.
    case never
  }

  private static let largestAnswer = 64 << 20

  let http: HTTPClient
  let endpoint: FirestoreEndpoint
  let database: DatabaseName
  let retry: RetryPolicy
  let timeout: Duration
  /// Counts what is read, if anybody wants to know.
  var meter: ReadMeter?

  /// Makes a call whose answer is one object.
  func call(
    _ method: StaticString, at parent: DocumentPath? = nil, _ body: JSONValue, repetition: Repetition
  ) async throws(FirestoreError) -> JSONValue {
    try await repeating(repetition) { () async throws(FirestoreError) in
      let request = try await request(method, at: parent, body)
      let response: HTTPResponse
      do throws(HTTPError) {
        response = try await http.send(request)
      } catch {
        throw FirestoreError(error)
      }
      guard (200..<300).contains(response.status) else {
        throw FirestoreError(httpStatus: response.status, body: response.body)
      }
      do throws(JSONParseError) {
        return try JSONValue(parsing: response.body)
      } catch {
        throw .malformedAnswer("\(error.message) in line \(error.line).")
      }
    }
  }

  /// Makes a call whose answer is a stream, once: only its caller knows what to ask for when it breaks.
  func open(
    _ method: StaticString, at parent: DocumentPath? = nil, _ body: JSONValue
  ) async throws(FirestoreError) -> AnswerStream {
    let request = try await request(method, at: parent, body)
    let response: HTTPIncomingResponse
    var errorBody: [UInt8] = []
    do throws(HTTPError) {
      response = try await http.open(request)
      guard !(200..<300).contains(response.head.status) else { return AnswerStream(response, meter) }
      while errorBody.count < 1 << 20, let more = try await response.next() { errorBody += more }
    } catch {
      throw FirestoreError(error)
    }
    throw FirestoreError(httpStatus: response.head.status, body: errorBody)
  }

  /// Runs an operation until it succeeds, fails for good, or was tried often enough.
  func repeating<Result>(
    _ repetition: Repetition, _ operation: () async throws(FirestoreError) -> Result
  ) async throws(FirestoreError) -> Result {
    var attempt = 1
    while true {
      do throws(FirestoreError) {
        return try await operation()
      } catch {
        guard attempt < retry.attempts, mayRepeat(after: error, repetition) else { throw error }
        try await pause(before: attempt, after: error)
        attempt += 1
      }
    }
  }

  /// Waits before the attempt of this number, where 1 is the second attempt of all.
  func pause(before attempt: Int, after failure: FirestoreError) async throws(FirestoreError) {
    do {
      try await retry.sleep(retry.pause(before: attempt))
    } catch {
      throw FirestoreError(status: .cancelled, message: "Cancelled while waiting to repeat after: \(failure.message)")
    }
  }

  /// Whether a call may be sent again after this error.
  func mayRepeat(after error: FirestoreError, _ repetition: Repetition) -> Bool {
    guard error.retryable else { return false }
    switch repetition {
    case .always: return true
    case .whenUndone: return !error.isOutcomeUnknown
    case .never: return false
    }
  }

  private func request(
    _ method: StaticString, at parent: DocumentPath?, _ body: JSONValue
  ) async throws(FirestoreError) -> HTTPRequest {
    let url = URLBuilder(endpoint.baseURL)
      .appending(literal: "/v1/projects").appending(segments: database.project)
      .appending(literal: "/databases").appending(segments: database.database)
      .appending(literal: "/documents").appending(segments: parent?.segments ?? [])
      .appending(literal: method)
    var headers: HTTPHeaders = ["Content-Type": "application/json"]
    do {
      if let token = try await endpoint.token() { headers.set("Authorization", "Bearer \(token)") }
    } catch {
      // Nothing was sent, so a source that is only busy may be asked again, whatever the call would have done.
      let isTransient = (error as? AccessTokenError)?.isTransient ?? false
      throw FirestoreError(
        status: isTransient ? .unavailable : .unauthenticated, message: "No access token could be had: \(error)",
        retryable: isTransient)
    }
    return HTTPRequest(
      method: "POST", url: url.url, headers: headers, body: body.utf8(), timeout: timeout,
      maximumBodyBytes: Self.largestAnswer)
  }
}
