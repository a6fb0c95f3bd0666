import JSON
import RFC3339
import ServiceKit
import ServiceTesting
import Synchronization
import Testing

@testable import APIGateway

@Suite("Analytics")
struct AnalyticsTests {
  private let gateway = TestGateway()
  private let ada = FakeVerifier.token("ada")
  private let root = FakeVerifier.token("root", admin: true)
  private let session = "4b0c9b1e-6f0e-4f58-9d3a-0a6f8f0f7c11"

  private func record(_ body: JSONValue, token: String? = nil) async -> ServiceResponse {
    await gateway.call("POST", "/api/analytics/events", body, token: token)
  }

  @Test("an event of a stranger is kept without a user")
  func stranger() async throws {
    let response = await record(["event_name": "landing", "properties": ["a": [1, 2.5]], "utm_source": "n"])
    #expect(response.status == 201 && response.json?["id"] == 1 && response.json?["user_uid"] == .null)
    #expect(response.json?["properties"]?.serialized(.compact) == #"{"a":[1,2.5]}"#)
    let event = try #require(gateway.store.state.withLock { $0.events.first })
    #expect(event.userUID == nil && event.ipAddress == "198.51.100.7" && event.utmSource == "n")
  }

  @Test("an event belongs to the user of the token and to their open session")
  func session() async {
    gateway.users.state.withLock { $0.sessions = [session: "ada"] }
    let response = await record(["event_name": "x", "session_id": .string(session.uppercased())], token: ada)
    #expect(response.status == 201 && response.json?["user_uid"] == "ada")
    #expect(response.json?["session_id"] == .string(session))
  }

  @Test("a session of somebody else, of nobody, or without a token is refused and leaves no row")
  func foreignSessions() async {
    gateway.users.state.withLock { $0.sessions = [session: "bob"] }
    let event: JSONValue = ["event_name": "x", "session_id": .string(session)]
    #expect(await record(event, token: ada).status == 403)
    #expect(await record(event).status == 401)
    gateway.users.state.withLock { $0.sessions = [:] }
    #expect(await record(event, token: ada).status == 404)
    #expect(gateway.store.state.withLock { $0.events.isEmpty })
  }

  @Test("a token that is sent must be good")
  func badToken() async {
    #expect(await record(["event_name": "x"], token: "nonsense").status == 401)
    gateway.users.state.withLock { $0.isAway = true }
    #expect(await record(["event_name": "x"], token: ada).status == 503)
    #expect(gateway.store.state.withLock { $0.events.isEmpty })
  }

  @Test("every violated field is listed")
  func violations() async {
    let response = await record([
      "event_name": "A", "session_id": "1", "properties": ["k": "\0"], "referrer": "", "user_uid": "ada",
    ])
    let pointers = response.json?["errors"]?.arrayValue?.compactMap { $0["pointer"]?.stringValue } ?? []
    #expect(Set(pointers) == ["#/event_name", "#/session_id", "#/properties/k", "#/referrer", "#/user_uid"])
  }

  @Test("a log page contains the requests before it and goes on where the last ended")
  func logs() async {
    for number in 0..<5 { gateway.log.observe(.sample(path: "/\(number)")) }
    let first = await gateway.call("GET", "/api/logs?limit=2", token: root).json
    #expect(first?["items"]?.arrayValue?.compactMap { $0["path"]?.stringValue } == ["/4", "/3"])
    let cursor = first?["next_cursor"]?.stringValue ?? ""
    let second = await gateway.call("GET", "/api/logs?limit=3&cursor=\(cursor)", token: root).json
    #expect(second?["items"]?.arrayValue?.count == 3 && second?["next_cursor"] == .null)
  }

  @Test("filters reach the store")
  func filters() async {
    let query = "service_name=s&method=GET&status_code=404&user_uid=u&request_id=r&from=2026-01-01T00:00:00Z"
    _ = await gateway.call("GET", "/api/logs?\(query)", token: root)
    let filter = gateway.store.state.withLock { $0.lastFilter }
    #expect(filter?.serviceName == "s" && filter?.method == "GET" && filter?.statusCode == 404)
    #expect(filter?.userUID == "u" && filter?.requestID == "r" && filter?.to == nil)
    #expect(filter?.from == Timestamp(rfc3339: "2026-01-01T00:00:00Z"))
    #expect(await gateway.call("GET", "/api/logs?status_code=99&cursor=W10", token: root).status == 422)
  }

  @Test("the summary covers the last day unless told otherwise")
  func summary() async {
    let json = await gateway.call("GET", "/api/analytics/summary", token: root).json
    #expect(json?["to"] == .string(FakeVerifier.now.rfc3339Microseconds))
    #expect(json?["from"] == .string(FakeVerifier.now.adding(seconds: -86_400).rfc3339Microseconds))
    #expect(json?["requests"]?["total"] == 4 && json?["requests"]?["by_status_class"]?["5xx"] == 1)
    #expect(json?["events"]?["by_name"]?[0]?["count"] == 2)
    let reversed = "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z"
    #expect(await gateway.call("GET", "/api/analytics/summary?\(reversed)", token: root).status == 422)
  }

  @Test("a database that is away is 503")
  func storeAway() async {
    gateway.store.state.withLock { $0.failure = .unavailable("gone") }
    #expect(await record(["event_name": "x"]).status == 503)
    #expect(await gateway.call("GET", "/api/logs", token: root).status == 503)
  }
}

extension AnsweredRequest {
  static func sample(path: String) -> AnsweredRequest {
    AnsweredRequest(
      time: FakeVerifier.now, method: "GET", path: path, operation: "", status: 200, duration: .zero, requestID: "r",
      remoteAddress: nil, userAgent: nil, subject: nil, answeredBy: nil)
  }
}
