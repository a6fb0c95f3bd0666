import HTTP
import JSON
import ServiceKit
import ServiceTesting
import Synchronization
import Testing

@testable import UserService

@Suite("Registration")
struct RegistrationTests {
  private let service = TestService()

  @Test("a user gets every field, an address of their own and an account")
  func created() async throws {
    let response = await service.call("POST", "/users", .object(TestService.registration))
    let user = try #require(response.json?.objectValue)
    let uid = try #require(user["uid"]?.stringValue)
    #expect(response.status == 201 && response.headers["Location"] == "/users/\(uid)")
    #expect(uid.count == 28 && uid.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
    #expect(
      user.keys == [
        "uid", "email", "first_name", "last_name", "phone_number", "status", "last_login_at", "login_count",
        "email_verified", "profile_completed", "timezone", "language", "source", "ip_address", "user_agent",
        "created_at", "updated_at", "deleted_at",
      ])
    #expect(user["email"] == "ada@example.com" && user["status"] == "active" && user["login_count"] == 0)
    #expect(user["timezone"] == "UTC" && user["language"] == "en" && user["source"] == "web")
    #expect(user["ip_address"] == "192.0.2.1" && user["last_login_at"] == .null && user["deleted_at"] == .null)
    #expect(user["created_at"]?.stringValue?.hasSuffix(".000000Z") == true)
    #expect(user["password"] == nil)
    #expect(service.accounts.state.withLock { $0.accounts[uid]?.email } == "ada@example.com")
  }

  @Test("an e-mail address is taken whatever its case, and the second document is never made")
  func duplicate() async {
    _ = await service.register("ada@example.com")
    var body = TestService.registration
    body["email"] = "ADA@example.COM"
    let response = await service.call("POST", "/users", .object(body))
    #expect(response.status == 409 && response.json?["type"] == "tag:marketplace.example,2026:email-taken")
    #expect(service.store.state.withLock { $0.users.count } == 1)
    #expect(service.accounts.state.withLock { $0.accounts.count } == 1)
  }

  @Test(
    "a store that fails leaves neither account nor document",
    arguments: [
      UserStoreError.unavailable("gone", outcomeUnknown: false), .unavailable("lost", outcomeUnknown: true),
      .refused("no"),
    ])
  func storeFails(error: UserStoreError) async {
    service.store.state.withLock { $0.failures["insert"] = error }
    let response = await service.call("POST", "/users", .object(TestService.registration))
    #expect(response.status == (error == .refused("no") ? 500 : 503))
    #expect(service.accounts.state.withLock { $0.accounts.isEmpty })
    #expect(service.store.state.withLock { $0.users.isEmpty })
  }

  @Test("an account goes even when the document cannot be asked for again")
  func undoIsIndependent() async {
    service.store.state.withLock { state in
      state.failures["insert"] = .unavailable("lost", outcomeUnknown: true)
      state.failures["remove"] = .unavailable("gone", outcomeUnknown: false)
    }
    #expect(await service.call("POST", "/users", .object(TestService.registration)).status == 503)
    #expect(service.accounts.state.withLock { $0.accounts.isEmpty })
  }

  @Test("an account whose creation was never confirmed is removed")
  func lostAccount() async {
    service.accounts.state.withLock { $0.failures["create"] = .unavailable("lost") }
    #expect(await service.call("POST", "/users", .object(TestService.registration)).status == 503)
    #expect(service.accounts.state.withLock { $0.accounts.isEmpty })
    #expect(service.store.state.withLock { $0.users.isEmpty })
  }

  @Test("what Firebase Auth refuses is told as a field")
  func refusedByFirebase() async {
    service.accounts.state.withLock { $0.failures["create"] = .passwordRefused }
    let response = await service.call("POST", "/users", .object(TestService.registration))
    #expect(response.status == 422 && response.json?["errors"]?[0]?["pointer"] == "#/password")
  }

  @Test("every violated field is listed")
  func violations() async {
    let response = await service.call(
      "POST", "/users", ["email": "x@y", "password": "1234567", "first_name": "\u{3000}", "phone_number": "12", "a": 1])
    let pointers = response.json?["errors"]?.arrayValue?.compactMap { $0["pointer"]?.stringValue } ?? []
    #expect(response.status == 422)
    #expect(Set(pointers) == ["#/email", "#/password", "#/first_name", "#/last_name", "#/phone_number", "#/a"])
  }

  @Test("uids differ and keep both cases")
  func uids() {
    let uids = (0..<200).map { _ in FirebaseUID.make(RandomIDGenerator()) }
    #expect(Set(uids).count == 200 && Set(uids.joined()).count > 55)
  }
}
