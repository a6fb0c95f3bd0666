import HTTP
import ScriptedServer
import Testing

/// Bodies that are consumed while they arrive.
@Suite struct HTTPStreamTests {
  private static let megabytes = 32
  private static let part = String(repeating: "0123456789abcdef", count: 4_096)

  /// Sends 32 MiB in parts and records how many parts were taken.
  private func flood(_ sent: Recorded<Int>) -> ScriptedServer.Script {
    { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(Self.megabytes << 20)\r\n\r\n")
      for number in 0..<(Self.megabytes * 16) {
        guard connection.write(Self.part) else { return }
        sent.append(number)
      }
    }
  }

  @Test("every byte reaches the receiver in order, whatever the body limit")
  func streaming() async throws {
    let client = HTTPClient()
    let received = Recorded<Int>()
    try await withScriptedServer(flood(Recorded())) { server async throws in
      let response = try await client.stream(HTTPRequest(url: server.url, maximumBodyBytes: 1)) { bytes in
        received.append(bytes.count)
        return .continue
      }
      #expect(response.status == 200)
      #expect(response.body.isEmpty)
      #expect(!response.bodyTruncated)
      #expect(received.all.reduce(0, +) == Self.megabytes << 20)
    }
  }

  @Test("a receiver that has enough ends the transfer, and that is no error")
  func stopping() async throws {
    let client = HTTPClient()
    let received = Recorded<Int>()
    let sent = Recorded<Int>()
    try await withScriptedServer(flood(sent)) { server async throws in
      let response = try await client.stream(HTTPRequest(url: server.url)) { bytes in
        received.append(bytes.count)
        return .stop
      }
      #expect(response.bodyTruncated)
      #expect(received.all.count == 1)
    }
    #expect(sent.all.count < Self.megabytes * 16)
  }

  @Test("an opened response is read at the reader's pace: the server waits for a slow one, other requests do not")
  func backPressure() async throws {
    let client = HTTPClient(HTTPClientConfiguration(streamBufferBytes: 100_000))
    let sent = Recorded<Int>()
    try await withScriptedServer(flood(sent)) { server async throws in
      let response = try await client.open(HTTPRequest(url: server.url))
      #expect(response.head.status == 200)
      // Other transfers pass while this one is paused.
      let other = try await client.stream(HTTPRequest(url: server.url)) { _ in .stop }
      #expect(other.status == 200)
      var total = 0
      var largest = 0
      var isFirst = true
      while let bytes = try await response.next() {
        if isFirst {
          // What is not read stays with the server: sockets hold a few MiB at most.
          #expect(sent.all.count < Self.megabytes * 16)
          isFirst = false
        }
        #expect(bytes.first == UInt8(ascii: "0") + UInt8(total % 16 < 10 ? total % 16 : 0) || total % 16 >= 10)
        total += bytes.count
        largest = max(largest, bytes.count)
      }
      #expect(total == Self.megabytes << 20)
      #expect(largest <= 100_000 + 65_536)
    }
  }

  @Test("an opened response that ends early throws at its end, not before")
  func cut() async throws {
    let client = HTTPClient()
    try await withScriptedServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
    } _: { server async throws in
      let response = try await client.open(HTTPRequest(url: server.url))
      #expect(try await response.next() == Array("abc".utf8))
      let error = await #expect(throws: HTTPError.self) { try await response.next() }
      #expect(error?.code == .reset)
    }
  }

  @Test("an empty body opens and ends at once")
  func empty() async throws {
    let client = HTTPClient()
    try await withScriptedServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.respond("204 No Content")
    } _: { server async throws in
      let response = try await client.open(HTTPRequest(url: server.url))
      #expect(response.head.status == 204)
      #expect(try await response.next() == nil)
      #expect(try await response.next() == nil)
    }
  }

  @Test("dropping an opened response, or cancelling its reader, hangs up")
  func dropping() async throws {
    let client = HTTPClient()
    let events = Recorded<String>()
    try await withScriptedServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
      connection.waitForEnd()
      events.append("hung up")
    } _: { server async throws in
      do {
        let response = try await client.open(HTTPRequest(url: server.url))
        #expect(try await response.next() == Array("abc".utf8))
      }
      #expect(try await eventually { events.all.count == 1 })
      let reader = Task {
        let response = try await client.open(HTTPRequest(url: server.url))
        while try await response.next() != nil { events.append("read") }
      }
      #expect(try await eventually { events.all.count == 2 })
      reader.cancel()
      let error = await #expect(throws: HTTPError.self) { try await reader.value }
      #expect(error?.code == .cancelled)
      #expect(try await eventually { events.all == ["hung up", "read", "hung up"] })
    }
  }
}
