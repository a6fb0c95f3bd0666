import HTTP
import JSON
import Logging
import Synchronization
import Testing

@testable import ServiceKit

@Suite("A service on a socket")
struct ServiceHostTests {
  private final class Recorder: RequestObserver {
    let seen = Mutex<[AnsweredRequest]>([])
    func observe(_ exchange: AnsweredRequest) { seen.withLock { $0.append(exchange) } }
  }

  private static func router() -> Router {
    var router = Router(logError: { _ in })
    router.post("/echo", operation: "echo") { request in
      let value = try await request.decode(maximumBytes: 1000) { $0.string("text", length: 1...500) }
      return .json(["text": .string(value), "address": .text(request.remoteAddress)])
    }
    router.delete("/echo", operation: "nothing") { _ in .noContent }
    router.get("/paced/{milliseconds}", operation: "paced") { request in
      var response = ServiceResponse.json("piece by piece")
      response.pacing = Pacing(bytes: 3, pause: .milliseconds(try request.pathID("milliseconds")))
      return response
    }
    return router
  }

  /// Runs a service on a free port while a test talks to it, and stops it afterwards.
  private func withService(
    observer: Recorder = Recorder(),
    _ body: (_ url: String, _ client: HTTPClient) async throws -> Void
  ) async throws {
    let (ports, listening) = AsyncStream.makeStream(of: Int.self)
    var logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    logger.logLevel = .critical
    let definition = ServiceDefinition(
      name: "test-service", port: 0, router: Self.router(), readiness: [ReadinessCheck("store") {}],
      observers: [observer])
    let quiet = logger
    let service = Task {
      defer { listening.finish() }
      try await ServiceHost.run(definition, logger: quiet, environment: [:]) { listening.yield($0) }
    }
    var iterator = ports.makeAsyncIterator()
    let port = try #require(await iterator.next(), "the service did not listen")
    let client = HTTPClient()
    defer {
      client.shutdown()
      service.cancel()
    }
    try await body("http://127.0.0.1:\(port)", client)
    service.cancel()
    _ = await service.result
  }

  private func post(_ url: String, _ body: String) -> HTTPRequest {
    HTTPRequest(method: "POST", url: url, headers: ["Content-Type": "application/json"], body: Array(body.utf8))
  }

  @Test("requests are answered with id, type and length, and observed")
  func answers() async throws {
    let recorder = Recorder()
    try await withService(observer: recorder) { url, client in
      var request = post(url + "/echo", #"{"text":"grüße ☃"}"#)
      request.headers.add("X-Request-ID", "r-9")
      request.headers.add("User-Agent", "tester")
      let response = try await client.send(request)
      #expect(response.status == 200 && response.headers["X-Request-ID"] == "r-9")
      #expect(response.headers["Content-Type"] == "application/json")
      #expect(try JSONValue(parsing: response.body) == ["text": "grüße ☃", "address": "127.0.0.1"])
      let seen = recorder.seen.withLock { $0 }
      #expect(seen.count == 1 && seen[0].operation == "echo" && seen[0].status == 200 && seen[0].userAgent == "tester")
    }
  }

  @Test("every refusal is a problem document, on a connection that goes on")
  func refusals() async throws {
    try await withService { url, client in
      let large = #"{"text":"\#(String(repeating: "x", count: 5000))"}"#
      let cases: [(HTTPRequest, Int)] = [
        (post(url + "/echo", "{"), 400), (post(url + "/echo", "{}"), 422), (post(url + "/echo", large), 413),
        (post(url + "/nowhere", "{}"), 404), (HTTPRequest(method: "PUT", url: url + "/echo"), 405),
        (HTTPRequest(method: "POST", url: url + "/echo", body: []), 415),
      ]
      for (request, status) in cases {
        let response = try await client.send(request)
        #expect(response.status == status)
        #expect(response.headers["Content-Type"] == "application/problem+json")
        #expect(try JSONValue(parsing: response.body)["status"] == .number(JSONNumber(status)))
      }
    }
  }

  @Test("answers without content have neither body nor length")
  func noContent() async throws {
    try await withService { url, client in
      let response = try await client.send(HTTPRequest(method: "DELETE", url: url + "/echo"))
      #expect(response.status == 204 && response.body.isEmpty && response.headers["Content-Length"] == nil)
      let head = try await client.send(HTTPRequest(method: "HEAD", url: url + "/echo"))
      #expect(head.status == 405 && head.body.isEmpty)
    }
  }

  @Test("health and readiness are there without being written")
  func health() async throws {
    try await withService { url, client in
      let health = try await client.send(HTTPRequest(url: url + "/health"))
      let ready = try await client.send(HTTPRequest(url: url + "/ready"))
      #expect(health.status == 200 && ready.status == 200)
    }
  }

  @Test("many requests at once are all answered")
  func concurrency() async throws {
    try await withService { url, client in
      let request = post(url + "/echo", #"{"text":"x"}"#)
      let statuses = await withTaskGroup(of: Int?.self) { group in
        for _ in 0..<200 { group.addTask { try? await client.send(request).status } }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(statuses.count == 200 && statuses.allSatisfy { $0 == 200 })
    }
  }

  @Test("paced content arrives whole, and not before its time")
  func paced() async throws {
    try await withService { url, client in
      let whole = try await client.send(HTTPRequest(url: url + "/paced/1"))
      #expect(whole.body == Array(#""piece by piece""#.utf8))
      #expect(whole.headers["Content-Length"] == "16")
      await #expect(throws: HTTPError.self) {
        try await client.send(HTTPRequest(url: url + "/paced/3600000", timeout: .milliseconds(300)))
      }
    }
  }
}
