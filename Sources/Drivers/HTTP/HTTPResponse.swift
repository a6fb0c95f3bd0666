/// One HTTP response, complete or cut as its request allowed.
package struct HTTPResponse: Sendable {
  /// The status code, 200 to 599 as a rule; interim 1xx responses are never returned.
  package var status: Int

  /// The reason phrase of the status line, empty when the server sent none.
  package var reason: String

  /// The header fields.
  package var headers: HTTPHeaders

  /// The body as received, neither decoded nor decompressed; empty when it was streamed.
  package var body: [UInt8]

  /// Whether reading ended before the body did: the limit cut it, or the receiver of a stream stopped it.
  package var bodyTruncated: Bool

  /// When each phase of the exchange was over.
  package var timings: HTTPTimings

  /// The address that answered, "127.0.0.1:8080" or "[::1]:8080"; empty over a Unix socket.
  package var remoteAddress: String

  /// The protocol version of the status line: "1.1" or "1.0".
  package var httpVersion: String

  /// The trailer fields behind a chunked body.
  package var trailers: HTTPHeaders

  /// Creates a response; tests and stand-ins for a server use this.
  package init(
    status: Int,
    reason: String = "",
    headers: HTTPHeaders = HTTPHeaders(),
    body: [UInt8] = [],
    bodyTruncated: Bool = false,
    timings: HTTPTimings = HTTPTimings(),
    remoteAddress: String = "",
    httpVersion: String = "1.1",
    trailers: HTTPHeaders = HTTPHeaders()
  ) {
    self.status = status
    self.reason = reason
    self.headers = headers
    self.body = body
    self.bodyTruncated = bodyTruncated
    self.timings = timings
    self.remoteAddress = remoteAddress
    self.httpVersion = httpVersion
    self.trailers = trailers
  }
}
