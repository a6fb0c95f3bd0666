package import RFC3339
package import ServiceKit

/// The documents of the user service; every change is atomic.
package protocol UserStore: Sendable {
  /// A user with the version that a later change can insist on.
  func user(_ uid: String) async throws(UserStoreError) -> VersionedUser?

  /// Users in the order of their uids, after one of them, at most `limit`.
  func users(status: UserStatus?, after uid: String?, limit: Int) async throws(UserStoreError) -> [User]

  /// Adds a user who must not exist yet.
  func insert(_ user: User) async throws(UserStoreError)

  /// Replaces a user unless the document changed since that version; false when it did.
  func replace(_ user: User, version: Timestamp) async throws(UserStoreError) -> Bool

  /// Removes a user whose registration could not be completed.
  func remove(_ uid: String) async throws(UserStoreError)

  /// Opens a session and counts the sign-in, both or neither; false when the user changed since that version.
  func signIn(_ session: Session, version: Timestamp) async throws(UserStoreError) -> Bool

  /// A session, whatever its state.
  func session(_ token: String) async throws(UserStoreError) -> Session?

  /// Sessions of a user that were not ended, in the order of their tokens, after one of them, at most `limit`.
  func activeSessions(
    of uid: String, after token: String?, limit: Int
  ) async throws(UserStoreError) -> [Session]

  /// Ends sessions that exist.
  func endSessions(_ tokens: [String], at time: Timestamp) async throws(UserStoreError)

  /// Throws when the store does not answer.
  func checkHealth() async throws(UserStoreError)
}

/// A user and the version of the document.
package struct VersionedUser: Sendable, Hashable {
  /// The user.
  package let user: User
  /// The time of the last change, which Firestore keeps strictly increasing.
  package let version: Timestamp

  /// Pairs a user with a version.
  package init(_ user: User, version: Timestamp) {
    self.user = user
    self.version = version
  }
}

/// Why the store could not do what was asked.
package enum UserStoreError: Error, Sendable, Hashable {
  /// It did not answer; whether a change may have happened all the same.
  case unavailable(String, outcomeUnknown: Bool)
  /// It refused, or holds a document that is not one of ours.
  case refused(String)
}

extension UserStoreError {
  /// Whether a change may have happened although the store reported this.
  package var isOutcomeUnknown: Bool {
    if case .unavailable(_, let outcomeUnknown) = self { outcomeUnknown } else { false }
  }
}

extension UserStoreError: ProblemConvertible, CustomStringConvertible {
  /// 503 when the store is away, 500 when it is a defect.
  package var problem: Problem {
    switch self {
    case .unavailable: .unavailable(service: "user-store")
    case .refused: Problem(status: 500, kind: "internal-error", detail: "The service could not answer; it logged why.")
    }
  }

  /// What happened, for a log.
  package var description: String {
    switch self {
    case .unavailable(let why, _): "the user store does not answer: \(why)"
    case .refused(let why): "the user store refused: \(why)"
    }
  }
}
