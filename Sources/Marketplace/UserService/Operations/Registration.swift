internal import RFC3339
internal import ServiceKit

/// Registers a user: an account in Firebase Auth and a document in Firestore, both or neither.
///
/// The two stores share no transaction. The uid is chosen here, before the first step, so that every failure, an
/// answer that never arrived included, can be undone by name.
struct Registration: Sendable {
  let store: any UserStore
  let accounts: any Accounts
  let clock: any WallClock
  let ids: any IDGenerator
  let timer: any MonotonicClock
  let log: @Sendable (_ message: String) -> Void

  /// What a person enters to register.
  struct Application: Sendable, Hashable {
    var email: String
    var password: String
    var firstName: String
    var lastName: String
    var phoneNumber: String?
    var timezone: String
    var language: String
    var source: UserSource
    var ipAddress: String?
    var userAgent: String?
  }

  func register(_ application: Application) async throws -> User {
    let user = newUser(application)
    do {
      try await accounts.create(uid: user.uid, email: user.email, password: application.password)
    } catch {
      if case .unavailable = error { await undo(user.uid, documentToo: false) }
      throw error
    }
    do {
      try await store.insert(user)
    } catch {
      await undo(user.uid, documentToo: error.isOutcomeUnknown)
      throw error
    }
    return user
  }

  private func newUser(_ application: Application) -> User {
    let now = clock.now().truncatedToMicroseconds()
    return User(
      uid: FirebaseUID.make(ids), email: application.email.lowercased(), firstName: application.firstName,
      lastName: application.lastName, phoneNumber: application.phoneNumber, status: .active, lastLoginAt: nil,
      loginCount: 0, emailVerified: false, timezone: application.timezone, language: application.language,
      source: application.source, ipAddress: application.ipAddress, userAgent: application.userAgent, createdAt: now,
      updatedAt: now, deletedAt: nil)
  }

  /// Removes what a failed registration may have left behind, each part whatever becomes of the other: an account
  /// that stays would block the address, a document that stays would be a user whom nobody registered.
  private func undo(_ uid: String, documentToo: Bool) async {
    // Not a child task: a client that hangs up must not stop the clean-up.
    await Task { [self] in
      if documentToo { await insist("the document of \(uid)") { try await store.remove(uid) } }
      await insist("the account of \(uid)") { try await accounts.delete(uid) }
    }.value
  }

  /// Tries three times, and reports what stays behind.
  private func insist(_ what: String, _ remove: () async throws -> Void) async {
    for attempt in 1...3 {
      do {
        try await remove()
        return
      } catch {
        guard attempt < 3 else { return log("registration failed, and \(what) could not be removed: \(error)") }
        try? await timer.sleep(for: .milliseconds(100 * attempt))
      }
    }
  }
}

/// Uids in the form Firebase gives them: 28 letters and digits, case significant.
enum FirebaseUID {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

  static func make(_ ids: any IDGenerator) -> String {
    // Two UUIDs are 64 hexadecimal digits; two digits choose one character.
    let digits = (ids.uuid() + ids.uuid()).compactMap(\.hexDigitValue)
    let characters = (0..<28).map { alphabet[(digits[2 * $0] << 4 | digits[2 * $0 + 1]) % alphabet.count] }
    return String(decoding: characters, as: UTF8.self)
  }
}
