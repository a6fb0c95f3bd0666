internal import JWTKit
internal import RFC3339

/// What a service account claims towards the token endpoint (RFC 7523 section 3).
struct ServiceAccountAssertion: JWTPayload {
  /// Google takes at most an hour.
  private static let lifetime: Int64 = 3_600

  let iss: String
  let scope: String
  let aud: String
  let iat: Int64
  let exp: Int64

  init(account: ServiceAccount, scopes: [String], audience: String, at now: Timestamp) {
    iss = account.email
    scope = scopes.joined(separator: " ")
    aud = audience
    iat = now.seconds
    exp = now.seconds + Self.lifetime
  }

  /// Google verifies assertions; here they are only made.
  func verify(using algorithm: some JWTAlgorithm) {}

  /// The assertion signed with RS256, in compact form.
  func signed(with key: Insecure.RSA.PrivateKey) async throws -> String {
    try await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256).sign(self)
  }
}
