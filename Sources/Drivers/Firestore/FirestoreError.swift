package import FirestoreModel
internal import HTTP
internal import JSON

/// Why a call of Firestore did not do what it was asked for.
package struct FirestoreError: Error, Sendable {
  /// The status by name, which decides: HTTP codes 400 and 409 stand for several; nil when the server gave none.
  package var status: FirestoreStatus?

  /// The HTTP status, nil when no response came.
  package var httpStatus: Int?

  /// The server's message, or what broke on the way.
  package var message: String

  /// Whether the same call may succeed a little later.
  package var retryable: Bool

  /// Whether the server may have done what was asked although no answer came.
  package var isOutcomeUnknown: Bool

  /// Creates an error.
  package init(
    status: FirestoreStatus?, httpStatus: Int? = nil, message: String, retryable: Bool = false,
    isOutcomeUnknown: Bool = false
  ) {
    self.status = status
    self.httpStatus = httpStatus
    self.message = message
    self.retryable = retryable
    self.isOutcomeUnknown = isOutcomeUnknown
  }
}

extension FirestoreError: CustomStringConvertible {
  /// The status and the message, in one line.
  package var description: String {
    let name = status?.rawValue ?? httpStatus.map { "HTTP \($0)" } ?? "Firestore"
    return "\(name): \(message)"
  }
}

extension FirestoreError {
  /// What a failed exchange means for a call.
  init(_ error: HTTPError) {
    switch error.code {
    case .connectionRefused, .resolve:
      self.init(status: .unavailable, message: "\(error)", retryable: true)
    case .reset:
      self.init(status: .unavailable, message: "\(error)", retryable: true, isOutcomeUnknown: true)
    case .timedOut:
      self.init(status: .deadlineExceeded, message: "\(error)", retryable: true, isOutcomeUnknown: true)
    case .cancelled:
      self.init(status: .cancelled, message: "\(error)", isOutcomeUnknown: true)
    case .tls, .protocolViolation, .bodyTooLarge, .invalidURL, .invalidRequest, .other:
      self.init(status: nil, message: "\(error)", isOutcomeUnknown: true)
    }
  }

  /// Reads an error answer in either of its shapes.
  ///
  /// Methods that stream answer `[{"error":{…}}]` in production and `{"error":{…}}` in Google's emulator; proxies in
  /// between answer anything. Without a status name the HTTP code is read as google/rpc/code.proto maps it.
  init(httpStatus: Int, body: [UInt8]) {
    let json = try? JSONValue(parsing: body)
    if let json, let error = Self(element: json, httpStatus: httpStatus) {
      self = error
      return
    }
    let text = String(decoding: body.prefix(300), as: UTF8.self)
    self.init(
      status: Self.status(httpCode: httpStatus), httpStatus: httpStatus,
      message: text.isEmpty ? "The server answered HTTP \(httpStatus) without a body." : text)
    judgeRetry()
  }

  /// Reads `{"error":{…}}`, alone or as the first element of an array; nil when it is something else.
  init?(element: JSONValue, httpStatus: Int) {
    let object = element.arrayValue?.first ?? element
    guard let error = object["error"], error.objectValue != nil else { return nil }
    let code = error["code"]?.intValue ?? httpStatus
    self.init(
      status: error["status"]?.stringValue.flatMap(FirestoreStatus.init(rawValue:)) ?? Self.status(httpCode: code),
      httpStatus: httpStatus >= 400 ? httpStatus : code,
      message: error["message"]?.stringValue ?? "The server gave no message.")
    judgeRetry()
  }

  /// What the server sent is not what Firestore's REST API sends.
  static func malformedAnswer(_ detail: String) -> Self {
    Self(status: nil, message: "The server's answer is malformed: \(detail)", isOutcomeUnknown: true)
  }

  /// The answer ended in the middle, so nothing may be concluded from what came.
  static func cutAnswer(_ detail: String) -> Self {
    Self(
      status: .unavailable, message: "The server's answer is incomplete: \(detail)", retryable: true,
      isOutcomeUnknown: true)
  }

  private mutating func judgeRetry() {
    switch status {
    case .unavailable:
      retryable = true
      isOutcomeUnknown = true
    case .resourceExhausted, .aborted: retryable = true
    default: break
    }
  }

  private static func status(httpCode: Int) -> FirestoreStatus? {
    switch httpCode {
    case 400: .invalidArgument
    case 401: .unauthenticated
    case 403: .permissionDenied
    case 404: .notFound
    case 429: .resourceExhausted
    case 499: .cancelled
    case 500: .internal
    case 501: .unimplemented
    case 502, 503: .unavailable
    case 504: .deadlineExceeded
    default: nil
    }
  }
}
