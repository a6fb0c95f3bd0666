import RunModel
import ScriptedServer
import Synchronization
import Testing

@testable import Contracts

@Suite("Services that misbehave") struct FaultyServiceTests {
  /// Many workflows of two steps each.
  private func scenario(workflows: Int = 1) -> Scenario {
    Scenario(
      (0..<workflows).map { number in
        """
          - workflowId: flow-\(number)
            steps:
              - {stepId: first-\(number), operationId: listUsers}
              - {stepId: second-\(number), operationId: listUsers}
        """
      }.joined(separator: "\n"))
  }

  private func reason(_ result: CaseResult) -> String {
    if case .errored(let reason) = result.status { reason } else { "\(result.status)" }
  }

  @Test("a service that is not there makes cases error, with its log")
  func dead() async throws {
    var scenario = scenario(workflows: 30)
    scenario.log = ["fatal: out of memory"]
    let run = try await scenario.run(at: try await deadURL())
    let result = try run["first-0"]
    #expect(reason(result).hasPrefix("GET /users: "))
    #expect(result.logs == [LogExcerpt(component: "users", lines: ["fatal: out of memory"])])
    #expect(result.exchanges.first?.error != nil)
    #expect(result.exchanges.first?.curl.contains("curl ") == true)
    #expect(run.cases.count { if case .errored = $0.status { true } else { false } } == 30)
    #expect(try run["second-0"].status == .skipped(reason: "the step 'first-0' did not succeed"))
  }

  @Test(
    "answers that are none make the case error and tell why",
    arguments: [
      ("hangs up", "", false), ("garbage", "\u{1}\u{2} this is no HTTP\r\n\r\n", false),
      ("half a body", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", false),
      ("a reset", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", true),
      ("a broken chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", false),
    ])
  func garbage(name: String, bytes: String, resets: Bool) async throws {
    let run = try await scenario().run { _ in
      .raw { connection in
        connection.write(bytes)
        if resets { connection.reset() }
      }
    }
    let result = try run["first-0"]
    #expect(reason(result).hasPrefix("GET /users: "), "\(name)")
    #expect(result.exchanges.count == 1)
  }

  @Test("an endless body is cut, and fails the case")
  func endless() async throws {
    let run = try await scenario().run { _ in
      .raw { connection in
        connection.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
        let chunk = Array(repeating: UInt8(ascii: "1"), count: 1 << 20)
        while connection.write(chunk) {}
      }
    }
    let result = try run["first-0"]
    #expect(result.failures.map(\.message) == ["the body is too long to be checked"])
    #expect(result.exchanges.first?.response?.body.isTruncated == true)
    #expect(result.exchanges.first?.response?.body.text?.utf8.count ?? 0 <= 16_384)
  }

  @Test("a service that hangs costs a few time-outs, not one per case")
  func hangs() async throws {
    var scenario = scenario(workflows: 60)
    scenario.limits = ContractLimits(concurrency: 4, answerTime: .milliseconds(300), probeTime: .milliseconds(200))
    let run = try await scenario.run { _ in .raw { $0.waitForEnd() } }
    #expect(run.cases.count { if case .errored = $0.status { true } else { false } } == 60)
    // Four at once time out, then there is one probe at a time while the others fail at once.
    let sent = run.cases.count { !$0.exchanges.isEmpty }
    #expect(sent < 30, "\(sent) requests were sent")
    let refused = run.cases.map { reason($0) }.filter { $0.contains("no longer answers") }
    #expect(refused.count >= 30)
    #expect(refused.first?.contains("GET /users") == true)
  }

  @Test("a service that hung and comes back is used again")
  func comesBack() throws {
    let health = ServiceHealth(ContractLimits(answerTime: .seconds(10), probeTime: .seconds(2)))
    let error = HTTPErrorSample.timedOut
    for _ in 0..<3 {
      #expect(health.admission(to: "users") == .open(.seconds(10)))
      health.failed("users", error, request: "GET /users")
    }
    #expect(health.admission(to: "users") == .open(.seconds(2)))
    #expect(
      health.admission(to: "users")
        == .refused("users no longer answers: 3 requests in a row, last GET /users: it took too long"))
    #expect(health.admission(to: "products") == .open(.seconds(10)))
    health.answered("users")
    #expect(health.admission(to: "users") == .open(.seconds(10)))
  }

  @Test("a crash in the middle fails what follows and keeps what was before")
  func crash() async throws {
    let calls = Mutex(0)
    let service = StubService { _ in
      calls.withLock { count in
        count += 1
        return count > 3 ? .raw { $0.reset() } : .json("[]")
      }
    }
    var scenario = scenario(workflows: 3)
    scenario.limits.concurrency = 1
    let run = try await withScriptedServer({ service.play($0) }) { try await scenario.run(at: $0.url, service) }
    #expect(
      run.outcomes == [
        "first-0: passed", "second-0: passed", "first-1: passed", "second-1: errored", "first-2: errored",
        "second-2: skipped, the step 'first-2' did not succeed",
      ])
  }

  @Test("a service that the stack does not run makes its cases error")
  func notRunning() async throws {
    let loaded = try #require(scenario().load().suites)
    #expect(loaded.plan.caseCount == 2)
    let run = try await scenario().run(at: "not a URL")
    #expect(run.outcomes.first == "first-0: failed")
  }

  @Test("few lines of a log are all shown; of many, those about the request and the latest")
  func logLines() {
    let many = (0..<100).map { "line \($0)" }
    #expect(LogReader.choose(from: ["a", "b"], mentioning: ["a"]) == ["a", "b"])
    let chosen = LogReader.choose(from: many, mentioning: ["line 7", "x"])
    #expect(chosen.count == 20)
    #expect(chosen.first == "line 7")
    #expect(chosen.last == "line 99")
  }

  @Test("a line about another case's request is not this case's; one about no request may be")
  func foreignLogLines() {
    let lines = [
      "request_id=concord-7-orders-pay-4 status=500", "request_id=concord-7-orders-pay-41 status=200",
      "request_id=concord-7-users-get-1 status=200", "Fatal error", "request_id=client-of-somebody",
      "(concord-7-orders-pay-4) again",
    ]
    let own = LogReader.own(lines, mentioning: ["concord-7-orders-pay-4"], mark: "concord-7-")
    #expect(own == [lines[0], lines[3], lines[4], lines[5]])
    #expect(LogReader.own(lines, mentioning: [], mark: "concord-7-") == [lines[3], lines[4]])
  }
}
