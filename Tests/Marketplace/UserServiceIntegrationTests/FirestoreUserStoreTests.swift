import FirebaseAuth
import Firestore
import FirestoreEmulator
import FirestoreModel
import HTTP
import JSON
import Logging
import RFC3339
import ServiceKit
import ServiceTesting
import Synchronization
import Testing

@testable import UserService

/// A user service on an emulator of its own.
private final class Stack: Sendable {
  let server: FirestoreEmulatorServer
  let http: HTTPClient
  let firestore: FirestoreClient
  let store: FirestoreUserStore
  let auth: FirebaseAuthClient
  let router: Router
  let isStopped = Mutex(false)

  init(
    server: FirestoreEmulatorServer, http: HTTPClient, firestore: FirestoreClient, store: FirestoreUserStore,
    auth: FirebaseAuthClient, router: Router
  ) {
    self.server = server
    self.http = http
    self.firestore = firestore
    self.store = store
    self.auth = auth
    self.router = router
  }

  /// Stops the emulator, once.
  func stop() async {
    let wasStopped = isStopped.withLock { isStopped in
      defer { isStopped = true }
      return isStopped
    }
    if !wasStopped { await server.shutdown() }
  }

  static func run(_ body: (Stack) async throws -> Void) async throws {
    let server = try await FirestoreEmulatorServer.start(configuration: EmulatorConfiguration(project: "p"))
    let http = HTTPClient()
    let firestore = FirestoreClient(
      http: http, endpoint: .emulator(server.address), project: "p", retry: .never, timeout: .seconds(3))
    let store = FirestoreUserStore(firestore)
    let auth = FirebaseAuthClient(http: http, emulatorHost: server.address, project: "p", timeout: .seconds(3))
    let router = UserAPI(
      UserServiceDependencies(
        store: store, accounts: FirebaseAccounts(auth),
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    ).router()
    let stack = Stack(
      server: server, http: http, firestore: firestore, store: store, auth: auth, router: router)
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(stack))
    } catch {
      outcome = .failure(error)
    }
    http.shutdown()
    await stack.stop()
    try outcome.get()
  }

  func call(_ method: String, _ target: String, _ body: JSONValue? = nil) async -> ServiceResponse {
    await router.respond(
      to: ServiceRequest(
        method: method, target: target, headers: body == nil ? [:] : ["Content-Type": "application/json"],
        body: body?.utf8(.compact) ?? []))
  }

  func register(_ email: String = "ada@example.com", name: String = "Ada") async throws -> String {
    let response = await call(
      "POST", "/users",
      ["email": .string(email), "password": "correct horse", "first_name": .string(name), "last_name": "L"])
    return try #require(response.json?["uid"]?.stringValue, "registration answered \(response.status)")
  }

  func signIn(_ email: String = "ada@example.com") async -> ServiceResponse {
    await call("POST", "/sessions", ["email": .string(email), "password": "correct horse"])
  }
}

