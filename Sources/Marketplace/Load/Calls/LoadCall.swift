internal import HTTP
package import JSON
private import ServiceKit

/// One call of the gateway, as it is planned.
package struct LoadCall: Sendable, Hashable {
  /// What is called.
  package let operation: LoadOperation
  /// The method.
  package let method: String
  /// Path and query, encoded.
  package let target: String
  /// The ID token of the caller, if he has one.
  package let token: String?
  /// The key that makes the call repeatable.
  package let idempotencyKey: String?
  /// What is sent.
  package let body: JSONValue?

  init(
    _ operation: LoadOperation, _ method: String, _ target: String, token: String? = nil,
    idempotencyKey: String? = nil, body: JSONValue? = nil
  ) {
    self.operation = operation
    self.method = method
    self.target = target
    self.token = token
    self.idempotencyKey = idempotencyKey
    self.body = body
  }

  /// The request that makes the call.
  func request(to gateway: String, id: String) -> HTTPRequest {
    var headers: HTTPHeaders = ["Accept": "application/json, application/problem+json", RequestScope.header: id]
    if let token { headers.add("Authorization", "Bearer \(token)") }
    if let idempotencyKey { headers.add("Idempotency-Key", idempotencyKey) }
    if body != nil { headers.add("Content-Type", "application/json") }
    return HTTPRequest(method: method, url: gateway + target, headers: headers, body: body?.utf8(.compact))
  }
}
