import FoundationEssentials
import HTTP
import JSON
import ServiceKit
import ServiceTesting
import Synchronization
import Testing

@testable import UserService

@Suite("Users")
struct UserTests {
  private let service = TestService()

  @Test("a user reaches only themselves, administrators and services everyone")
  func access() async {
    let uid = await service.register()
    #expect(await service.call("GET", "/users/\(uid)", as: .user(uid)).status == 200)
    #expect(await service.call("GET", "/users/\(uid)", as: .admin("root")).status == 200)
    #expect(await service.call("GET", "/users/\(uid)").status == 200)
    for method in ["GET", "DELETE"] {
      #expect(await service.call(method, "/users/\(uid)", as: .user("other")).status == 403)
    }
    #expect(await service.call("PATCH", "/users/\(uid)", ["first_name": "X"], as: .user("other")).status == 403)
    #expect(await service.call("GET", "/users", as: .user(uid)).status == 403)
    #expect(await service.call("GET", "/users/nobody").status == 404)
    #expect(await service.call("GET", "/users/nobody", as: .user(uid)).status == 403)
  }

  @Test("users are listed in pages without a gap, by status when asked")
  func listing() async {
    var uids: Set<String> = []
    for index in 0..<5 { uids.insert(await service.register("u\(index)@example.com")) }
    var seen: [String] = []
    var target = "/users?limit=2"
    for _ in 0..<9 {
      let page = await service.call("GET", target, as: .admin("root")).json
      seen += page?["items"]?.arrayValue?.compactMap { $0["uid"]?.stringValue } ?? []
      guard let cursor = page?["next_cursor"]?.stringValue else { break }
      target = "/users?limit=2&cursor=\(cursor)"
    }
    #expect(Set(seen) == uids && seen.count == 5)
    #expect(await service.call("GET", "/users?status=suspended").json?["items"] == [])
    let foreign = Cursor(1, 2).text
    #expect(await service.call("GET", "/users?cursor=\(foreign)").status == 422)
  }

  @Test("an update changes what it names and the time, nothing else")
  func update() async throws {
    let uid = await service.register()
    let before = try #require(service.store.state.withLock { $0.users[uid]?.user })
    let response = await service.call(
      "PATCH", "/users/\(uid)", ["phone_number": "+4930123456", "language": "de"], as: .user(uid))
    #expect(response.status == 200 && response.json?["profile_completed"] == true)
    var expected = before
    expected.phoneNumber = "+4930123456"
    expected.language = "de"
    let after = try #require(service.store.state.withLock { $0.users[uid]?.user })
    expected.updatedAt = after.updatedAt
    #expect(after == expected && after.updatedAt > before.updatedAt)
    let cleared = await service.call("PATCH", "/users/\(uid)", ["phone_number": nil])
    #expect(cleared.json?["phone_number"] == .null && cleared.json?["profile_completed"] == false)
  }

  @Test(
    "an empty update, a null name, an e-mail address and a deletion by status are refused",
    arguments: [
      [:], ["first_name": nil], ["email": "x@y.zz"], ["status": "deleted"], ["status": nil],
    ] as [JSONValue])
  func refusedUpdates(body: JSONValue) async {
    let uid = await service.register()
    #expect(await service.call("PATCH", "/users/\(uid)", body).status == 422)
  }

  @Test("an update that meets a sign-in loses neither")
  func lostUpdate() async {
    let uid = await service.register()
    service.store.state.withLock { state in
      state.competitor = { state in
        guard var user = state.users[uid]?.user else { return }
        user.loginCount += 1
        state.put(user)
      }
    }
    #expect(await service.call("PATCH", "/users/\(uid)", ["first_name": "Augusta"]).status == 200)
    let user = service.store.state.withLock { $0.users[uid]?.user }
    #expect(user?.loginCount == 1 && user?.firstName == "Augusta")
  }

