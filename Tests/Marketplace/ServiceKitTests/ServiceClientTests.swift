import HTTP
import JSON
import Testing

@testable import ServiceKit

@Suite("Calls to other services")
struct ServiceClientTests {
  private func client(
    _ transport: FakeTransport, policy: CallPolicy = CallPolicy(),
    breaker: CircuitBreaker = CircuitBreaker(threshold: 99),
    clock: ManualClock = ManualClock()
  ) -> ServiceClient {
    ServiceClient(
      service: "product-service", baseURL: "http://products", transport: transport, policy: policy, breaker: breaker,
      clock: clock, random: { 1 })
  }

  private func error(_ body: () async throws(ServiceCallError) -> ServiceReply) async -> ServiceCallError? {
    do throws(ServiceCallError) {
      _ = try await body()
      return nil
    } catch {
      return error
    }
  }

  @Test("path, query, headers and body arrive encoded")
  func request() async throws {
    let transport = FakeTransport(.status(200))
    _ = try await client(transport).send(
      "POST", "/products/\(ServiceClient.segment("a/b"))", query: [("q", "x y&"), ("n", "1")],
      headers: [("X-User-UID", "u")], json: ["a": 1], idempotencyKey: "k")
    let sent = transport.sent[0]
    #expect(sent.url == "http://products/products/a%2Fb?q=x%20y%26&n=1")
    #expect(sent.headers["Idempotency-Key"] == "k" && sent.headers["X-User-UID"] == "u")
    #expect(sent.headers["Content-Type"] == "application/json" && sent.body == Array("{\"a\":1}".utf8))
  }

  @Test("the id of the request being answered goes on")
  func requestID() async throws {
    let transport = FakeTransport(.status(200))
    try await RequestScope.$current.withValue(RequestScope(requestID: "r-1")) {
      _ = try await client(transport).get("/x")
    }
    #expect(transport.sent[0].headers["X-Request-ID"] == "r-1")
  }

  @Test("a status below 500 is a reply and is never repeated", arguments: [200, 404, 409, 429])
  func replies(status: Int) async throws {
    let transport = FakeTransport(.status(status, #"{"detail":"no"}"#))
    let reply = try await client(transport).get("/x")
    #expect(reply.status == status && reply.problemDetail == "no" && transport.sent.count == 1)
  }

  @Test("calls that cannot act twice are repeated with doubling pauses", arguments: ["GET", "PUT", "DELETE"])
  func repeats(method: String) async throws {
    let clock = ManualClock()
    let transport = FakeTransport(.fails(.timedOut), .status(503), .status(200))
    let reply = try await client(transport, clock: clock).send(method, "/x")
    #expect(reply.status == 200 && transport.sent.count == 3)
    #expect(clock.now() as Duration == .milliseconds(150))
  }

  @Test("a POST is repeated with an idempotency key only")
  func posts() async {
    let once = FakeTransport(.fails(.reset), .status(200))
    let failure = await error { () async throws(ServiceCallError) in try await client(once).send("POST", "/x") }
    #expect(failure?.reason == .broken && failure?.outcomeUnknown == true && once.sent.count == 1)
    let keyed = FakeTransport(.fails(.reset), .status(200))
    #expect(
      await error { () async throws(ServiceCallError) in
        try await client(keyed).send("POST", "/x", idempotencyKey: "k")
      } == nil)
    #expect(keyed.sent.count == 2)
  }

  @Test("a POST that never arrived is repeated")
  func refusedPosts() async {
    let transport = FakeTransport(.fails(.connectionRefused), .status(201))
    #expect(await error { () async throws(ServiceCallError) in try await client(transport).send("POST", "/x") } == nil)
  }

  @Test("a 500 is not repeated, and is an error")
  func internalError() async {
    let transport = FakeTransport(.status(500))
    let failure = await error { () async throws(ServiceCallError) in try await client(transport).get("/x") }
    #expect(failure?.reason == .failed(status: 500) && transport.sent.count == 1)
  }

  @Test("an effect that one attempt may have had is not forgotten by the next")
  func stickyOutcome() async {
    let transport = FakeTransport(.fails(.timedOut), .fails(.connectionRefused))
    let failure = await error { () async throws(ServiceCallError) in
      try await client(transport).send("POST", "/x", idempotencyKey: "k")
    }
    #expect(failure?.reason == .unreachable && failure?.outcomeUnknown == true)
    let refused = FakeTransport(.fails(.connectionRefused))
    let harmless = await error { () async throws(ServiceCallError) in
      try await client(refused).send("POST", "/x", idempotencyKey: "k")
    }
    #expect(harmless?.outcomeUnknown == false)
  }

  @Test("the circuit opens after failures in a row, and a success of its probe closes it")
  func circuit() async throws {
    let clock = ManualClock()
    let breaker = CircuitBreaker(threshold: 2, pause: .seconds(1), clock: clock)
    let transport = FakeTransport(.fails(.timedOut), .fails(.timedOut), .status(200))
    let calls = client(transport, policy: CallPolicy(attempts: 1), breaker: breaker, clock: clock)
    for _ in 0..<2 { _ = await error { () async throws(ServiceCallError) in try await calls.get("/x") } }
    let open = await error { () async throws(ServiceCallError) in try await calls.get("/x") }
    #expect(open?.reason == .circuitOpen && transport.sent.count == 2)
    clock.advance(by: .seconds(1))
    #expect(try await calls.get("/x").status == 200)
    #expect(try await calls.get("/x").status == 200)
  }

  @Test("a proxied answer is passed on whatever its status, unrepeated")
  func exchange() async throws {
    let transport = FakeTransport(.status(503))
    let response = try await client(transport).exchange("GET", "/x?y=1", headers: [:], body: nil)
    #expect(response.status == 503 && transport.sent.count == 1 && transport.sent[0].url == "http://products/x?y=1")
  }

  @Test("readiness asks even while the circuit is open")
  func health() async throws {
    let breaker = CircuitBreaker(threshold: 1, pause: .seconds(60), clock: ManualClock())
    breaker.record(success: false)
    #expect(!breaker.admit())
    try await client(FakeTransport(.status(200)), breaker: breaker).checkHealth()
    await #expect(throws: ServiceCallError.self) { try await client(FakeTransport(.status(503))).checkHealth() }
  }

  @Test("a reply that is no JSON object is the other side's fault")
  func invalidReply() async throws {
    let reply = try await client(FakeTransport(.status(200, "[]"))).get("/x")
    #expect(throws: ServiceCallError.self) { try reply.object() }
  }
}
