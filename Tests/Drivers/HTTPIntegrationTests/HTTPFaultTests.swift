import Glibc
import HTTP
import ScriptedServer
import Testing

/// What the client makes of peers that are not there, do not speak HTTP, or stop in the middle.
@Suite struct HTTPFaultTests {
  private let client = HTTPClient(HTTPClientConfiguration(maximumHeaderBytes: 20_000))

  private func failure(_ request: HTTPRequest) async throws -> HTTPError {
    try #require(await #expect(throws: HTTPError.self) { try await client.send(request) })
  }

  private func failure(answering bytes: String, to request: HTTPRequest = HTTPRequest(url: "")) async throws
    -> HTTPError
  {
    try await withScriptedServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write(bytes)
    } _: { server async throws in
      var request = request
      request.url = server.url
      return try await failure(request)
    }
  }

  @Test(
    "what is not HTTP/1.x is a protocol violation",
    arguments: [
      "garbage\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 OK\r\n\r\n", "HTTP/1.1 99999 X\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nabcde",
      "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
    ])
  func garbage(_ bytes: String) async throws {
    #expect(try await failure(answering: bytes).code == .protocolViolation)
  }

  @Test(
    "an answer that ends early is never taken for a whole one",
    arguments: [
      "", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ])
  func cut(_ bytes: String) async throws {
    #expect(try await failure(answering: bytes).code == .reset)
  }

  @Test("a reset connection is told apart from an ended one only by its words")
  func reset() async throws {
    try await withScriptedServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
      connection.reset()
    } _: { server async throws in
      #expect(try await failure(HTTPRequest(url: server.url)).code == .reset)
    }
  }

  @Test("headers beyond the limit are not read")
  func hugeHeaders() async throws {
    let many = (0..<1_000).map { "X-\($0): \(String(repeating: "v", count: 50))\r\n" }.joined()
    let error = try await failure(answering: "HTTP/1.1 200 OK\r\n\(many)\r\n")
    #expect(error.code == .protocolViolation)
    #expect(error.message.contains("20000 bytes"))
    let endless = try await failure(
      answering: "HTTP/1.1 200 OK\r\nX: \(String(repeating: "v", count: 300_000))\r\n\r\n")
    #expect(endless.code != .timedOut)
  }

  @Test("nothing listening is a refused connection")
  func refused() async throws {
    let server = ScriptedServer { _ in }
    server.stop()
    let error = try await failure(HTTPRequest(url: server.url))
    #expect(error.code == .connectionRefused)
    #expect(error.message.contains("\(server.port)"))
  }

  @Test("a name that cannot exist does not resolve")
  func resolve() async throws {
    #expect(try await failure(HTTPRequest(url: "http://no-such-host.invalid/")).code == .resolve)
  }

  @Test("TLS to a server without TLS is a TLS error")
  func tls() async throws {
    try await withScriptedServer { connection in
      connection.write("HTTP/1.1 400 Bad Request\r\n\r\n")
      connection.waitForEnd()
    } _: { server async throws in
      #expect(try await failure(HTTPRequest(url: "https://\(server.address)/")).code == .tls)
    }
  }

  @Test("a server that never answers, or only drips, runs into the total timeout", arguments: [false, true])
  func timeouts(_ drips: Bool) async throws {
    try await withScriptedServer { connection in
      guard connection.readRequest() != nil else { return }
      if drips {
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while connection.write("x") { usleep(5_000) }
      } else {
        connection.waitForEnd()
      }
    } _: { server async throws in
      let error = try await failure(HTTPRequest(url: server.url, timeout: .milliseconds(200)))
      #expect(error.code == .timedOut)
      #expect(try #require(error.timings).total >= .milliseconds(190))
    }
  }

  @Test("a body over the limit fails, or is cut when the request says so")
  func bodyLimit() async throws {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + String(repeating: "b", count: 1_000_000)
    let error = try await failure(answering: answer, to: HTTPRequest(url: "", maximumBodyBytes: 1_000))
    #expect(error.code == .bodyTooLarge)
    try await withScriptedServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write(answer)
    } _: { server async throws in
      for limit in [0, 1_000, 999_999, 1_000_000] {
        let request = HTTPRequest(url: server.url, maximumBodyBytes: limit, bodyOverflow: .truncate)
        let response = try await client.send(request)
        #expect(response.body.count == limit)
        #expect(response.bodyTruncated == (limit < 1_000_000))
      }
    }
  }

  @Test("an announced length that is a lie reserves no memory beyond the limit")
  func lyingLength() async throws {
    let error = try await failure(
      answering: "HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\nabc",
      to: HTTPRequest(url: "", maximumBodyBytes: 1_000))
    #expect(error.code == .reset)
  }

  @Test("a URL, method or header that is unsound fails before anything is sent")
  func refusals() async throws {
    #expect(try await failure(HTTPRequest(url: "ftp://127.0.0.1/")).code == .invalidURL)
    #expect(try await failure(HTTPRequest(method: "A B", url: "http://127.0.0.1/")).code == .invalidRequest)
    #expect(try await failure(HTTPRequest(url: "http://127.0.0.1/", headers: ["A": "\n"])).code == .invalidRequest)
  }
}
