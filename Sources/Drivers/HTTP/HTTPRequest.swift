/// One HTTP request with the limits under which it may run.
package struct HTTPRequest: Sendable {
  /// What happens when a response body is larger than the request allows.
  package enum BodyOverflow: Sendable {
    /// The request fails with `bodyTooLarge`.
    case fail
    /// The body is cut at the limit, the rest is not read, and the response says that it was cut.
    case truncate
  }

  /// The method, any token of RFC 9110 section 5.6.2; sent as given, case included.
  package var method: String

  /// The absolute `http` or `https` URL; its path is sent as given, without removal of dot segments.
  package var url: String

  /// The header fields; a name or value that could smuggle a line into the request is refused.
  package var headers: HTTPHeaders

  /// The content; nil sends none, an empty array sends `Content-Length: 0`.
  package var body: [UInt8]?

  /// The time from submission to the last byte of the response.
  package var timeout: Duration

  /// The time for name look-up, connection and TLS handshake.
  package var connectTimeout: Duration

  /// The largest response body in bytes that is kept; has no meaning for streamed bodies.
  package var maximumBodyBytes: Int

  /// What happens to a body larger than that.
  package var bodyOverflow: BodyOverflow

  /// Whether redirects are followed, at most ten of them; not unless asked.
  package var followRedirects: Bool

  /// Creates a request: 30 s in all, 10 s to connect, at most 16 MiB of body, no redirects unless given.
  package init(
    method: String = "GET",
    url: String,
    headers: HTTPHeaders = HTTPHeaders(),
    body: [UInt8]? = nil,
    timeout: Duration = .seconds(30),
    connectTimeout: Duration = .seconds(10),
    maximumBodyBytes: Int = 16 << 20,
    bodyOverflow: BodyOverflow = .fail,
    followRedirects: Bool = false
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.connectTimeout = connectTimeout
    self.maximumBodyBytes = maximumBodyBytes
    self.bodyOverflow = bodyOverflow
    self.followRedirects = followRedirects
  }
}
