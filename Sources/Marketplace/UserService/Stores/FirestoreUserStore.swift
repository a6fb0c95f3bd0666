package import Firestore
private import FirestoreModel
package import RFC3339

/// The collections `users` and `user_sessions` in Firestore.
///
/// A change to a user insists on the version that was read (`updateTime` precondition), so concurrent changes never
/// overwrite each other; a sign-in writes the session and the user in one commit, with the count as a transform.
package struct FirestoreUserStore: UserStore {
  private let client: FirestoreClient

  /// Creates a store over a client.
  package init(_ client: FirestoreClient) { self.client = client }

  package func user(_ uid: String) async throws(UserStoreError) -> VersionedUser? {
    guard let path = path("users", uid) else { return nil }
    guard let document = try await run({ () async throws(FirestoreError) in try await client.get(path) }) else {
      return nil
    }
    guard let version = document.updateTime else { throw .refused("\(document.name) has no update time") }
    return VersionedUser(try User(document), version: version)
  }

  package func users(
    status: UserStatus?, after uid: String?, limit: Int
  ) async throws(UserStoreError) -> [User] {
    let filter = status.map { QueryFilter.field(Field.status, .equal, .string($0.rawValue)) }
    return try await page("users", filter: filter, after: uid, limit: limit) { (document) throws(UserStoreError) in
      try User(document)
    }
  }

  package func insert(_ user: User) async throws(UserStoreError) {
    let path = try requiredPath("users", user.uid)
    try await run { () async throws(FirestoreError) in try await client.create(path, user.fields) }
  }

  package func replace(_ user: User, version: Timestamp) async throws(UserStoreError) -> Bool {
    let path = try requiredPath("users", user.uid)
    let write = Write(
      client.name(of: path), .update(fields: user.fields, mask: nil), currentDocument: .updateTime(version))
    return try await commit(unlessChanged: [write])
  }

  package func remove(_ uid: String) async throws(UserStoreError) {
    let path = try requiredPath("users", uid)
    try await run { () async throws(FirestoreError) in try await client.delete(path) }
  }

  package func signIn(_ session: Session, version: Timestamp) async throws(UserStoreError) -> Bool {
    let user = client.name(of: try requiredPath("users", session.userUID))
    let time = FirestoreValue.timestamp(session.createdAt)
    let counted = Write(
      user, .update(fields: ["last_login_at": time], mask: [Field.lastLoginAt]),
      transforms: [FieldTransform(Field.loginCount, .increment(.integer(1)))], currentDocument: .updateTime(version))
    let opened = Write.create(client.name(of: try requiredPath("user_sessions", session.token)), session.fields)
    return try await commit(unlessChanged: [counted, opened])
  }

  package func session(_ token: String) async throws(UserStoreError) -> Session? {
    guard let path = path("user_sessions", token) else { return nil }
    guard let document = try await run({ () async throws(FirestoreError) in try await client.get(path) }) else {
      return nil
    }
    return try Session(document)
  }

  package func activeSessions(
    of uid: String, after token: String?, limit: Int
  ) async throws(UserStoreError) -> [Session] {
    let filter = QueryFilter.all([
      .field(Field.userUID, .equal, .string(uid)), .field(Field.isActive, .equal, .boolean(true)),
    ])
    return try await page("user_sessions", filter: filter, after: token, limit: limit) {
      (document) throws(UserStoreError) in try Session(document)
    }
  }

  package func endSessions(_ tokens: [String], at time: Timestamp) async throws(UserStoreError) {
    var writes: [Write] = []
    for token in tokens {
      writes.append(
        Write(
          client.name(of: try requiredPath("user_sessions", token)),
          .update(
            fields: ["is_active": .boolean(false), "last_activity_at": .timestamp(time)],
            mask: [Field.isActive, Field.lastActivityAt]),
          currentDocument: .exists(true)))
    }
    let all = writes
    try await run { () async throws(FirestoreError) in try await client.commit(all) }
  }

  package func checkHealth() async throws(UserStoreError) {
    let path = try requiredPath("users", "readiness-probe")
    try await run { () async throws(FirestoreError) in try await client.get(path) }
  }
}

extension FirestoreUserStore {
  /// Fields that queries, masks and transforms name.
  private enum Field {
    static let status = path("status")
    static let loginCount = path("login_count")
    static let lastLoginAt = path("last_login_at")
    static let userUID = path("user_uid")
    static let isActive = path("is_active")
    static let lastActivityAt = path("last_activity_at")

    private static func path(_ name: String) -> FieldPath {
      guard let path = try? FieldPath([name]) else { preconditionFailure("'\(name)' is a field name") }
      return path
    }
  }

  /// The path of a document; nil when no document can have that id.
  private func path(_ collection: String, _ id: String) -> DocumentPath? {
    DocumentID.isValid(id) ? try? CollectionPath(collection).document(id) : nil
  }

  private func requiredPath(_ collection: String, _ id: String) throws(UserStoreError) -> DocumentPath {
    guard let path = path(collection, id) else { throw .refused("no document of \(collection) can have this id") }
    return path
  }

  private func page<T>(
    _ collection: String, filter: QueryFilter?, after id: String?, limit: Int,
    _ read: (FirestoreDocument) throws(UserStoreError) -> T
  ) async throws(UserStoreError) -> [T] {
    var query = StructuredQuery(
      collection: collection, filter: filter, orderBy: [.init(.documentID)], limit: limit)
    if let id {
      query.startAt = .init([client.reference(to: try requiredPath(collection, id))], before: false)
    }
    let complete = query
    let result = try await run { () async throws(FirestoreError) in try await client.runQuery(complete) }
    var items: [T] = []
    for document in result.documents { items.append(try read(document)) }
    return items
  }

  /// Commits; false when a document is not the version that a write insists on.
  private func commit(unlessChanged writes: [Write]) async throws(UserStoreError) -> Bool {
    do throws(FirestoreError) {
      _ = try await client.commit(writes)
      return true
    } catch {
      if error.status == .failedPrecondition || error.status == .aborted { return false }
      throw UserStoreError(error)
    }
  }

  @discardableResult
  private func run<T>(_ body: () async throws(FirestoreError) -> T) async throws(UserStoreError) -> T {
    do throws(FirestoreError) {
      return try await body()
    } catch {
      throw UserStoreError(error)
    }
  }
}

extension UserStoreError {
  fileprivate init(_ error: FirestoreError) {
    self =
      error.retryable || error.isOutcomeUnknown
      ? .unavailable("\(error)", outcomeUnknown: error.isOutcomeUnknown) : .refused("\(error)")
  }
}
