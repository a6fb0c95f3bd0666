import FirestoreEmulator
import FirestoreModel
import Glibc
import HTTP
import JSON
import Testing

@Suite("The emulator over HTTP")
struct ServerTests {
  static let root = "/v1/projects/p/databases/(default)/documents"

  /// Runs `body` against a server of its own.
  private func withServer(
    _ body: (FirestoreEmulatorServer, HTTPClient) async throws -> Void
  ) async throws {
    let server = try await FirestoreEmulatorServer.start(configuration: EmulatorConfiguration(project: "p"))
    let client = HTTPClient()
    do {
      try await body(server, client)
    } catch {
      client.shutdown()
      await server.shutdown()
      throw error
    }
    client.shutdown()
    await server.shutdown()
  }

  private func post(_ uri: String, _ body: JSONValue, _ server: FirestoreEmulatorServer, _ client: HTTPClient)
    async throws -> HTTPResponse
  {
    var request = HTTPRequest(method: "POST", url: "http://\(server.address)\(uri)")
    request.headers.set("Content-Type", "application/json")
    request.body = body.utf8(.compact)
    request.maximumBodyBytes = 256 << 20
    return try await client.send(request)
  }

  private func fill(_ count: Int, _ server: FirestoreEmulatorServer, _ client: HTTPClient) async throws {
    for start in stride(from: 0, to: count, by: 1_000) {
      let writes = try (start..<min(start + 1_000, count)).map { index -> JSONValue in
        let path = try DocumentPath("c/d\(1_000_000 + index)")
        return Write.set(DocumentName(project: "p", path: path), ["n": .integer(Int64(index))]).json
      }
      #expect(try await post("\(Self.root):commit", ["writes": .array(writes)], server, client).status == 200)
    }
  }

