import HTTP
import ScriptedServer
import Testing

/// What goes out and what comes back when both sides behave.
@Suite struct HTTPExchangeTests {
  private let client = HTTPClient()

  /// Plays one exchange and returns what the server saw and what the client got.
  private func exchange(
    _ request: HTTPRequest, path: String = "/", answer: String = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
  ) async throws -> (seen: ScriptedConnection.Request, response: HTTPResponse) {
    let seen = Recorded<ScriptedConnection.Request>()
    return try await withScriptedServer { connection in
      guard let request = connection.readRequest() else { return }
      seen.append(request)
      connection.write(answer)
    } _: { server async throws in
      var request = request
      request.url = server.url + path
      let response = try await client.send(request)
      return (try #require(seen.all.first), response)
    }
  }

  @Test("status, reason, headers, body, version, address and trailers are all there")
  func response() async throws {
    let (_, response) = try await exchange(
      HTTPRequest(url: ""),
      answer: "HTTP/1.1 418 I'm a teapot\r\nX-A: 1\r\nx-a: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n")
    #expect(response.status == 418)
    #expect(response.reason == "I'm a teapot")
    #expect(response.headers.values("X-A") == ["1", "2"])
    #expect(response.body == Array("abcde".utf8))
    #expect(!response.bodyTruncated)
    #expect(response.httpVersion == "1.1")
    #expect(response.remoteAddress.hasPrefix("127.0.0.1:"))
    #expect(response.trailers == ["X-Sum": "5"])
  }

  @Test("a body without length ends with the connection, also from HTTP/1.0")
  func untilClose() async throws {
    let (_, response) = try await exchange(HTTPRequest(url: ""), answer: "HTTP/1.0 200 OK\r\n\r\nall there is")
    #expect(response.body == Array("all there is".utf8))
    #expect(response.httpVersion == "1.0")
  }

  @Test("interim responses are passed over")
  func interim() async throws {
    let (_, response) = try await exchange(
      HTTPRequest(url: ""),
      answer: "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\nA: b\r\n\r\n")
    #expect(response.status == 204)
    #expect(response.headers == ["A": "b"])
  }

  @Test("the method, path and headers go out as given, and nothing is added that was not asked for")
  func requestLine() async throws {
    let (seen, _) = try await exchange(
      HTTPRequest(method: "M-SEARCH", url: "", headers: ["X-Empty": "", "X-Two": "1", "x-two": "2"]),
      path: "/a/../b//c?x=%20&y")
    #expect(seen.line == "M-SEARCH /a/../b//c?x=%20&y HTTP/1.1")
    #expect(seen.headers.contains("X-Empty:"))
    #expect(seen.headers.filter { $0.lowercased().hasPrefix("x-two") } == ["X-Two: 1", "x-two: 2"])
    #expect(seen.header("User-Agent") == "concord")
    #expect(seen.header("Content-Length") == nil)
    #expect(seen.header("Content-Type") == nil)
    #expect(seen.header("Accept-Encoding") == nil)
  }

  @Test(
    "any method may carry content, and none is announced twice", arguments: ["GET", "POST", "PUT", "DELETE", "QUERY"])
  func content(_ method: String) async throws {
    let body = Array("{\"a\":1}".utf8)
    let (seen, response) = try await exchange(
      HTTPRequest(method: method, url: "", headers: ["Content-Length": "7", "Content-Type": "a/b"], body: body))
    #expect(seen.line == "\(method) / HTTP/1.1")
    #expect(seen.body == body)
    #expect(seen.headers.filter { $0.hasPrefix("Content-Length") } == ["Content-Length: 7"])
    #expect(seen.header("Content-Type") == "a/b")
    #expect(seen.header("Expect") == nil)
    #expect(response.status == 200)
  }

  @Test("no content type is made up, and empty content is announced as such")
  func emptyContent() async throws {
    for method in ["POST", "PUT", "PATCH"] {
      let (seen, _) = try await exchange(HTTPRequest(method: method, url: ""))
      #expect(seen.header("Content-Length") == "0")
      #expect(seen.header("Content-Type") == nil)
    }
    #expect(try await exchange(HTTPRequest(url: "", body: [])).seen.header("Content-Length") == "0")
  }

  @Test("content larger than one buffer arrives whole, without waiting for 100 Continue", arguments: ["POST", "PUT"])
  func largeContent(_ method: String) async throws {
    let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let (seen, _) = try await exchange(HTTPRequest(method: method, url: "", body: body))
    #expect(seen.body == body)
    #expect(seen.header("Expect") == nil)
  }

  @Test("HEAD reads no body, whatever length is announced, even when it carries content itself")
  func head() async throws {
    for body in [nil, Array("x".utf8)] {
      let (seen, response) = try await exchange(
        HTTPRequest(method: "HEAD", url: "", body: body), answer: "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
      #expect(seen.line == "HEAD / HTTP/1.1")
      #expect(seen.body == body ?? [])
      #expect(response.headers["Content-Length"] == "99")
      #expect(response.body.isEmpty)
    }
  }

  @Test("credentials in the URL become a header and appear nowhere else")
  func credentials() async throws {
    let seen = Recorded<ScriptedConnection.Request>()
    try await withScriptedServer { connection in
      guard let request = connection.readRequest() else { return }
      seen.append(request)
      connection.reset()
    } _: { server async throws in
      let error = await #expect(throws: HTTPError.self) {
        try await client.send(HTTPRequest(method: "POST", url: "http://me:hunter2@\(server.address)/p?key=hunter2"))
      }
      #expect(error?.code == .reset)
      #expect(error?.url == server.url + "/p")
      #expect(!"\(String(describing: error)) \(error.debugDescription)".contains("hunter2"))
      #expect(seen.all.first?.header("Authorization") == "Basic bWU6aHVudGVyMg==")
    }
  }

  @Test("redirects are followed only when asked, and never to another protocol")
  func redirects() async throws {
    try await withScriptedServer { connection in
      while let request = connection.readRequest() {
        switch request.line.split(separator: " ")[1] {
        case "/start": connection.respond("302 Found", headers: ["Location: /end"], body: "not this")
        case "/file": connection.respond("302 Found", headers: ["Location: file:///etc/hostname"])
        case "/loop": connection.respond("302 Found", headers: ["Location: /loop"])
        default: connection.respond(body: "end")
        }
      }
    } _: { server async throws in
      let stays = try await client.send(HTTPRequest(url: server.url + "/start"))
      #expect(stays.status == 302)
      #expect(stays.headers["Location"] == "/end")
      let follows = try await client.send(HTTPRequest(url: server.url + "/start", followRedirects: true))
      #expect(follows.status == 200)
      #expect(follows.body == Array("end".utf8))
      #expect(follows.headers["Location"] == nil)
      for path in ["/file", "/loop"] {
        let error = await #expect(throws: HTTPError.self) {
          try await client.send(HTTPRequest(url: server.url + path, followRedirects: true))
        }
        #expect(error?.code == .protocolViolation)
      }
    }
  }
}
