import HTTP
import Synchronization
import Testing

@testable import APIGateway
@testable import ServiceKit

@Suite("Request log")
struct RequestLogTests {
  private func exchange(
    _ number: Int = 1, path: String = "/x", subject: String? = nil, address: String? = "::ffff:1.2.3.4",
    agent: String? = nil, duration: Duration = .milliseconds(7)
  ) -> AnsweredRequest {
    AnsweredRequest(
      time: FakeVerifier.now, method: "GET", path: path, operation: "op", status: 200, duration: duration,
      requestID: "r-\(number)", remoteAddress: address, userAgent: agent, subject: subject, answeredBy: nil)
  }

  @Test("rows are written in batches, in order, none twice")
  func batches() async {
    let gateway = TestGateway(logCapacity: 2000)
    for number in 0..<1200 { gateway.log.observe(exchange(number)) }
    #expect(await gateway.log.flush())
    #expect(gateway.store.state.withLock { $0.batches } == [500, 500, 200])
    #expect(gateway.store.state.withLock { $0.entries.map(\.requestID) } == (0..<1200).map { "r-\($0)" })
    #expect(await gateway.log.flush())
    #expect(gateway.store.state.withLock { $0.batches.count } == 3)
  }

  @Test("while the database is away rows wait, up to the bound")
  func waiting() async {
    let gateway = TestGateway(logCapacity: 10)
    gateway.store.state.withLock { $0.failure = .unavailable("gone") }
    for number in 0..<15 { gateway.log.observe(exchange(number)) }
    #expect(await gateway.log.flush() == false)
    gateway.log.observe(exchange(99))
    gateway.store.state.withLock { $0.failure = nil }
    await gateway.log.close()
    #expect(gateway.store.state.withLock { $0.entries.map(\.requestID) } == (0..<10).map { "r-\($0)" })
  }

  @Test("rows the database refuses are given up, so that later ones get through")
  func refused() async {
    let gateway = TestGateway()
    gateway.store.state.withLock { $0.failure = .refused("bad") }
    gateway.log.observe(exchange(1))
    #expect(await gateway.log.flush())
    gateway.store.state.withLock { $0.failure = nil }
    gateway.log.observe(exchange(2))
    #expect(await gateway.log.flush())
    #expect(gateway.store.state.withLock { $0.entries.map(\.requestID) } == ["r-2"])
  }

  @Test("flushes at the same time write every row once")
  func concurrentFlushes() async {
    let gateway = TestGateway(logCapacity: 5000)
    for number in 0..<3000 { gateway.log.observe(exchange(number)) }
    await withTaskGroup { group in
      for _ in 0..<8 { group.addTask { _ = await gateway.log.flush() } }
    }
    #expect(gateway.store.state.withLock { $0.entries.map(\.requestID) } == (0..<3000).map { "r-\($0)" })
  }

  @Test("a row is cut to its columns, and only a numeric address is kept")
  func columns() {
    let long = String(repeating: "é", count: 5000)
    let entry = LogEntry(exchange(path: long, address: "not an address", agent: long, duration: .microseconds(1500)))
    #expect(entry.path.unicodeScalars.count == 2048 && entry.userAgent?.unicodeScalars.count == 512)
    #expect(entry.ipAddress == nil && entry.latencyMilliseconds == 2 && entry.serviceName == "api-gateway")
  }

  @Test("the log knows the verified user and the service that answered, never a client's claim")
  func notes() async {
    let gateway = TestGateway()
    gateway.users.state.withLock { $0.standings = ["gone": .unknown] }
    let cases: [(String, String?, String?, String?)] = [
      ("/api/orders/1", FakeVerifier.token("ada"), "ada", "order-service"),
      ("/api/products/1", nil, nil, "product-service"),
      ("/api/logs", FakeVerifier.token("ada"), "ada", nil),
      ("/api/orders/1", FakeVerifier.token("gone"), nil, nil),
      ("/api/nowhere", FakeVerifier.token("ada"), nil, nil),
    ]
    for (target, token, subject, service) in cases {
      var headers: HTTPHeaders = ["X-User-UID": "bob"]
      headers["Authorization"] = token.map { "Bearer \($0)" }
      let request = ServiceRequest(target: target, headers: headers, remoteAddress: "1.2.3.4")
      let notes = await gateway.router.answer(request).notes
      #expect(notes.subject == subject && notes.answeredBy == service, "\(target)")
    }
  }
}
