import FirestoreModel
import Synchronization

/// The accounts of all projects, in memory.
final class AccountStore: Sendable {
  /// The accounts of one project, unique by id, email and phone number.
  struct Project: Sendable {
    private(set) var accounts: [String: Account] = [:]
    private var idByEmail: [String: String] = [:]
    private var idByPhone: [String: String] = [:]
    /// Hides from strangers whether an email is registered.
    var hidesEmails = false

    func account(email: String) -> Account? { idByEmail[email].flatMap { accounts[$0] } }

    func account(phone: String) -> Account? { idByPhone[phone].flatMap { accounts[$0] } }

    /// All accounts in the order of their ids.
    var sorted: [Account] { accounts.values.sorted { UTF8Order.compare($0.localID, $1.localID) < 0 } }

    /// Adds or replaces an account.
    ///
    /// - Throws: EMAIL_EXISTS or PHONE_NUMBER_EXISTS when another account has them.
    mutating func save(_ account: Account) throws(AuthError) {
      if let email = account.email, let holder = idByEmail[email], holder != account.localID {
        throw AuthError("EMAIL_EXISTS")
      }
      if let phone = account.phoneNumber, let holder = idByPhone[phone], holder != account.localID {
        throw AuthError("PHONE_NUMBER_EXISTS")
      }
      remove(account.localID)
      accounts[account.localID] = account
      if let email = account.email { idByEmail[email] = account.localID }
      if let phone = account.phoneNumber { idByPhone[phone] = account.localID }
    }

    /// Removes an account; nil when there was none.
    @discardableResult
    mutating func remove(_ id: String) -> Account? {
      guard let account = accounts.removeValue(forKey: id) else { return nil }
      if let email = account.email { idByEmail[email] = nil }
      if let phone = account.phoneNumber { idByPhone[phone] = nil }
      return account
    }

    mutating func removeAll() {
      accounts = [:]
      idByEmail = [:]
      idByPhone = [:]
    }
  }

  private let projects = Mutex<[String: Project]>([:])

  /// Runs `body` alone on a project, which springs into being when it is first named.
  func update<T: Sendable>(
    _ project: String, _ body: (inout Project) throws(AuthError) -> T
  ) throws(AuthError) -> T {
    try projects.withLock { projects throws(AuthError) in try body(&projects[project, default: Project()]) }
  }
}
