import HTTP

/// Errors as the client throws them.
enum HTTPErrorSample {
  static let timedOut = HTTPError(code: .timedOut, message: "it took too long", url: "http://h/")
}
