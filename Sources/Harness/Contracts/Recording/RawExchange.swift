import HTTP
import RFC3339

/// A request and what came of it, secrets included; what reports get of it is made by ``CaseRecorder``.
///
/// Kept raw until the case is over, because a later exchange may tell that a value in an earlier one is secret.
struct RawExchange: Sendable {
  let request: HTTPRequest
  let outcome: Result<HTTPResponse, HTTPError>
  let startedAt: Timestamp

  /// Bytes of a body that are kept.
  static let bodyLimit = 16 * 1024

  /// Whole size of the answer's body in bytes, as far as it was read.
  let responseByteCount: Int

  /// Keeps an exchange, its answer's body only as far as reports show it.
  init(_ request: HTTPRequest, _ outcome: Result<HTTPResponse, HTTPError>, startedAt: Timestamp) {
    self.request = request
    self.startedAt = startedAt
    guard case .success(var response) = outcome, response.body.count > Self.bodyLimit else {
      self.outcome = outcome
      responseByteCount = (try? outcome.get().body.count) ?? 0
      return
    }
    responseByteCount = response.body.count
    response.body = Array(response.body.prefix(Self.bodyLimit))
    response.bodyTruncated = true
    self.outcome = .success(response)
  }
}
