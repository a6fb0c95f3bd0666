internal import HTTP

/// The header that makes a POST repeatable.
package enum IdempotencyKey {
  /// The header's name.
  package static let header = "Idempotency-Key"

  /// The header of the answer that says whether an earlier request with the same key did it.
  package static let replayHeader = "Idempotency-Replayed"

  /// How a key is written; its length is 1 to 255.
  package static let rule = StringRule("be visible ASCII characters") { text in
    text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  /// The key of a request, `nil` when it has none; 422 when it is not 1 to 255 visible ASCII characters.
  package static func read(from request: ServiceRequest) throws -> String? {
    guard let key = request.headers[header] else { return nil }
    guard (1...255).contains(key.utf8.count), rule.matches(key) else {
      throw Problem.unprocessable([
        FieldViolation(.parameter(header), "must be 1 to 255 visible ASCII characters")
      ])
    }
    return key
  }
}
