/// Why an exchange gave no response, or not a whole one.
package struct HTTPError: Error, Sendable {
  /// The kind of failure, for decisions; the message is for people.
  package enum Code: String, Sendable, Hashable, CaseIterable {
    /// No connection could be made: nothing listens there, or the host is unreachable.
    case connectionRefused
    /// The connect timeout or the total timeout passed.
    case timedOut
    /// The connection ended before the response was whole.
    case reset
    /// The host name could not be resolved.
    case resolve
    /// The TLS handshake or the certificate check failed.
    case tls
    /// The peer did not speak HTTP/1.x, or its headers broke a rule or a limit.
    case protocolViolation
    /// The body was larger than the request allowed.
    case bodyTooLarge
    /// The task was cancelled or the client shut down.
    case cancelled
    /// The URL is not an absolute http or https URL.
    case invalidURL
    /// The method, a header or the framing of the request is not allowed.
    case invalidRequest
    /// Anything else, as the message says.
    case other
  }

  /// The kind of failure.
  package var code: Code

  /// What happened, in one sentence without credentials.
  package var message: String

  /// The URL without credentials, query and fragment: those carry secrets.
  package var url: String

  /// How far the exchange came, when it started at all.
  package var timings: HTTPTimings?

  /// Creates an error; the URL is stripped of what may be secret.
  package init(code: Code, message: String, url: String, timings: HTTPTimings? = nil) {
    self.code = code
    self.message = message
    self.url = URLText.redacted(url)
    self.timings = timings
  }
}

extension HTTPError: CustomStringConvertible {
  /// The message and the URL it is about.
  package var description: String { url.isEmpty ? message : "\(message) (\(url))" }
}
