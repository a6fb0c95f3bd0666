package import FirebaseAuth
internal import JWTKit
package import RFC3339

/// Verifies ID tokens of a real Firebase project: RS256 against Google's certificates.
///
/// As Firebase demands of third-party libraries: <https://firebase.google.com/docs/auth/admin/verify-id-tokens>. The
/// algorithm is fixed here and never read out of the token, so neither `none` nor an HMAC keyed with the public key
/// (RFC 8725 section 2.1) can pass.
package struct GoogleIDTokenVerifier: IDTokenVerifier {
  private let project: String
  private let certificates: GoogleCertificates
  private let clock: any WallClock

  /// Accepts tokens of this project, judged by this clock.
  package init(project: String, certificates: GoogleCertificates, clock: any WallClock = SystemWallClock()) {
    self.project = project
    self.certificates = certificates
    self.clock = clock
  }

  /// Returns the token if Google signed it for this project and it is valid now.
  package func verify(_ text: String) async throws(IDTokenError) -> IDToken {
    let token = try IDToken(parsing: text)
    guard token.algorithm == "RS256" else { throw .wrongAlgorithm }
    guard let keyID = token.keyID else { throw .malformed("'kid' is missing.") }
    guard token.authenticatedAt != nil else { throw .malformed("'auth_time' is missing.") }
    // Claims first: a token that is of no use anyway must not cost a fetch or a computation.
    try token.checkClaims(project: project, at: clock.now())
    try await checkSignature(of: token, keyID: keyID)
    return token
  }

  /// Throws `keysUnavailable` when there are no certificates and none can be had.
  package func checkHealth() async throws(IDTokenError) {
    do throws(CertificateError) {
      try await certificates.checkHealth()
    } catch {
      throw .keysUnavailable("\(error)")
    }
  }

  private func checkSignature(of token: IDToken, keyID: String) async throws(IDTokenError) {
    let key: (any JWTAlgorithm)?
    do throws(CertificateError) {
      key = try await certificates.verification(keyID: keyID)
    } catch {
      throw .keysUnavailable("\(error)")
    }
    guard let key else { throw .unknownKey }
    guard (try? key.verify(token.signature, signs: token.signedBytes)) == true else { throw .wrongSignature }
  }
}
