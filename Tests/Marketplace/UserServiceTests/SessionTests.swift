import HTTP
import JSON
import RFC3339
import ServiceKit
import ServiceTesting
import Synchronization
import Testing

@testable import UserService

@Suite("Sessions")
struct SessionTests {
  private let service = TestService()

  @Test("a sign-in opens a session for seven days and counts")
  func signIn() async throws {
    let uid = await service.register()
    let response = await service.call(
      "POST", "/sessions",
      [
        "email": "ADA@example.com", "password": "correct horse", "device_type": "mobile", "browser": "b", "os": "o",
        "location_country": "DE", "location_city": "Berlin",
      ])
    let session = try #require(response.json?.objectValue)
    let token = try #require(session["session_token"]?.stringValue)
    #expect(response.status == 201 && response.headers["Location"] == "/sessions/\(token)")
    #expect(session["user_uid"] == .string(uid) && session["device_type"] == "mobile" && session["is_active"] == true)
    #expect(session["id_token"] == .string("id-\(uid)") && session["refresh_token"] != nil)
    let stored = try #require(service.store.state.withLock { $0.sessions[token] })
    #expect(stored.expiresAt - stored.createdAt == .seconds(7 * 86_400))
    let user = try #require(service.store.state.withLock { $0.users[uid]?.user })
    #expect(user.loginCount == 1 && user.lastLoginAt == stored.createdAt)
  }

  @Test("a wrong password and an unknown address get the same answer")
  func wrongCredentials() async {
    _ = await service.register()
    let wrong = await service.call("POST", "/sessions", ["email": "ada@example.com", "password": "x"])
    let unknown = await service.call("POST", "/sessions", ["email": "bob@example.com", "password": "x"])
    #expect(wrong.status == 401 && wrong.body == unknown.body && wrong.headers["WWW-Authenticate"] != nil)
    #expect(service.store.state.withLock { $0.sessions.isEmpty })
  }

  @Test("sign-ins that meet are all counted")
  func concurrentSignIns() async {
    let uid = await service.register()
    let tokens = await withTaskGroup(of: String.self) { group in
      for _ in 0..<20 { group.addTask { await service.signIn() } }
      return await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(tokens.count == 20)
    #expect(service.store.state.withLock { $0.users[uid]?.user.loginCount } == 20)
  }

  @Test("a user deleted between password check and commit gets no session")
  func deletedMeanwhile() async {
    let uid = await service.register()
    service.store.state.withLock { state in
      state.competitor = { state in
        guard var user = state.users[uid]?.user else { return }
        user.status = .deleted
        state.put(user)
      }
    }
    let response = await service.call("POST", "/sessions", ["email": "ada@example.com", "password": "correct horse"])
    #expect(response.status == 401)
    #expect(service.store.state.withLock { $0.sessions.isEmpty })
    #expect(service.store.state.withLock { $0.failedSignIns } == 1)
  }

  @Test("a session is its user's own")
  func ownership() async {
    let uid = await service.register()
    let token = await service.signIn()
    #expect(await service.call("GET", "/sessions/\(token)", as: .user(uid)).status == 200)
    #expect(await service.call("GET", "/sessions/\(token.uppercased())", as: .user(uid)).status == 200)
    #expect(await service.call("GET", "/sessions/\(token)", as: .user("other")).status == 403)
    #expect(await service.call("DELETE", "/sessions/\(token)", as: .user("other")).status == 403)
    #expect(await service.call("GET", "/users/\(uid)/sessions", as: .user("other")).status == 403)
    #expect(await service.call("GET", "/sessions/\(token)", as: .admin("root")).status == 200)
    #expect(await service.call("GET", "/sessions/00000000-0000-4000-8000-000000000000").status == 404)
    #expect(await service.call("GET", "/sessions/not-a-uuid").status == 404)
  }

  @Test("an ended session is gone, and ending it again changes nothing")
  func ending() async {
    _ = await service.register()
    let token = await service.signIn()
    #expect(await service.call("DELETE", "/sessions/\(token)").status == 204)
    let ended = service.store.state.withLock { $0.sessions[token] }
    #expect(await service.call("DELETE", "/sessions/\(token)").status == 204)
    #expect(service.store.state.withLock { $0.sessions[token] } == ended)
    #expect(await service.call("GET", "/sessions/\(token)").status == 410)
  }

  @Test("a session outlived is gone without anyone ending it")
  func expiry() async {
    let uid = await service.register()
    let token = await service.signIn()
    service.clock.advance(bySeconds: Session.lifetime)
    #expect(await service.call("GET", "/sessions/\(token)").status == 410)
    #expect(await service.call("GET", "/users/\(uid)/sessions").json?["items"] == [])
  }

  @Test("open sessions are listed in pages without a gap, ended and outlived ones left out")
  func listing() async {
    let uid = await service.register()
    var tokens: Set<String> = []
    for _ in 0..<3 { tokens.insert(await service.signIn()) }
    service.clock.advance(bySeconds: Session.lifetime)
    for _ in 0..<5 { tokens.insert(await service.signIn()) }
    let ended = await service.signIn()
    _ = await service.call("DELETE", "/sessions/\(ended)")
    var seen: [String] = []
    var target = "/users/\(uid)/sessions?limit=2"
    for _ in 0..<9 {
      let page = await service.call("GET", target).json
      seen += page?["items"]?.arrayValue?.compactMap { $0["session_token"]?.stringValue } ?? []
      guard let cursor = page?["next_cursor"]?.stringValue else { break }
      target = "/users/\(uid)/sessions?limit=2&cursor=\(cursor)"
    }
    #expect(seen.count == 5 && Set(seen).isSubset(of: tokens) && seen == seen.sorted())
  }

  @Test("all sessions of a user end at once")
  func endAll() async {
    let uid = await service.register()
    for _ in 0..<3 { _ = await service.signIn() }
    #expect(await service.call("DELETE", "/users/\(uid)/sessions", as: .user(uid)).status == 204)
    #expect(service.store.state.withLock { $0.sessions.values.allSatisfy { !$0.isActive } })
    #expect(await service.call("DELETE", "/users/nobody/sessions").status == 404)
  }
}
