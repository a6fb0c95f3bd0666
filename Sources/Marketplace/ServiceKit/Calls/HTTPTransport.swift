package import HTTP

/// Sends HTTP requests: the seam between a service and the network.
package protocol HTTPTransport: Sendable {
  /// Sends a request and waits for the whole response.
  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}

extension HTTPClient: HTTPTransport {}
