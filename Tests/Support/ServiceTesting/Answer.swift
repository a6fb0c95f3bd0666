package import HTTP
package import JSON

/// An answer of a service with what tests look at.
package struct Answer: Sendable {
  /// The status code.
  package let status: Int
  /// All header fields.
  package let headers: HTTPHeaders
  /// The body, null without one.
  package let body: JSONValue

  /// Reads an answer whose body is JSON, if it has one.
  package init(status: Int, headers: HTTPHeaders, body: [UInt8]) throws {
    self.status = status
    self.headers = headers
    self.body = body.isEmpty ? .null : try JSONValue(parsing: body)
  }

  /// Where what was made is.
  package var location: String? { header("Location") }

  /// A header field.
  package func header(_ name: String) -> String? { headers[name] }

  /// The kind of a problem, the last part of its type.
  package var kind: String? {
    body["type"]?.stringValue?.split(separator: ":").last.map(String.init)
  }

  /// The places that a 422 complains about.
  package var violations: [String] {
    body["errors"]?.arrayValue?.compactMap { $0["pointer"]?.stringValue ?? $0["parameter"]?.stringValue } ?? []
  }
}