@Suite("The user service on Firestore and Firebase Auth")
struct FirestoreUserStoreTests {
  @Test("a registered user has a document with every field and an account of the same uid")
  func registration() async throws {
    try await Stack.run { stack in
      let uid = try await stack.register("ADA@Example.com", name: "Ädä ☃ 💩")
      let document = try #require(try await stack.firestore.get(DocumentPath("users/\(uid)")))
      #expect(
        Set(document.fields.keys) == [
          "email", "first_name", "last_name", "phone_number", "status", "last_login_at", "login_count",
          "email_verified", "profile_completed", "timezone", "language", "source", "ip_address", "user_agent",
          "created_at", "updated_at", "deleted_at",
        ])
      #expect(document.fields["email"] == .string("ada@example.com"))
      #expect(document.fields["first_name"] == .string("Ädä ☃ 💩") && document.fields["login_count"] == .integer(0))
      #expect(try await stack.auth.lookup(uid: uid)?.email == "ada@example.com")
    }
  }

  @Test("an address registers once, and the loser leaves nothing")
  func duplicates() async throws {
    try await Stack.run { stack in
      let statuses = await withTaskGroup(of: Int.self) { group in
        for _ in 0..<8 {
          group.addTask {
            await stack.call(
              "POST", "/users",
              ["email": "a@b.cc", "password": "correct horse", "first_name": "A", "last_name": "B"]
            ).status
          }
        }
        return await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(statuses.sorted() == [201, 409, 409, 409, 409, 409, 409, 409])
      let users = try await stack.store.users(status: nil, after: nil, limit: 10)
      #expect(users.count == 1)
    }
  }

  @Test("sign-ins at the same time are all counted, each with a session and a good token")
  func signIns() async throws {
    try await Stack.run { stack in
      let uid = try await stack.register()
      let answers = await withTaskGroup(of: ServiceResponse.self) { group in
        for _ in 0..<12 { group.addTask { await stack.signIn() } }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.allSatisfy { $0.status == 201 })
      let user = try #require(try await stack.store.user(uid)).user
      #expect(user.loginCount == 12 && user.lastLoginAt != nil)
      let sessions = try await stack.store.activeSessions(of: uid, after: nil, limit: 100)
      #expect(sessions.count == 12)
      let token = try #require(answers.first?.json?["id_token"]?.stringValue)
      let verified = try EmulatorIDTokenVerifier(project: "p").verify(token)
      #expect(verified.uid == uid)
    }
  }

  @Test("a change based on an old version is refused, and writes nothing")
  func versions() async throws {
    try await Stack.run { stack in
      let uid = try await stack.register()
      let old = try #require(try await stack.store.user(uid))
      var renamed = old.user
      renamed.firstName = "Augusta"
      #expect(try await stack.store.replace(renamed, version: old.version))
      #expect(try await stack.store.replace(old.user, version: old.version) == false)
      let session = Session(
        token: RandomIDGenerator().uuid(), userUID: uid, deviceType: .other, browser: nil, os: nil, ipAddress: nil,
        locationCountry: nil, locationCity: nil, isActive: true, lastActivityAt: old.user.createdAt,
        createdAt: old.user.createdAt, expiresAt: old.user.createdAt)
      #expect(try await stack.store.signIn(session, version: old.version) == false)
      #expect(try await stack.store.session(session.token) == nil)
      let current = try #require(try await stack.store.user(uid)).user
      #expect(current.firstName == "Augusta" && current.loginCount == 0)
    }
  }

  @Test("pages follow the order of ids without a gap, filtered by status")
  func paging() async throws {
    try await Stack.run { stack in
      var uids: [String] = []
      for index in 0..<5 { uids.append(try await stack.register("u\(index)@example.com")) }
      var seen: [String] = []
      while true {
        let page = try await stack.store.users(status: .active, after: seen.last, limit: 2)
        if page.isEmpty { break }
        seen += page.map(\.uid)
      }
      #expect(seen.count == 5 && Set(seen) == Set(uids))
      #expect(try await stack.store.users(status: .deleted, after: nil, limit: 9).isEmpty)
    }
  }

  @Test("suspension and deletion reach document, sessions and account")
  func standing() async throws {
    try await Stack.run { stack in
      let uid = try await stack.register()
      let token = try #require(await stack.signIn().json?["session_token"]?.stringValue)
      #expect(await stack.call("PATCH", "/users/\(uid)", ["status": "suspended"]).status == 200)
      #expect(await stack.call("GET", "/sessions/\(token)").status == 410)
      #expect(await stack.signIn().status == 403)
      #expect(await stack.call("PATCH", "/users/\(uid)", ["status": "active"]).status == 200)
      #expect(await stack.signIn().status == 201)
      #expect(await stack.call("DELETE", "/users/\(uid)").status == 204)
      #expect(await stack.signIn().status == 401)
      #expect(try await stack.store.user(uid)?.user.status == .deleted)
      #expect(try await stack.auth.lookup(uid: uid) == nil)
      #expect(try await stack.store.activeSessions(of: uid, after: nil, limit: 9).isEmpty)
      #expect(await stack.call("DELETE", "/users/\(uid)").status == 204)
    }
  }

  @Test("ids that Firestore reserves are users nobody has", arguments: ["__x__", "%2e%2e", "a%2Fb", "nobody"])
  func reservedIDs(id: String) async throws {
    try await Stack.run { stack in #expect(await stack.call("GET", "/users/\(id)").status == 404) }
  }

  @Test("stores that are gone are 503, and registration leaves nothing to find later")
  func away() async throws {
    try await Stack.run { stack in
      let uid = try await stack.register()
      await stack.stop()
      #expect(await stack.call("GET", "/users/\(uid)").status == 503)
      #expect(await stack.signIn().status == 503)
      await #expect(throws: UserStoreError.self) { try await stack.store.checkHealth() }
      await #expect(throws: AccountError.self) { try await FirebaseAccounts(stack.auth).checkHealth() }
    }
  }
}
