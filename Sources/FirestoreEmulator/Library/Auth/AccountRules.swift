import JSON

/// What Firebase Auth demands of the parts of an account.
enum AccountRules {
  private static let minimumPasswordLength = 6
  private static let maximumClaimsLength = 1_000
  /// Claims that tokens carry themselves.
  private static let reservedClaims: Set<String> = [
    "acr", "amr", "at_hash", "aud", "auth_time", "azp", "cnf", "c_hash", "exp", "firebase", "iat", "iss", "jti", "nbf",
    "nonce", "sub", "user_id",
  ]

  /// An email in its canonical lower case.
  static func email(_ text: String) throws(AuthError) -> String {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, !text.contains(" ") else {
      throw AuthError("INVALID_EMAIL")
    }
    return text.lowercased()
  }

  /// A phone number of E.164: a plus and digits.
  static func phone(_ text: String) throws(AuthError) -> String {
    let digits = text.dropFirst()
    guard text.hasPrefix("+"), !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw AuthError("INVALID_PHONE_NUMBER : Invalid format.")
    }
    return text
  }

  static func checkPassword(_ text: String) throws(AuthError) {
    guard text.count >= minimumPasswordLength else {
      throw AuthError("WEAK_PASSWORD : Password should be at least \(minimumPasswordLength) characters")
    }
  }

  /// The text of custom claims: a JSON object without reserved names, of at most 1,000 characters.
  static func claims(_ text: String) throws(AuthError) -> String {
    guard text.count <= maximumClaimsLength else { throw AuthError("CLAIMS_TOO_LARGE") }
    guard case .object(let claims)? = try? JSONValue(parsing: text) else { throw AuthError("INVALID_CLAIMS") }
    if let reserved = claims.keys.first(where: reservedClaims.contains) {
      throw AuthError("FORBIDDEN_CLAIM : \(reserved)")
    }
    return text
  }
}
