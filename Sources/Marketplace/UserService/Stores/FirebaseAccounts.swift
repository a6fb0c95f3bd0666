package import FirebaseAuth

/// Accounts kept by Firebase Auth.
package struct FirebaseAccounts: Accounts {
  private let client: FirebaseAuthClient

  /// Creates accounts over a client.
  package init(_ client: FirebaseAuthClient) { self.client = client }

  package func create(uid: String, email: String, password: String) async throws(AccountError) {
    do throws(FirebaseAuthError) {
      _ = try await client.createUser(uid: uid, email: email, password: password)
    } catch {
      throw AccountError(error)
    }
  }

  package func signIn(email: String, password: String) async throws(AccountError) -> SignedInAccount {
    do throws(FirebaseAuthError) {
      let result = try await client.signIn(email: email, password: password)
      return SignedInAccount(
        uid: result.uid, idToken: result.idToken, refreshToken: result.refreshToken,
        expiresIn: Int(result.expiresIn.components.seconds))
    } catch {
      throw AccountError(error)
    }
  }

  package func setDisabled(_ uid: String, _ isDisabled: Bool) async throws(AccountError) {
    do throws(FirebaseAuthError) {
      try await client.update(uid, AuthUserChanges(isDisabled: isDisabled))
    } catch {
      throw AccountError(error)
    }
  }

  package func delete(_ uid: String) async throws(AccountError) {
    do throws(FirebaseAuthError) {
      try await client.delete(uid: uid)
    } catch {
      if error.code != .userNotFound { throw AccountError(error) }
    }
  }

  package func checkHealth() async throws(AccountError) {
    do throws(FirebaseAuthError) {
      _ = try await client.lookup(uid: "readiness-probe")
    } catch {
      throw AccountError(error)
    }
  }
}

extension AccountError {
  fileprivate init(_ error: FirebaseAuthError) {
    switch error.code {
    case .emailExists: self = .emailTaken
    case .invalidEmail: self = .emailRefused
    case .weakPassword, .missingPassword: self = .passwordRefused
    case .emailNotFound, .invalidPassword, .invalidLoginCredentials: self = .wrongCredentials
    case .userDisabled: self = .disabled
    case .tooManyAttempts: self = .tooManyAttempts
    case .unreachable, .cancelled: self = .unavailable("\(error)")
    default:
      // 429 is the quota of the project, not of one account: nothing that the client can mend.
      let isAway = error.httpStatus.map { $0 >= 500 || $0 == 429 } == true
      self = isAway ? .unavailable("\(error)") : .refused("\(error)")
    }
  }
}
