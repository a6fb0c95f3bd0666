/// Hands out the bearer token that proves to a server who asks (RFC 6750).
///
/// Clients ask before each request, so a source remembers its token and gets the next one in time.
package protocol AccessTokenSource: Sendable {
  /// A token that is valid now.
  func accessToken() async throws(AccessTokenError) -> String
}

/// Why there is no access token; never holds a key, an assertion or a token.
package struct AccessTokenError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What happened, in one sentence.
  package let message: String

  /// Whether asking again later may help, because the issuer did not answer or was busy.
  package let isTransient: Bool

  /// Creates an error.
  package init(_ message: String, isTransient: Bool) {
    self.message = message
    self.isTransient = isTransient
  }

  /// What happened.
  package var description: String { message }
}

/// A token that never changes, such as "owner", which makes Google's emulators obey everybody.
package struct FixedAccessToken: AccessTokenSource {
  private let token: String

  /// Always hands out this token.
  package init(_ token: String) { self.token = token }

  package func accessToken() async throws(AccessTokenError) -> String { token }
}
