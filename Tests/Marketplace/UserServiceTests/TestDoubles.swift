import HTTP
import JSON
import Logging
import RFC3339
import ServiceKit
import ServiceTesting
import Synchronization

@testable import UserService

/// A clock that moves one second with every look at it.
final class SteppingClock: WallClock {
  private let seconds = Mutex<Int64>(1_790_000_000)

  func now() -> Timestamp {
    seconds.withLock { seconds in
      seconds += 1
      return Timestamp(seconds: seconds)
    }
  }

  func advance(bySeconds count: Int64) { seconds.withLock { $0 += count } }
}

/// A clock for pauses that nobody waits for.
struct ImpatientClock: MonotonicClock {
  func now() -> Duration { .zero }
  func sleep(for duration: Duration) async throws {}
}

/// Users and sessions in memory, with versions as Firestore has them, and failures on request.
final class MemoryStore: UserStore {
  struct State {
    var users: [String: VersionedUser] = [:]
    var sessions: [String: Session] = [:]
    var commits: Int64 = 0
    /// Fails the next calls of these names.
    var failures: [String: UserStoreError] = [:]
    /// Runs once before the next commit, as a competitor would.
    var competitor: (@Sendable (inout State) -> Void)?
    var failedSignIns = 0

    mutating func put(_ user: User) {
      commits += 1
      users[user.uid] = VersionedUser(user, version: Timestamp(seconds: commits))
    }
  }

  let state = Mutex(State())

  private func failing(_ call: String) throws(UserStoreError) {
    if let error = state.withLock({ $0.failures[call] }) { throw error }
  }

  private func compete(_ state: inout State) {
    let competitor = state.competitor
    state.competitor = nil
    competitor?(&state)
  }

  func user(_ uid: String) async throws(UserStoreError) -> VersionedUser? {
    try failing("user")
    return state.withLock { $0.users[uid] }
  }

  func users(status: UserStatus?, after uid: String?, limit: Int) async throws(UserStoreError) -> [User] {
    try failing("users")
    return state.withLock { state in
      Array(
        state.users.values.map(\.user).filter { (status == nil || $0.status == status) && $0.uid > (uid ?? "") }
          .sorted { $0.uid < $1.uid }.prefix(limit))
    }
  }

  func insert(_ user: User) async throws(UserStoreError) {
    if let error = state.withLock({ $0.failures["insert"] }) {
      // A lost answer: the document is there all the same.
      if error.isOutcomeUnknown { state.withLock { $0.put(user) } }
      throw error
    }
    state.withLock { $0.put(user) }
  }

  func replace(_ user: User, version: Timestamp) async throws(UserStoreError) -> Bool {
    try failing("replace")
    return state.withLock { state in
      compete(&state)
      guard state.users[user.uid]?.version == version else { return false }
      state.put(user)
      return true
    }
  }

  func remove(_ uid: String) async throws(UserStoreError) {
    try failing("remove")
    state.withLock { $0.users[uid] = nil }
  }

  func signIn(_ session: Session, version: Timestamp) async throws(UserStoreError) -> Bool {
    try failing("signIn")
    return state.withLock { state in
      compete(&state)
      guard var user = state.users[session.userUID]?.user, state.users[session.userUID]?.version == version else {
        state.failedSignIns += 1
        return false
      }
      user.loginCount += 1
      user.lastLoginAt = session.createdAt
      state.put(user)
      state.sessions[session.token] = session
      return true
    }
  }

  func session(_ token: String) async throws(UserStoreError) -> Session? {
    try failing("session")
    return state.withLock { $0.sessions[token] }
  }

  func activeSessions(of uid: String, after token: String?, limit: Int) async throws(UserStoreError) -> [Session] {
    try failing("activeSessions")
    return state.withLock { state in
      Array(
        state.sessions.values.filter { $0.userUID == uid && $0.isActive && $0.token > (token ?? "") }
          .sorted { $0.token < $1.token }.prefix(limit))
    }
  }

  func endSessions(_ tokens: [String], at time: Timestamp) async throws(UserStoreError) {
    try failing("endSessions")
    state.withLock { state in
      for token in tokens {
        state.sessions[token]?.isActive = false
        state.sessions[token]?.lastActivityAt = time
      }
    }
  }

  func checkHealth() async throws(UserStoreError) { try failing("checkHealth") }
}

/// Accounts in memory, with failures on request.
final class MemoryAccounts: Accounts {
  struct Account: Equatable {
    var email: String
    var password: String
    var isDisabled = false
  }

  struct State {
    var accounts: [String: Account] = [:]
    var failures: [String: AccountError] = [:]
  }

  let state = Mutex(State())

  private func failing(_ call: String) throws(AccountError) {
    if let error = state.withLock({ $0.failures[call] }) { throw error }
  }

  func create(uid: String, email: String, password: String) async throws(AccountError) {
    let isTaken = state.withLock { state in
      if state.accounts.values.contains(where: { $0.email == email }) { return true }
      state.accounts[uid] = Account(email: email, password: password)
      return false
    }
    if isTaken { throw .emailTaken }
    // A lost answer: the account is there all the same.
    try failing("create")
  }

  func signIn(email: String, password: String) async throws(AccountError) -> SignedInAccount {
    try failing("signIn")
    let found = state.withLock { $0.accounts.first { $0.value.email == email && $0.value.password == password } }
    guard let (uid, account) = found else { throw .wrongCredentials }
    if account.isDisabled { throw .disabled }
    return SignedInAccount(uid: uid, idToken: "id-\(uid)", refreshToken: "refresh-\(uid)", expiresIn: 3600)
  }

  func setDisabled(_ uid: String, _ isDisabled: Bool) async throws(AccountError) {
    try failing("setDisabled")
    state.withLock { $0.accounts[uid]?.isDisabled = isDisabled }
  }

  func delete(_ uid: String) async throws(AccountError) {
    try failing("delete")
    state.withLock { $0.accounts[uid] = nil }
  }

  func checkHealth() async throws(AccountError) { try failing("checkHealth") }
}

/// A user service on stores in memory.
struct TestService {
  let store = MemoryStore()
  let accounts = MemoryAccounts()
  let clock = SteppingClock()
  let router: Router

  init() {
    router = UserAPI(
      UserServiceDependencies(
        store: store, accounts: accounts, clock: clock, timer: ImpatientClock(),
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    ).router()
  }

  func call(
    _ method: String, _ target: String, _ body: JSONValue? = nil, as caller: Caller = .service
  ) async -> ServiceResponse {
    var headers = HTTPHeaders()
    if body != nil { headers.add("Content-Type", "application/json") }
    if let uid = caller.uid { headers.add("X-User-UID", uid) }
    if caller.isAdmin { headers.add("X-User-Admin", "true") }
    return await router.respond(
      to: ServiceRequest(
        method: method, target: target, headers: headers, body: body?.utf8(.compact) ?? [],
        remoteAddress: "192.0.2.1"))
  }

  static let registration: JSONObject = [
    "email": "Ada@Example.com", "password": "correct horse", "first_name": "Ada", "last_name": "Lovelace",
  ]

  /// Registers a user and returns the uid.
  func register(_ email: String = "ada@example.com") async -> String {
    var body = Self.registration
    body["email"] = .string(email)
    return await call("POST", "/users", .object(body)).json?["uid"]?.stringValue ?? "registration failed"
  }

  /// Signs a user in and returns the token.
  func signIn(_ email: String = "ada@example.com") async -> String {
    let response = await call("POST", "/sessions", ["email": .string(email), "password": "correct horse"])
    return response.json?["session_token"]?.stringValue ?? "sign-in failed: \(response.status)"
  }
}
