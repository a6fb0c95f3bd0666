import FaultRelay
import HTTP
import ScriptedServer
import Testing

/// How connections are kept, limited, and replaced when they die.
@Suite struct HTTPConnectionTests {
  @Test("requests one after the other share a connection, and the timings say so")
  func keepAlive() async throws {
    let client = HTTPClient()
    try await withScriptedServer { connection in
      while let request = connection.readRequest() { connection.respond(body: request.line) }
    } _: { server async throws in
      var reused: [Bool] = []
      for number in 0..<20 {
        let body: [UInt8]? = number.isMultiple(of: 3) ? [1, 2, 3] : nil
        let method = ["GET", "POST", "HEAD", "DELETE"][number % 4]
        let response = try await client.send(HTTPRequest(method: method, url: "\(server.url)/\(number)", body: body))
        reused.append(response.timings.connectionReused)
        if method != "HEAD" { #expect(response.body == Array("\(method) /\(number) HTTP/1.1".utf8)) }
        if response.timings.connectionReused { #expect(response.timings.connect == .zero) }
        #expect(response.timings.firstByte <= response.timings.total)
      }
      #expect(reused.first == false)
      // A HEAD with content is the one exchange whose connection cannot be kept; there are two of those (6 and 18).
      #expect(server.connectionCount == 3)
      #expect(reused.filter { $0 }.count == 17)
    }
  }

  @Test("never more connections than allowed, and every waiting request is answered in the end")
  func limit() async throws {
    let client = HTTPClient(HTTPClientConfiguration(maximumConnectionsPerHost: 3))
    try await withScriptedServer { connection in
      while connection.readRequest() != nil { connection.respond(body: "x") }
    } _: { server async throws in
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<200 { group.addTask { try await client.send(HTTPRequest(url: server.url)).status } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(statuses == Array(repeating: 200, count: 200))
      #expect(server.connectionCount <= 3)
    }
  }

  @Test("a GET is repeated when its kept connection died without an answer, a POST is not", arguments: ["GET", "POST"])
  func deadConnection(_ method: String) async throws {
    let client = HTTPClient()
    let seen = Recorded<String>()
    try await withScriptedServer { connection in
      // The second request of the first connection is read and then dropped: nobody can know whether it took effect.
      while let request = connection.readRequest() {
        seen.append(request.line)
        guard connection.index > 0 || seen.all.count == 1 else { return }
        connection.respond(body: "ok")
      }
    } _: { server async throws in
      _ = try await client.send(HTTPRequest(url: server.url + "/first"))
      let second = HTTPRequest(method: method, url: server.url + "/second", body: method == "POST" ? [1] : nil)
      if method == "GET" {
        #expect(try await client.send(second).status == 200)
        #expect(seen.all.count == 3)
      } else {
        let error = await #expect(throws: HTTPError.self) { try await client.send(second) }
        #expect(error?.code == .reset)
        #expect(seen.all == ["GET /first HTTP/1.1", "POST /second HTTP/1.1"])
      }
    }
  }

  @Test(
    "a server that dies after it read a request was not unreachable: it may have acted", arguments: ["GET", "POST"])
  func deadServer(_ method: String) async throws {
    let client = HTTPClient()
    let relay = try Relay()
    defer { relay.stop() }
    try await withScriptedServer { connection in
      while connection.readRequest() != nil { connection.respond(body: "ok") }
    } _: { server async throws in
      try relay.listen(for: .port(Int(server.port)))
      let url = "http://127.0.0.1:\(relay.port)"
      _ = try await client.send(HTTPRequest(url: url + "/first"))
      // From here on nobody listens, and the connection that was kept ends with the answer to the second request.
      relay.set(Trap(["/second"], .after { relay.refuse() }))
      let second = HTTPRequest(method: method, url: url + "/second", body: method == "POST" ? [1] : nil)
      let error = await #expect(throws: HTTPError.self) { try await client.send(second) }
      #expect(error?.code == .reset)
      let third = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(url: url + "/third")) }
      #expect(third?.code == .connectionRefused)
    }
  }

  @Test("a connection that its server closed while idle is replaced without anyone noticing")
  func idleClose() async throws {
    let client = HTTPClient()
    let closed = Recorded<Int>()
    try await withScriptedServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.respond(body: "ok")
      connection.end()
      closed.append(connection.index)
    } _: { server async throws in
      for number in 0..<5 {
        #expect(try await client.send(HTTPRequest(method: "POST", url: server.url, body: [1])).status == 200)
        #expect(try await eventually { closed.all.count == number + 1 })
      }
      #expect(server.connectionCount == 5)
    }
  }

  @Test("a large upload that the server refuses early still yields the server's answer")
  func earlyAnswer() async throws {
    let client = HTTPClient()
    try await withScriptedServer { connection in
      connection.respond("413 Content Too Large", headers: ["Connection: close"], body: "no")
      connection.waitForEnd()
    } _: { server async throws in
      let body = [UInt8](repeating: 7, count: 4_000_000)
      #expect(try await client.send(HTTPRequest(method: "POST", url: server.url, body: body)).status == 413)
    }
  }
}
