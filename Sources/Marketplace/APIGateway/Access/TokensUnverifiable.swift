internal import ServiceKit

/// Nobody can say whether a token is good, because the issuer's certificates cannot be had.
///
/// Not the client's fault, so not 401: a client would throw a good token away.
struct TokensUnverifiable: Error, ProblemConvertible, CustomStringConvertible {
  /// The name under which readiness and problems speak of the certificates.
  static let dependency = "firebase-certificates"

  let description: String

  var problem: Problem { .unavailable(service: Self.dependency) }
}
