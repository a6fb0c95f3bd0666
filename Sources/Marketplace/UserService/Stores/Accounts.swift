package import ServiceKit

/// The accounts of Firebase Auth: who knows which password.
package protocol Accounts: Sendable {
  /// Creates an account under a uid that the caller chose, so that it can undo what it never heard back of.
  func create(uid: String, email: String, password: String) async throws(AccountError)

  /// Checks a password and issues tokens.
  func signIn(email: String, password: String) async throws(AccountError) -> SignedInAccount

  /// Lets an account sign in or not.
  func setDisabled(_ uid: String, _ isDisabled: Bool) async throws(AccountError)

  /// Removes an account; one that does not exist is no error.
  func delete(_ uid: String) async throws(AccountError)

  /// Throws when Firebase Auth does not answer.
  func checkHealth() async throws(AccountError)
}

/// What Firebase Auth hands out for a right password.
package struct SignedInAccount: Sendable, Hashable {
  /// The uid of the account.
  package let uid: String
  /// The token that proves the uid to the gateway.
  package let idToken: String
  /// The token that buys a new ID token.
  package let refreshToken: String
  /// The life of the ID token in seconds.
  package let expiresIn: Int

  /// Creates a record of a sign-in.
  package init(uid: String, idToken: String, refreshToken: String, expiresIn: Int) {
    self.uid = uid
    self.idToken = idToken
    self.refreshToken = refreshToken
    self.expiresIn = expiresIn
  }
}

/// Why Firebase Auth did not do what was asked.
package enum AccountError: Error, Sendable, Hashable {
  /// An account has this e-mail address already.
  case emailTaken
  /// It does not take this for an e-mail address.
  case emailRefused
  /// It takes the password for too weak.
  case passwordRefused
  /// No account has this e-mail address and password.
  case wrongCredentials
  /// The account may not sign in.
  case disabled
  /// It takes no more sign-ins of this account for a while, because too many failed.
  case tooManyAttempts
  /// It did not answer; a change may have happened or not.
  case unavailable(String)
  /// It refused for a reason that is a defect of ours.
  case refused(String)
}

extension AccountError: ProblemConvertible {
  /// Firebase Auth does not say how long it refuses; a minute keeps clients from hammering it.
  private static let pauseAfterTooManyAttempts = 60

  /// The answer to the client.
  package var problem: Problem {
    switch self {
    case .emailTaken: .conflict("An account with this e-mail address exists.", kind: "email-taken")
    case .emailRefused: .unprocessable([FieldViolation(field: "email", "must be an e-mail address")])
    case .passwordRefused: .unprocessable([FieldViolation(field: "password", "is too weak")])
    case .wrongCredentials: .unauthorized("The e-mail address or the password is wrong.")
    case .disabled: .forbidden("This account is suspended.", kind: "account-suspended")
    case .tooManyAttempts: .tooManyRequests(retryAfter: Self.pauseAfterTooManyAttempts)
    case .unavailable: .unavailable(service: "firebase-auth")
    case .refused: Problem(status: 500, kind: "internal-error", detail: "The service could not answer; it logged why.")
    }
  }
}
