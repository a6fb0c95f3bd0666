internal import RFC3339
internal import ServiceKit

/// Changes users and ends their sessions.
struct UserChanges: Sendable {
  let store: any UserStore
  let accounts: any Accounts
  let clock: any WallClock

  /// What a partial update changes; nil leaves a field as it is.
  struct Update: Sendable, Equatable {
    var firstName: String?
    var lastName: String?
    var phoneNumber: Patch<String> = .absent
    var timezone: String?
    var language: String?
    var status: UserStatus?
  }

  /// Applies an update to a user who is not deleted; nil when there is none.
  func update(_ uid: String, _ update: Update) async throws -> User? {
    guard let user = try await change(uid, { Self.apply(update, to: &$0) }) else { return nil }
    if update.status == .suspended {
      try await endSessions(of: uid)
      try await accounts.setDisabled(uid, true)
    } else if update.status == .active {
      try await accounts.setDisabled(uid, false)
    }
    return user
  }

  /// Deletes a user; false when there never was one.
  ///
  /// The document is marked first: from then on the user counts as deleted, and no new session can open. The other
  /// steps may be repeated, so a deletion that failed half-way is completed by asking again.
  func delete(_ uid: String) async throws -> Bool {
    let deleted = try await change(uid) { user in
      user.status = .deleted
      user.deletedAt = user.updatedAt
    }
    if deleted == nil {
      guard try await store.user(uid) != nil else { return false }
    }
    try await endSessions(of: uid)
    try await accounts.delete(uid)
    return true
  }

  /// Ends every session of a user.
  func endSessions(of uid: String) async throws {
    let batch = 200
    while true {
      let sessions = try await store.activeSessions(of: uid, after: nil, limit: batch)
      guard !sessions.isEmpty else { return }
      try await store.endSessions(sessions.map(\.token), at: clock.now().truncatedToMicroseconds())
      if sessions.count < batch { return }
    }
  }

  /// Changes a user who is not deleted, again when someone else changed the document meanwhile.
  private func change(_ uid: String, _ body: (inout User) -> Void) async throws -> User? {
    for _ in 0..<ConcurrentChange.attempts {
      guard let found = try await store.user(uid), found.user.status != .deleted else { return nil }
      var user = found.user
      user.updatedAt = max(clock.now().truncatedToMicroseconds(), user.createdAt)
      body(&user)
      if try await store.replace(user, version: found.version) { return user }
    }
    throw ConcurrentChange.problem
  }

  private static func apply(_ update: Update, to user: inout User) {
    user.firstName = update.firstName ?? user.firstName
    user.lastName = update.lastName ?? user.lastName
    user.phoneNumber = update.phoneNumber.applied(to: user.phoneNumber)
    user.timezone = update.timezone ?? user.timezone
    user.language = update.language ?? user.language
    user.status = update.status ?? user.status
  }
}