  @Test("suspending ends sessions and sign-ins until the user is active again")
  func suspension() async {
    let uid = await service.register()
    let token = await service.signIn()
    #expect(await service.call("PATCH", "/users/\(uid)", ["status": "suspended"], as: .user(uid)).status == 403)
    #expect(await service.call("PATCH", "/users/\(uid)", ["status": "suspended"], as: .admin("root")).status == 200)
    #expect(await service.call("GET", "/sessions/\(token)").status == 410)
    let refused = await service.call("POST", "/sessions", ["email": "ada@example.com", "password": "correct horse"])
    #expect(refused.status == 403 && refused.json?["type"] == "tag:marketplace.example,2026:account-suspended")
    #expect(await service.call("PATCH", "/users/\(uid)", ["status": "active"], as: .admin("root")).status == 200)
    #expect(await service.call("GET", "/sessions/\(await service.signIn())").status == 200)
  }

  @Test("deletion keeps the document, ends sessions and removes the account")
  func deletion() async throws {
    let uid = await service.register()
    let token = await service.signIn()
    #expect(await service.call("DELETE", "/users/\(uid)", as: .user(uid)).status == 204)
    let user = try #require(service.store.state.withLock { $0.users[uid]?.user })
    #expect(user.status == .deleted && user.deletedAt == user.updatedAt)
    #expect(service.accounts.state.withLock { $0.accounts.isEmpty })
    #expect(service.store.state.withLock { $0.sessions[token]?.isActive } == false)
    #expect(await service.call("GET", "/users/\(uid)").status == 404)
    #expect(await service.call("GET", "/users/\(uid)", as: .admin("root")).json?["status"] == "deleted")
    #expect(await service.call("PATCH", "/users/\(uid)", ["first_name": "X"]).status == 404)
    #expect(await service.call("DELETE", "/users/\(uid)").status == 204)
    #expect(await service.call("DELETE", "/users/nobody").status == 404)
  }

  @Test("a deletion that failed half-way is completed by asking again", arguments: ["endSessions", "delete"])
  func resumedDeletion(step: String) async {
    let uid = await service.register()
    let token = await service.signIn()
    service.store.state.withLock { $0.failures[step] = .unavailable("gone", outcomeUnknown: false) }
    service.accounts.state.withLock { $0.failures[step] = .unavailable("gone") }
    let response = await service.call("DELETE", "/users/\(uid)")
    // The document is marked by now, so the answer must not promise that nothing was changed.
    let store = step == "delete" ? "firebase-auth" : "user-store"
    #expect(response.status == 503 && response.json?["detail"] == "\(store) does not answer; try again later.")
    service.store.state.withLock { $0.failures = [:] }
    service.accounts.state.withLock { $0.failures = [:] }
    let deletedAt = service.store.state.withLock { $0.users[uid]?.user.deletedAt }
    #expect(deletedAt != nil)
    #expect(await service.call("DELETE", "/users/\(uid)").status == 204)
    #expect(service.store.state.withLock { $0.users[uid]?.user.deletedAt } == deletedAt)
    #expect(service.store.state.withLock { $0.sessions[token]?.isActive } == false)
    #expect(service.accounts.state.withLock { $0.accounts.isEmpty })
  }

  @Test("a store that is away is 503 for every operation that needs it")
  func storeAway() async {
    let uid = await service.register()
    let away = UserStoreError.unavailable("gone", outcomeUnknown: false)
    service.store.state.withLock { $0.failures = ["user": away, "users": away, "session": away] }
    for target in [
      "/users/\(uid)", "/users", "/users/\(uid)/sessions", "/sessions/00000000-0000-4000-8000-000000000000",
    ] {
      let response = await service.call("GET", target)
      #expect(response.status == 503 && response.headers["Retry-After"] == "1")
    }
  }

  @Test("the OpenAPI document has exactly the operations that the service answers")
  func operations() throws {
    try expectDocument(of: "user-service", describes: service.router)
  }
}
