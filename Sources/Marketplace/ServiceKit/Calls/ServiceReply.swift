package import HTTP
package import JSON

/// The answer of another service with a status below 500.
package struct ServiceReply: Sendable {
  /// The service that answered.
  package let service: String

  /// The status code.
  package let status: Int

  /// The header fields.
  package let headers: HTTPHeaders

  /// The content as received.
  package let body: [UInt8]

  /// Creates a reply; fakes in tests use this.
  package init(service: String, status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
    self.service = service
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The content as a JSON object.
  package func object() throws(ServiceCallError) -> JSONObject {
    guard let value = try? JSONValue(parsing: body), case .object(let object) = value else {
      throw ServiceCallError(service: service, reason: .invalidReply("status \(status) without a JSON object"))
    }
    return object
  }

  /// The detail of a problem document, nil when the content is none.
  package var problemDetail: String? {
    guard let value = try? JSONValue(parsing: body) else { return nil }
    return value["detail"]?.stringValue
  }

  /// An error that says this reply breaks the contract of its service.
  package func unexpected(_ why: String) -> ServiceCallError {
    ServiceCallError(service: service, reason: .invalidReply("status \(status): \(why)"))
  }
}
