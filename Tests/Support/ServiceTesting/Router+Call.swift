internal import HTTP
package import JSON
package import ServiceKit

extension Router {
  /// Sends a request, as a client would and without a socket.
  package func call(
    _ method: String, _ target: String, _ body: JSONValue? = nil, headers: [(String, String)] = []
  ) async throws -> Answer {
    var fields = HTTPHeaders(headers)
    if body != nil { fields.set("Content-Type", "application/json") }
    let response = await respond(
      to: ServiceRequest(method: method, target: target, headers: fields, body: body?.utf8(.compact) ?? []))
    return try Answer(status: response.status, headers: response.headers, body: response.body)
  }
}
