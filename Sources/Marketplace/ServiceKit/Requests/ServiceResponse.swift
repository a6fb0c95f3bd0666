package import HTTP
package import JSON

/// One answer of a service.
package struct ServiceResponse: Sendable {
  /// The status code.
  package var status: Int

  /// The header fields, without `Content-Length`, which follows from the body.
  package var headers: HTTPHeaders

  /// The content, empty for none.
  package var body: [UInt8]

  /// How fast the content is sent; nil sends it at once.
  package var pacing: Pacing?

  /// Creates an answer from its parts.
  package init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// An answer with a JSON body.
  package static func json(_ value: JSONValue, status: Int = 200) -> Self {
    Self(status: status, headers: ["Content-Type": MediaType.json], body: value.utf8(.compact))
  }

  /// 201 with the new resource and its address.
  package static func created(_ value: JSONValue, location: String) -> Self {
    var response = json(value, status: 201)
    response.headers.set("Location", location)
    return response
  }

  /// 204 without a body.
  package static var noContent: Self { Self(status: 204) }

  /// One page of a list: `items`, and `next_cursor`, which is null on the last page.
  package static func page(_ items: [JSONValue], next: Cursor?) -> Self {
    json(["items": .array(items), "next_cursor": next.map { .string($0.text) } ?? .null])
  }
}

/// Content that is sent piece by piece.
package struct Pacing: Sendable, Hashable {
  /// The size of a piece in bytes, at least 1.
  package let bytes: Int

  /// The pause after each piece.
  package let pause: Duration

  /// Creates a pace.
  package init(bytes: Int, pause: Duration) {
    self.bytes = max(1, bytes)
    self.pause = pause
  }
}
