import Contracts
import HTTP
import JSON
import RFC3339
import RunModel
import ScriptedServer
import Synchronization
import Testing
import YAMLSource

@Suite("A run as a whole") struct RunTests {
  /// Workflows that make a user with a generated name and find it again.
  private func scenario(workflows: Int) -> Scenario {
    Scenario(
      (0..<workflows).map { number in
        """
          - workflowId: flow-\(number)
            inputs: {type: object, properties: {name: {type: string, x-concord-generate: unique}}}
            steps:
              - stepId: create-\(number)
                operationId: createUser
                requestBody: {payload: {name: $inputs.name}}
                successCriteria: [{condition: $statusCode == 201}]
                outputs: {id: $response.body#/id}
              - stepId: get-\(number)
                operationId: getUser
                parameters: [{name: id, in: path, value: $steps.create-\(number).outputs.id}]
        """
      }.joined(separator: "\n"))
  }

  /// Refuses a name that it has already.
  private func registry() -> @Sendable (StubService.Request) -> StubService.Reply {
    let names = Mutex<Set<String>>([])
    return { request in
      guard request.method == "POST" else {
        return .json(#"{"id":"\#(request.path.dropFirst(7))","name":"Ada"}"#, headers: ["X-Version: 1"])
      }
      let name = (try? JSONValue(parsing: request.body))?["name"]?.stringValue ?? ""
      let isNew = names.withLock { $0.insert(name).inserted }
      return isNew
        ? .json(#"{"id":"\#(name)","name":"\#(name)"}"#, status: "201 Created") : .json("{}", status: "409 Conflict")
    }
  }

  @Test("workflows that run at once do not get in each other's way")
  func unique() async throws {
    let run = try await scenario(workflows: 100).run(registry())
    #expect(run.cases.count == 200)
    #expect(run.cases.allSatisfy { $0.status == .passed })
  }

  @Test("the same seed makes the same requests, another seed others")
  func seed() async throws {
    func requests(seed: UInt64) async throws -> [String] {
      var scenario = scenario(workflows: 8)
      scenario.seed = seed
      let run = try await scenario.run(registry())
      // The order in which workflows come to their turn is not part of the promise, nor is the port.
      return run.service.requests.map { request in
        let headers = request.headers.filter { !$0.hasPrefix("Host:") }
        return ([request.line] + headers + [request.text]).joined(separator: "\n")
      }.sorted()
    }
    let first = try await requests(seed: 7)
    #expect(first.count == 16)
    #expect(try await requests(seed: 7) == first)
    #expect(try await requests(seed: 8) != first)
  }

  @Test("a result is told as soon as no jump can change it")
  func early() async throws {
    let seen = Mutex<[String]>([])
    let service = StubService { request in
      // The first step has been reported before the second one's answer is known.
      .json("[\(seen.withLock { $0 }.count)]", headers: [])
    }
    try await withScriptedServer({ service.play($0) }) { server in
      let scenario = Scenario(
        """
          - workflowId: flow
            steps:
              - {stepId: first, operationId: listUsers}
              - stepId: second
                operationId: listUsers
                successCriteria: [{context: $response.body, type: jsonpath, condition: '$[?@ == 1]'}]
        """)
      let suites = try #require(scenario.load().suites)
      let http = HTTPClient()
      defer { http.shutdown() }
      let listener = CaseListener { result in seen.withLock { $0.append(result.id.name) } }
      await ContractRunner(
        suites: suites, baseURLs: ["users": server.url], seed: 1, http: http,
        events: EventStream(listeners: [listener]), clock: SystemWallClock()
      ) { _, _, _ in [] }.run()
      #expect(listener.cases.map(\.status) == [.passed, .passed])
    }
  }

  @Test("a run that is cancelled reports every case, and ends at once")
  func cancelled() async throws {
    let scenario = scenario(workflows: 40)
    let suites = try #require(scenario.load().suites)
    let arrived = AsyncStream<Void>.makeStream()
    let service = StubService { _ in
      .raw { connection in
        arrived.continuation.yield()
        connection.waitForEnd()
      }
    }
    try await withScriptedServer({ service.play($0) }) { server in
      let http = HTTPClient()
      defer { http.shutdown() }
      let listener = CaseListener()
      let runner = ContractRunner(
        suites: suites, baseURLs: ["users": server.url], seed: 1, http: http,
        events: EventStream(listeners: [listener]), clock: SystemWallClock(),
        limits: ContractLimits(answerTime: .seconds(600))
      ) { _, _, _ in [] }
      let run = Task { await runner.run() }
      for await _ in arrived.stream { break }
      run.cancel()
      await run.value
      #expect(listener.cases.map(\.id).sorted() == suites.plan.suites.flatMap(\.cases).sorted())
      #expect(listener.cases.allSatisfy { $0.status == .skipped(reason: "the run was stopped") })
      #expect(listener.cases.contains { !$0.exchanges.isEmpty })
    }
  }

  @Test("the plan announces every suite, case and operation")
  func plan() throws {
    let plan = try #require(scenario(workflows: 2).load().suites).plan
    #expect(plan.caseCount == 4)
    #expect(plan.suites.map(\.id) == ["flow-0", "flow-1"])
    #expect(plan.operations.map(\.id) == ["createUser", "listUsers", "getUser", "deleteUser"])
    #expect(plan.suites.first?.source?.description == "flows.arazzo.yaml:6:5")
  }
}
