package import RFC3339

extension IDToken {
  /// How far the issuer's clock may be ahead of ours, in seconds.
  ///
  /// A token is often used in the second of its birth, by a machine whose clock is a little behind; Google's libraries
  /// allow from nothing to five minutes. Its end is not extended: clients renew tokens long before, and what has
  /// expired by our clock stays expired.
  package static let clockSkew: Int64 = 60

  /// Checks what Firebase demands of the claims, whoever signed them.
  ///
  /// The rules of <https://firebase.google.com/docs/auth/admin/verify-id-tokens>; the subject was judged when the token
  /// was taken apart.
  package func checkClaims(project: String, at now: Timestamp) throws(IDTokenError) {
    guard audience == project else { throw .wrongAudience }
    guard issuer == "https://securetoken.google.com/\(project)" else { throw .wrongIssuer }
    guard expiresAt > now else { throw .expired }
    let latest = now.adding(seconds: Self.clockSkew)
    guard issuedAt <= latest, authenticatedAt ?? issuedAt <= latest else { throw .notYetValid }
  }
}
