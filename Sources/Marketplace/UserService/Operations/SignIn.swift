private import HTTP
internal import RFC3339
internal import ServiceKit

/// Signs users in: checks the password, opens a session and counts the sign-in.
struct SignIn: Sendable {
  let store: any UserStore
  let accounts: any Accounts
  let clock: any WallClock
  let ids: any IDGenerator

  /// What a person and a device send to sign in.
  struct Attempt: Sendable, Hashable {
    var email: String
    var password: String
    var deviceType: DeviceType
    var browser: String?
    var os: String?
    var locationCountry: String?
    var locationCity: String?
    var ipAddress: String?
  }

  func signIn(_ attempt: Attempt) async throws -> (Session, SignedInAccount) {
    let account = try await accounts.signIn(email: attempt.email.lowercased(), password: attempt.password)
    // The commit insists on the version of the user that was found active, so no session can open for a user who is
    // being suspended or deleted meanwhile; sign-ins that only meet each other try again.
    for _ in 0..<ConcurrentChange.attempts {
      guard let found = try await store.user(account.uid) else { throw AccountError.wrongCredentials }
      switch found.user.status {
      case .active: break
      case .suspended: throw AccountError.disabled
      case .deleted: throw AccountError.wrongCredentials
      }
      let session = newSession(attempt, uid: account.uid)
      if try await store.signIn(session, version: found.version) { return (session, account) }
    }
    throw ConcurrentChange.problem
  }

  private func newSession(_ attempt: Attempt, uid: String) -> Session {
    let now = clock.now().truncatedToMicroseconds()
    return Session(
      token: ids.uuid(), userUID: uid, deviceType: attempt.deviceType, browser: attempt.browser, os: attempt.os,
      ipAddress: attempt.ipAddress, locationCountry: attempt.locationCountry, locationCity: attempt.locationCity,
      isActive: true, lastActivityAt: now, createdAt: now, expiresAt: now.adding(seconds: Session.lifetime))
  }
}

/// What happens when a document changes under a request again and again.
enum ConcurrentChange {
  /// How often a change is tried: enough for some dozen sign-ins of one user at the same instant.
  static let attempts = 64

  static var problem: Problem {
    Problem(
      status: 409, kind: "concurrent-change", detail: "The user is being changed by others; try again.",
      headers: ["Retry-After": "1"])
  }
}
