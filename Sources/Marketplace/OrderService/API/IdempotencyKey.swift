internal import HTTP
internal import ServiceKit

/// The header that makes a POST repeatable.
enum IdempotencyKey {
  static let header = "Idempotency-Key"

  /// The key of a request, 1 to 255 visible ASCII characters; `nil` when it has none.
  static func read(from request: ServiceRequest) throws -> String? {
    guard let key = request.headers[header] else { return nil }
    guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw Problem.unprocessable([
        FieldViolation(.parameter(header), "must be 1 to 255 visible ASCII characters")
      ])
    }
    return key
  }
}
