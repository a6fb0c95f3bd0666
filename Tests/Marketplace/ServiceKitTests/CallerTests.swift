import HTTP
import Testing

@testable import ServiceKit

@Suite("Callers")
struct CallerTests {
  private func caller(_ headers: HTTPHeaders) -> Caller { ServiceRequest(target: "/", headers: headers).caller }

  @Test("the gateway's headers name the caller; without them it is a service")
  func headers() {
    #expect(caller([:]) == .service)
    #expect(caller(["X-User-UID": ""]) == .user(""))
    #expect(caller(["X-User-UID": "", "X-User-Admin": "true"]) == .user(""))
    #expect(caller(["x-user-uid": "u1"]) == .user("u1"))
    #expect(caller(["X-User-UID": "u1", "X-User-Admin": "true"]) == .admin("u1"))
    #expect(caller(["X-User-UID": "u1", "X-User-Admin": "TRUE"]) == .user("u1"))
    #expect(caller(["X-User-Admin": "true"]) == .service)
  }

  @Test("a header that comes twice is not the gateway's, and names nobody")
  func repeatedHeaders() {
    #expect(caller(["X-User-UID": "u1", "x-user-uid": "u2"]) == .user(""))
    #expect(caller(["X-User-UID": "u1", "X-User-UID": "u1", "X-User-Admin": "true"]) == .user(""))
    #expect(caller(["X-User-UID": "u1", "X-User-Admin": "true", "x-user-admin": "true"]) == .user("u1"))
  }

  @Test("users reach their own resources, administrators and services all")
  func access() throws {
    try Caller.user("u1").requireAccess(to: "u1")
    try Caller.admin("a").requireAccess(to: "u1")
    try Caller.service.requireAccess(to: "u1")
    #expect(throws: Problem.self) { try Caller.user("u1").requireAccess(to: "U1") }
    #expect(throws: Problem.self) { try Caller.user("u1").requireAdmin() }
  }

  @Test("uids that only look alike are different users")
  func lookAlikes() {
    #expect(throws: Problem.self) { try Caller.user("e\u{301}").requireAccess(to: "\u{E9}") }
  }
}
