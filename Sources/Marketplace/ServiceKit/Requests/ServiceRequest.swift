package import HTTP
private import JSON

/// One request as handlers see it: free of the server library, so that tests make them by hand.
package struct ServiceRequest: Sendable {
  /// The method as sent, for example "GET".
  package let method: String

  /// The path as sent, still percent-encoded and without the query.
  package let path: String

  /// The query as sent, without the question mark; empty when there is none.
  package let query: String

  /// The header fields.
  package var headers: HTTPHeaders

  /// The numeric address of the peer; behind the gateway that is the gateway.
  package let remoteAddress: String?

  /// The id under which this request appears in logs, in its response and in calls it causes.
  package let requestID: String

  /// The operationId of the matched route; empty before routing.
  package internal(set) var operation = ""

  /// On whose behalf the request arrives.
  package var caller: Caller { Caller(headers: headers) }

  var pathParameters: [String: String] = [:]
  private let body: RequestBody

  init(
    method: String, target: String, headers: HTTPHeaders, body: RequestBody, remoteAddress: String?, requestID: String
  ) {
    self.method = method
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    self.path = String(parts[0])
    self.query = parts.count > 1 ? String(parts[1]) : ""
    self.headers = headers
    self.body = body
    self.remoteAddress = remoteAddress
    self.requestID = requestID
  }

  /// Creates a request whose whole body is at hand.
  package init(
    method: String = "GET",
    target: String,
    headers: HTTPHeaders = HTTPHeaders(),
    body: [UInt8] = [],
    remoteAddress: String? = nil,
    requestID: String = "test-request"
  ) {
    self.init(
      method: method, target: target, headers: headers, body: RequestBody(body), remoteAddress: remoteAddress,
      requestID: requestID)
  }

  /// The numeric address of the user at the far end: what the gateway forwarded, else the peer.
  package var clientAddress: String? {
    headers["X-Forwarded-For"].flatMap { IPAddress($0)?.description } ?? remoteAddress
  }

  /// The whole body.
  ///
  /// - Throws: 413 beyond `maximumBytes`, 400 when the connection broke its own framing.
  package func bodyBytes(maximumBytes: Int) async throws(Problem) -> [UInt8] {
    do {
      return try await body.collect(upTo: maximumBytes)
    } catch {
      switch error {
      case .tooLarge:
        throw Problem(
          status: 413, kind: "body-too-large", detail: "The body may have at most \(maximumBytes) bytes.")
      case .broken:
        throw .badRequest("The body ended before it was complete.")
      }
    }
  }
}

extension ServiceRequest {
  /// A path parameter as text, percent-decoded.
  ///
  /// - Throws: 404 when it holds NUL or more than 1500 bytes: no resource can have such a name.
  package func pathText(_ name: String) throws(Problem) -> String {
    guard let value = pathParameters[name], !value.isEmpty, value.utf8.count <= 1500, !value.utf8.contains(0) else {
      throw .notFound("There is no such resource.")
    }
    return value
  }

  /// A path parameter as the id of a PostgreSQL `SERIAL`: 1 to 2147483647 in plain decimal digits.
  ///
  /// - Throws: 404 for anything else: no resource can have such an id.
  package func pathID(_ name: String) throws(Problem) -> Int {
    let text = try pathText(name)
    guard text.utf8.allSatisfy(isDigit), text.utf8.first != UInt8(ascii: "0"), let id = Int32(text) else {
      throw .notFound("There is no resource with the id '\(text.prefix(40))'.")
    }
    return Int(id)
  }

  /// A path parameter as a UUID in lower case (RFC 9562 section 4).
  ///
  /// - Throws: 404 for anything else.
  package func pathUUID(_ name: String) throws(Problem) -> String {
    let text = try pathText(name)
    guard StringRule.uuid.matches(text) else { throw .notFound("There is no such resource.") }
    return text.lowercased()
  }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
