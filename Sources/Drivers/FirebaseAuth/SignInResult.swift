internal import JSON

/// What a successful sign-in gives.
package struct SignInResult: Sendable, Hashable {
  /// The account's id.
  package var uid: String

  /// The token that proves to services who the user is.
  package var idToken: String

  /// The token with which the client gets the next ID token.
  package var refreshToken: String

  /// How long the ID token is valid.
  package var expiresIn: Duration

  /// Creates a result; stand-ins for the server use this.
  package init(uid: String, idToken: String, refreshToken: String, expiresIn: Duration) {
    self.uid = uid
    self.idToken = idToken
    self.refreshToken = refreshToken
    self.expiresIn = expiresIn
  }
}

extension SignInResult {
  /// Reads the answer of the account service, or the token service's with its own spelling.
  init(_ json: JSONValue) throws(FirebaseAuthError) {
    guard let uid = (json["localId"] ?? json["user_id"])?.stringValue,
      let idToken = (json["idToken"] ?? json["id_token"])?.stringValue,
      let refreshToken = (json["refreshToken"] ?? json["refresh_token"])?.stringValue,
      let seconds = (json["expiresIn"] ?? json["expires_in"])?.stringValue.flatMap({ Int64($0) })
    else { throw FirebaseAuthError(code: .unreachable, message: "The server's answer lacks the user or a token.") }
    self.init(uid: uid, idToken: idToken, refreshToken: refreshToken, expiresIn: .seconds(seconds))
  }
}
