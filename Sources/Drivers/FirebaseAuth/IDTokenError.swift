/// Why a token does not prove who its bearer is, or why nobody can say; never holds any part of the token.
package enum IDTokenError: Error, Sendable, Hashable {
  /// It is not three parts of base64url with JSON objects inside, or a claim has the wrong type.
  case malformed(String)
  /// Its algorithm is not the one that the verifier accepts.
  case wrongAlgorithm
  /// Its signature is not the one that its content requires.
  case wrongSignature
  /// It names a key that its issuer does not have.
  case unknownKey
  /// It was made for another project.
  case wrongAudience
  /// It was made by someone else.
  case wrongIssuer
  /// Its time is over.
  case expired
  /// It claims to have been issued, or its user to have signed in, in the future.
  case notYetValid
  /// The issuer's keys cannot be had, so that nothing is known about the token.
  case keysUnavailable(String)
}

extension IDTokenError: CustomStringConvertible {
  /// The reason in one sentence.
  package var description: String {
    switch self {
    case .malformed(let detail): "The ID token is malformed: \(detail)"
    case .wrongAlgorithm: "The ID token's algorithm is not accepted."
    case .wrongSignature: "The ID token's signature is not valid."
    case .unknownKey: "The ID token's key is none of its issuer's."
    case .wrongAudience: "The ID token is for another project."
    case .wrongIssuer: "The ID token has another issuer."
    case .expired: "The ID token has expired."
    case .notYetValid: "The ID token is not valid yet."
    case .keysUnavailable(let detail): "The keys of ID tokens cannot be had: \(detail)"
    }
  }
}
