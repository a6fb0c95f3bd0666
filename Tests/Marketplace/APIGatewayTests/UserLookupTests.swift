import HTTP
import JSON
import ServiceKit
import Testing

@testable import APIGateway

@Suite("Looking users up")
struct UserLookupTests {
  private let service = FakeService()
  private let lookup: UserServiceLookup

  init() {
    let client = ServiceClient(
      service: "user-service", baseURL: "http://users", transport: service, policy: CallPolicy(attempts: 1))
    lookup = UserServiceLookup(
      client: client, cache: TTLCache(capacity: 10, lifetime: .seconds(3), clock: QuietClock()))
  }

  private func answers(_ status: Int, _ body: String = "{}") {
    service.answer(.success(HTTPResponse(status: status, body: Array(body.utf8))))
  }

  @Test("who is active is asked once, until forgotten")
  func active() async throws {
    answers(200, #"{"status":"active"}"#)
    for _ in 0..<3 { #expect(try await lookup.standing(of: "a/b") == .active) }
    #expect(service.sent.map(\.url) == ["http://users/users/a%2Fb"])
    answers(200, #"{"status":"suspended"}"#)
    lookup.forget("a/b")
    #expect(try await lookup.standing(of: "a/b") == .suspended)
  }

  @Test("that someone does not exist is asked again")
  func unknown() async throws {
    answers(404)
    #expect(try await lookup.standing(of: "x") == .unknown)
    answers(200, #"{"status":"active"}"#)
    #expect(try await lookup.standing(of: "x") == .active)
  }

  @Test("a session is asked for on behalf of its user")
  func session() async throws {
    for (status, standing) in [(200, SessionStanding.open), (403, .foreign), (404, .unknown), (410, .unknown)] {
      answers(status)
      #expect(try await lookup.session("t", of: "u") == standing)
    }
    #expect(service.sent[0].url == "http://users/sessions/t" && service.sent[0].headers["X-User-UID"] == "u")
    #expect(service.sent[0].headers["X-User-Admin"] == nil)
  }

  @Test("an answer outside the contract fails closed", arguments: [302, 400, 500])
  func unexpected(status: Int) async {
    answers(status)
    await #expect(throws: ServiceCallError.self) { try await lookup.standing(of: "x") }
    await #expect(throws: ServiceCallError.self) { try await lookup.session("t", of: "x") }
  }
}
