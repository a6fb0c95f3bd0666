internal import RFC3339
internal import UserService

/// The documents of the user service, but for what a fault does otherwise.
protocol FaultyUserStore: UserStore {
  /// The part as it should be.
  var sound: any UserStore { get }
}

extension FaultyUserStore {
  func user(_ uid: String) async throws(UserStoreError) -> VersionedUser? { try await sound.user(uid) }
  func users(status: UserStatus?, after uid: String?, limit: Int) async throws(UserStoreError) -> [User] {
    try await sound.users(status: status, after: uid, limit: limit)
  }
  func insert(_ user: User) async throws(UserStoreError) { try await sound.insert(user) }
  func replace(_ user: User, version: Timestamp) async throws(UserStoreError) -> Bool {
    try await sound.replace(user, version: version)
  }
  func remove(_ uid: String) async throws(UserStoreError) { try await sound.remove(uid) }
  func signIn(_ session: Session, version: Timestamp) async throws(UserStoreError) -> Bool {
    try await sound.signIn(session, version: version)
  }
  func session(_ token: String) async throws(UserStoreError) -> Session? { try await sound.session(token) }
  func activeSessions(
    of uid: String, after token: String?, limit: Int
  ) async throws(UserStoreError) -> [Session] {
    try await sound.activeSessions(of: uid, after: token, limit: limit)
  }
  func endSessions(_ tokens: [String], at time: Timestamp) async throws(UserStoreError) {
    try await sound.endSessions(tokens, at: time)
  }
  func checkHealth() async throws(UserStoreError) { try await sound.checkHealth() }
}

/// The accounts of the user service, but for what a fault does otherwise.
protocol FaultyAccounts: Accounts {
  /// The part as it should be.
  var sound: any Accounts { get }
}

extension FaultyAccounts {
  func create(uid: String, email: String, password: String) async throws(AccountError) {
    try await sound.create(uid: uid, email: email, password: password)
  }
  func signIn(email: String, password: String) async throws(AccountError) -> SignedInAccount {
    try await sound.signIn(email: email, password: password)
  }
  func setDisabled(_ uid: String, _ isDisabled: Bool) async throws(AccountError) {
    try await sound.setDisabled(uid, isDisabled)
  }
  func delete(_ uid: String) async throws(AccountError) { try await sound.delete(uid) }
  func checkHealth() async throws(AccountError) { try await sound.checkHealth() }
}
