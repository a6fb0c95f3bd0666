import HTTP
import ScriptedServer
import Testing

/// That nothing outlives its task or its client.
@Suite struct HTTPCancellationTests {
  /// Reports its requests and then says nothing until the client hangs up, which it reports too.
  private func silence(_ events: Recorded<String>) -> ScriptedServer.Script {
    { connection in
      guard connection.readRequest() != nil else { return }
      events.append("request")
      connection.waitForEnd()
      events.append("hung up")
    }
  }

  @Test("cancelling the task aborts the transfer and closes its connection")
  func cancellation() async throws {
    let client = HTTPClient()
    let events = Recorded<String>()
    try await withScriptedServer(silence(events)) { server async throws in
      let task = Task { try await client.send(HTTPRequest(url: server.url, timeout: .seconds(60))) }
      #expect(try await eventually { events.all == ["request"] })
      task.cancel()
      let error = await #expect(throws: HTTPError.self) { try await task.value }
      #expect(error?.code == .cancelled)
      #expect(try await eventually { events.all == ["request", "hung up"] })
    }
  }

  @Test("a task that is cancelled already sends nothing")
  func cancelledBefore() async throws {
    let client = HTTPClient()
    try await withScriptedServer(silence(Recorded())) { server async throws in
      let task = Task {
        while !Task.isCancelled { await Task.yield() }
        return try await client.send(HTTPRequest(url: server.url))
      }
      task.cancel()
      let error = await #expect(throws: HTTPError.self) { try await task.value }
      #expect(error?.code == .cancelled)
    }
  }

  @Test("shutdown fails what is under way and what comes later, and may be called again")
  func shutdown() async throws {
    let client = HTTPClient()
    let events = Recorded<String>()
    try await withScriptedServer(silence(events)) { server async throws in
      let tasks = (0..<10).map { _ in Task { try await client.send(HTTPRequest(url: server.url)) } }
      #expect(try await eventually { events.all.count == 10 })
      client.shutdown()
      for task in tasks {
        let error = await #expect(throws: HTTPError.self) { try await task.value }
        #expect(error?.code == .cancelled)
      }
      #expect(try await eventually { events.all.filter { $0 == "hung up" }.count == 10 })
      client.shutdown()
      let later = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(url: server.url)) }
      #expect(later?.code == .cancelled)
    }
  }

  @Test("letting go of a client closes its connections without shutdown")
  func lettingGo() async throws {
    let events = Recorded<String>()
    try await withScriptedServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.respond(body: "x")
      connection.waitForEnd()
      events.append("hung up")
    } _: { server async throws in
      do {
        let client = HTTPClient()
        #expect(try await client.send(HTTPRequest(url: server.url)).status == 200)
      }
      #expect(try await eventually { events.all == ["hung up"] })
    }
  }

  @Test("requests cancelled at any moment leave the client sound")
  func storm() async throws {
    let client = HTTPClient(HTTPClientConfiguration(maximumConnectionsPerHost: 8))
    try await withScriptedServer { connection in
      while connection.readRequest() != nil { connection.respond(body: String(repeating: "x", count: 5_000)) }
    } _: { server async throws in
      let outcomes = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<400 {
          group.addTask {
            let task = Task { try await client.send(HTTPRequest(method: "POST", url: server.url, body: [1])) }
            for _ in 0..<(number % 20) { await Task.yield() }
            if number.isMultiple(of: 2) { task.cancel() }
            switch await task.result {
            case .success(let response): return response.body.count == 5_000
            case .failure(let error): return number.isMultiple(of: 2) && (error as? HTTPError)?.code == .cancelled
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.count == 400)
      #expect(outcomes.allSatisfy { $0 })
    }
  }
}
