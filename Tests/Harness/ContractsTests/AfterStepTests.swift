import Contracts
import HTTP
import RFC3339
import RunModel
import ScriptedServer
import Testing

@Suite("Steps that run in any case") struct AfterStepTests {
  private func scenario(_ criterion: String = "$statusCode == 201", middle: String = "") -> Scenario {
    Scenario(
      """
        - workflowId: flow
          x-concord-after: [remove]
          steps:
            - stepId: create
              operationId: createUser
              requestBody: {payload: {name: Ada}}
              successCriteria: [{condition: \(criterion)}]
              outputs: {id: $response.body#/id}
            - stepId: remove
              operationId: deleteUser
              parameters: [{name: id, in: path, value: $steps.create.outputs.id}]
            - stepId: list
              operationId: listUsers
              \(middle)
      """)
  }

  private static let answer: @Sendable (StubService.Request) -> StubService.Reply = { request in
    switch request.method {
    case "POST": .json(#"{"id":"u1","name":"Ada"}"#, status: "201 Created")
    case "DELETE": .empty("204 No Content")
    default: .json("[]")
    }
  }

  @Test("they come last, wherever they are written")
  func last() async throws {
    let run = try await scenario().run(Self.answer)
    #expect(run.outcomes == ["create: passed", "remove: passed", "list: passed"])
    #expect(run.service.lines == ["POST /users", "GET /users", "DELETE /users/u1"])
  }

  @Test("a step that failed is put right as well, with the values that its answer had")
  func afterFailure() async throws {
    let run = try await scenario("$response.body#/name == 'Eve'").run(Self.answer)
    #expect(
      run.outcomes == ["create: failed", "remove: passed", "list: skipped, the step 'create' did not succeed"])
    #expect(run.service.lines == ["POST /users", "DELETE /users/u1"])
  }

  @Test("where nothing was done, nothing is put right")
  func nothing() async throws {
    let run = try await scenario().run { request in
      request.method == "POST" ? .json("{}", status: "409 Conflict") : Self.answer(request)
    }
    #expect(
      run.outcomes == [
        "create: failed", "remove: skipped, there is nothing to put right: the step 'create' has not come that far",
        "list: skipped, the step 'create' did not succeed",
      ])
  }

  @Test("what goes wrong there is told")
  func failing() async throws {
    let run = try await scenario().run { request in
      request.method == "DELETE" ? .json("{}", status: "500 Internal Server Error") : Self.answer(request)
    }
    #expect(run.outcomes == ["create: passed", "remove: failed", "list: passed"])
  }

  @Test("they run also when the run is ended meanwhile")
  func cancelled() async throws {
    let suites = try #require(scenario().load().suites)
    let arrived = AsyncStream<Void>.makeStream()
    let service = StubService { request in
      guard request.method == "GET" else { return Self.answer(request) }
      return .raw { connection in
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
      let outcomes = listener.cases.sorted { $0.id < $1.id }.map(\.status)
      #expect(outcomes == [.passed, .skipped(reason: "the run was stopped"), .passed])
      #expect(service.lines == ["POST /users", "GET /users", "DELETE /users/u1"])
    }
  }

  @Test(
    "what can never work is told before anything starts",
    arguments: [
      ("x-concord-after: [nobody]", "the step 'nobody' is not in the workflow 'flow'"),
      ("x-concord-after: [list]", "all steps of the workflow 'flow' come after the others"),
      ("x-concord-after: list", "'x-concord-after' must be a list"),
    ])
  func problems(after: String, message: String) {
    let problems = Scenario(
      """
        - workflowId: flow
          \(after)
          steps: [{stepId: list, operationId: listUsers}]
      """
    ).problems
    #expect(problems.contains(message), "\(problems)")
  }

  @Test("nothing goes there")
  func unreachable() {
    let problems = scenario(
      middle: "onSuccess: [{name: back, type: goto, stepId: remove}]"
    ).problems
    #expect(problems.contains("the step 'remove' comes after all others and cannot be gone to"), "\(problems)")
  }
}
