internal import RFC3339
internal import ServiceKit
internal import UserService

/// Cannot hold the longest first name that is allowed.
struct BreaksOnLongestName: FaultyUserStore {
  let sound: any UserStore

  func insert(_ user: User) async throws(UserStoreError) {
    guard user.firstName.unicodeScalars.count < 100 else { throw .refused("the name does not fit") }
    try await sound.insert(user)
  }
}

/// Opens sessions without counting them.
struct DoesNotCountSignIns: FaultyUserStore {
  let sound: any UserStore

  func signIn(_ session: Session, version: Timestamp) async throws(UserStoreError) -> Bool {
    let before = try await sound.user(session.userUID)
    guard try await sound.signIn(session, version: version) else { return false }
    guard let before, let after = try await sound.user(session.userUID) else { return true }
    var user = after.user
    user.loginCount = before.user.loginCount
    _ = try await sound.replace(user, version: after.version)
    return true
  }
}

/// Takes everybody for active while a session is being created or looked at.
struct RevivesAtSignIn: FaultyUserStore {
  let sound: any UserStore

  func user(_ uid: String) async throws(UserStoreError) -> VersionedUser? {
    guard let found = try await sound.user(uid), ["createSession", "getSession"].contains(OperationWitness.operation)
    else { return try await sound.user(uid) }
    var user = found.user
    user.status = .active
    return VersionedUser(user, version: found.version)
  }
}

/// Removes the document of a user that is marked as deleted.
struct RemovesDeleted: FaultyUserStore {
  let sound: any UserStore

  func replace(_ user: User, version: Timestamp) async throws(UserStoreError) -> Bool {
    guard try await sound.replace(user, version: version) else { return false }
    if user.status == .deleted { try await sound.remove(user.uid) }
    return true
  }
}

/// Leaves the accounts of deleted users as they are.
struct KeepsAccounts: FaultyAccounts {
  let sound: any Accounts

  func delete(_ uid: String) {}
}

/// Leaves the accounts of suspended users as they are.
struct NeverDisables: FaultyAccounts {
  let sound: any Accounts

  func setDisabled(_ uid: String, _ isDisabled: Bool) {}
}