  @Test("stopping twice is fine", .timeLimit(.minutes(1)))
  func stopTwice() async throws {
    let server = try await FirestoreEmulatorServer.start(configuration: EmulatorConfiguration(project: "p"))
    await server.shutdown()
    await server.shutdown()
    let client = HTTPClient()
    await #expect(throws: HTTPError.self) {
      var request = HTTPRequest(method: "GET", url: "http://\(server.address)/")
      request.timeout = .seconds(2)
      return try await client.send(request)
    }
    client.shutdown()
  }

  @Test("both services share a port, and a connection serves many requests")
  func sharedPort() async throws {
    try await withServer { server, client in
      let signUp = try await post(
        "/identitytoolkit.googleapis.com/v1/accounts:signUp?key=x", ["email": "a@b.c", "password": "secret1"], server,
        client)
      #expect(signUp.status == 200)
      let head = try await client.send(HTTPRequest(method: "HEAD", url: "http://\(server.address)/"))
      #expect(head.status == 200 && head.body.isEmpty)
      let commit = try await post("\(Self.root):commit", ["writes": []], server, client)
      #expect(commit.status == 200 && commit.timings.connectionReused)
      #expect(commit.headers["content-type"]?.hasPrefix("application/json") == true)
    }
  }

  @Test("a large answer arrives whole, in order, with names only or all fields", arguments: [true, false])
  func largeStream(namesOnly: Bool) async throws {
    try await withServer { server, client in
      try await fill(20_000, server, client)
      var query = StructuredQuery(collection: "c")
      if namesOnly { query.select = [.documentID] }
      let answer = try await post("\(Self.root):runQuery", ["structuredQuery": query.json], server, client)
      let elements = try #require(try JSONValue(parsing: answer.body).arrayValue)
      #expect(elements.count == 20_000)
      let names = elements.compactMap { $0["document"]?["name"]?.stringValue }
      #expect(names.count == 20_000 && names == names.sorted())
      #expect((elements.last?["document"]?["fields"] == nil) == namesOnly)
    }
  }

  @Test("a client that reads slowly gets everything and holds up nobody")
  func slowReader() async throws {
    try await withServer { server, client in
      try await fill(20_000, server, client)
      var request = HTTPRequest(method: "POST", url: "http://\(server.address)\(Self.root):runQuery")
      request.body = JSONValue.object(["structuredQuery": StructuredQuery(collection: "c").json]).utf8(.compact)
      let slow = try await client.open(request)
      let others = HTTPClient()
      for _ in 0..<20 {
        let answer = try await others.send(HTTPRequest(url: "http://\(server.address)\(Self.root)/c/d1000000"))
        #expect(answer.status == 200)
      }
      others.shutdown()
      var bytes: [UInt8] = []
      while let part = try await slow.next() { bytes += part }
      #expect(try JSONValue(parsing: bytes).arrayValue?.count == 20_000)
    }
  }

  @Test("a client that goes away in the middle leaves the server in order")
  func abandonedStream() async throws {
    try await withServer { server, client in
      try await fill(20_000, server, client)
      for _ in 0..<5 {
        var request = HTTPRequest(method: "POST", url: "http://\(server.address)\(Self.root):runQuery")
        request.body = JSONValue.object(["structuredQuery": StructuredQuery(collection: "c").json]).utf8(.compact)
        let abandoning = HTTPClient()
        _ = try await abandoning.stream(request) { _ in .stop }
        abandoning.shutdown()
      }
      #expect(try await client.send(HTTPRequest(url: "http://\(server.address)/")).status == 200)
    }
  }

  @Test("bodies over the limit are refused, those below are taken, with and without asking first")
  func bodySizes() async throws {
    try await withServer { server, client in
      for (size, status) in [(9_000_000, 200), (12_000_000, 400)] {
        var request = HTTPRequest(method: "POST", url: "http://\(server.address)\(Self.root):commit")
        request.body = Array("{\"writes\":[]".utf8) + [UInt8](repeating: 0x20, count: size) + Array("}".utf8)
        // curl waits for "100 Continue" with large bodies unless told otherwise: both ways must work.
        for expectation in ["100-continue", ""] {
          request.headers.set("Expect", expectation)
          let result = await Result { try await client.send(request) }
          switch result {
          case .success(let answer): #expect(answer.status == status, "\(size)")
          // A refusal closes the connection, which a client may notice while it still sends.
          case .failure: #expect(status == 400, "\(size)")
          }
        }
      }
    }
  }

  @Test("twelve clients increment one counter in transactions: none is lost, none starves")
  func contention() async throws {
    try await withServer { server, client in
      let name = DocumentName(project: "p", path: try DocumentPath("c/counter"))
      let seed = Write.set(name, ["n": .integer(0)])
      _ = try await post("\(Self.root):commit", ["writes": [seed.json]], server, client)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<12 {
          group.addTask { try await self.increment(name, server, client) }
        }
        try await group.waitForAll()
      }
      let answer = try await client.send(HTTPRequest(url: "http://\(server.address)\(Self.root)/c/counter"))
      #expect(try JSONValue(parsing: answer.body)["fields"]?["n"] == ["integerValue": "12"])
    }
  }

  private struct Starved: Error {}

  private func increment(_ name: DocumentName, _ server: FirestoreEmulatorServer, _ client: HTTPClient) async throws {
    for _ in 0..<500 {
      let begun = try JSONValue(parsing: await post("\(Self.root):beginTransaction", [:], server, client).body)
      let transaction = try #require(begun["transaction"])
      let read = try await post(
        "\(Self.root):batchGet", ["documents": [.string(name.description)], "transaction": transaction], server, client)
      let found = try #require(try JSONValue(parsing: read.body)[0]?["found"])
      guard case .integer(let n)? = try FirestoreDocument(json: found).fields["n"] else { throw Starved() }
      let write = Write.set(name, ["n": .integer(n + 1)])
      let commit = try await post(
        "\(Self.root):commit", ["writes": [write.json], "transaction": transaction], server, client)
      if commit.status == 200 { return }
      #expect(try JSONValue(parsing: commit.body)["error"]?["status"]?.stringValue == "ABORTED")
    }
    throw Starved()
  }

  @Test("servers live side by side, and a stopped one answers no more")
  func sideBySide() async throws {
    let first = try await FirestoreEmulatorServer.start()
    let second = try await FirestoreEmulatorServer.start()
    #expect(first.port != second.port && first.port != 0)
    await #expect(throws: FirestoreEmulatorServer.StartError.self) {
      try await FirestoreEmulatorServer.start(port: first.port)
    }
    await first.shutdown()
    let client = HTTPClient()
    await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(url: "http://\(first.address)/")) }
    #expect(try await client.send(HTTPRequest(url: "http://\(second.address)/")).status == 200)
    client.shutdown()
    await second.shutdown()
  }

  @Test("broken requests are answered with 400 and do not hurt others")
  func brokenRequests() async throws {
    try await withServer { server, client in
      let bad = try await client.send(HTTPRequest(url: "http://\(server.address)\(Self.root)/c/a%zz"))
      #expect(bad.status == 400)
      let body = try await post("\(Self.root):commit", ["writes": 1], server, client)
      #expect(body.status == 400)
      #expect(try await client.send(HTTPRequest(url: "http://\(server.address)/")).status == 200)
    }
  }
}

extension Result where Failure == any Error {
  init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
