package import HTTP
package import JSON

/// An error answer as RFC 9457 describes it; thrown from a handler it becomes the response.
package struct Problem: Error, Sendable {
  /// The status code, 400 to 599.
  package var status: Int

  /// A short kebab-case name that programs can branch on; nil when the status says it all.
  package var kind: String?

  /// What this kind of problem is, the same for every occurrence.
  package var title: String

  /// What happened this time and what to do about it.
  package var detail: String?

  /// Every violated field or parameter.
  package var errors: [FieldViolation]

  /// Header fields that go with the answer, such as `Allow` or `Retry-After`.
  package var headers: HTTPHeaders

  /// Further members of the body.
  package var extensions: JSONObject

  /// Creates a problem; the title is the phrase of the status unless given.
  package init(
    status: Int,
    kind: String? = nil,
    title: String? = nil,
    detail: String?,
    errors: [FieldViolation] = [],
    headers: HTTPHeaders = HTTPHeaders(),
    extensions: JSONObject = [:]
  ) {
    self.status = status
    self.kind = kind
    self.title = title ?? StatusPhrase.of(status)
    self.detail = detail
    self.errors = errors
    self.headers = headers
    self.extensions = extensions
  }

  /// 400: what was sent cannot be read at all.
  package static func badRequest(_ detail: String) -> Self {
    Self(status: 400, kind: "malformed-request", detail: detail)
  }

  /// 401 with a challenge for a bearer token (RFC 6750 section 3).
  package static func unauthorized(_ detail: String) -> Self {
    Self(
      status: 401, kind: "unauthenticated", detail: detail,
      headers: ["WWW-Authenticate": "Bearer realm=\"marketplace\""])
  }

  /// 403: the caller is known and may not.
  package static func forbidden(_ detail: String, kind: String = "forbidden") -> Self {
    Self(status: 403, kind: kind, detail: detail)
  }

  /// 404: the resource, or one that the request refers to, does not exist.
  package static func notFound(_ detail: String, kind: String = "not-found") -> Self {
    Self(status: 404, kind: kind, detail: detail)
  }

  /// 409: the request is right but the state of the resource forbids it.
  package static func conflict(_ detail: String, kind: String) -> Self {
    Self(status: 409, kind: kind, detail: detail)
  }

  /// 422 with every violated field.
  package static func unprocessable(_ errors: [FieldViolation]) -> Self {
    let count = errors.count == 1 ? "One value is" : "\(errors.count) values are"
    return Self(status: 422, kind: "invalid-input", detail: "\(count) not valid; see errors.", errors: errors)
  }

  /// 429 with the seconds after which a retry makes sense.
  package static func tooManyRequests(retryAfter seconds: Int) -> Self {
    Self(
      status: 429, kind: "rate-limited", detail: "Too many requests; retry in \(seconds) s.",
      headers: ["Retry-After": "\(seconds)"])
  }

  /// 503: a service or store that this request needs does not answer.
  ///
  /// It does not say that nothing was changed: an operation of several steps may have done the first.
  package static func unavailable(service: String) -> Self {
    Self(
      status: 503, kind: "dependency-unavailable", detail: "\(service) does not answer; try again later.",
      headers: ["Retry-After": "1"])
  }
}

extension Problem {
  /// The answer on the wire, `application/problem+json`.
  package func response(requestID: String) -> ServiceResponse {
    var body: JSONObject = [
      "type": .string(kind.map { "tag:marketplace.example,2026:\($0)" } ?? "about:blank"),
      "title": .string(title),
      "status": .integer(status),
    ]
    if let detail { body["detail"] = .string(detail) }
    if !errors.isEmpty { body["errors"] = .array(errors.map(\.json)) }
    for member in extensions { body[member.key] = member.value }
    body["request_id"] = .string(requestID)
    var response = ServiceResponse(status: status, headers: headers, body: JSONValue.object(body).utf8(.compact))
    response.headers.set("Content-Type", MediaType.problem)
    return response
  }
}

/// The reason phrases of the statuses that services answer with (RFC 9110 section 15).
private enum StatusPhrase {
  static func of(_ status: Int) -> String { phrases[status] ?? "Error" }

  private static let phrases = [
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    409: "Conflict", 410: "Gone", 412: "Precondition Failed", 413: "Content Too Large", 415: "Unsupported Media Type",
    422: "Unprocessable Content", 428: "Precondition Required", 429: "Too Many Requests",
    500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
  ]
}
