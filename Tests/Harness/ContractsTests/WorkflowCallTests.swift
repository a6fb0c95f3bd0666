import JSON
import RunModel
import ScriptedServer
import Synchronization
import Testing

@Suite("Workflows that call workflows") struct WorkflowCallTests {
  private static let user = StubService.Reply.json(#"{"id":"u1","name":"Ada"}"#, headers: ["X-Version: 1"])
  private static let created = StubService.Reply.json(#"{"id":"u1","name":"Ada"}"#, status: "201 Created")

  /// A part that needs `name`, which only its callers have.
  private static let part = """

      - workflowId: register
        inputs:
          type: object
          required: [name]
          properties:
            name: {type: string}
            email: {type: string, x-concord-generate: unique}
        steps:
          - stepId: post
            operationId: createUser
            requestBody: {payload: {name: $inputs.name, email: $inputs.email}}
            successCriteria: [{condition: $statusCode == 201}]
            outputs: {id: $response.body#/id}
        outputs: {id: $steps.post.outputs.id, email: $inputs.email}
    """

  private let scenario = Scenario(
    """
      - workflowId: flow
        steps:
          - stepId: register-ada
            workflowId: register
            parameters: [{name: name, value: Ada}]
            outputs: {id: $workflows.register.outputs.id}
          - stepId: register-grace
            workflowId: register
            parameters: [{name: name, value: Grace}]
          - stepId: get
            operationId: getUser
            parameters:
              - {name: id, in: path, value: $steps.register-ada.outputs.id}
              - {name: X-Email, in: header, value: $steps.register-grace.outputs.email}
    """ + part)

  @Test("a called workflow is a part of the case that calls it, and gives its outputs to it")
  func called() async throws {
    let run = try await scenario.run { $0.method == "POST" ? Self.created : Self.user }
    #expect(run.plan.suites.map(\.id) == ["flow"])
    #expect(run.outcomes == ["register-ada: passed", "register-grace: passed", "get: passed"])
    let bodies = try run.service.requests.prefix(2).map { try JSONValue(parsing: $0.body) }
    #expect(bodies.map { $0["name"] } == ["Ada", "Grace"])
    #expect(bodies[0]["email"] != bodies[1]["email"])
    #expect(run.service.requests[2].path == "/users/u1")
    #expect(run.service.requests[2].header("X-Email") == bodies[1]["email"]?.stringValue)
    let result = try run["register-ada"]
    #expect(result.exchanges.count == 1)
    #expect(result.checksPassed > 3)
    #expect(Set(run.service.requests.compactMap { $0.header("X-Request-ID") }).count == 3)
  }

  @Test("what fails in a called workflow fails the calling case, with the line of its promise")
  func fails() async throws {
    let run = try await scenario.run { _ in
      .json(#"{"id":7,"name":"Ada"}"#, status: "200 OK", headers: ["X-Version: 1"])
    }
    #expect(run.outcomes.first == "register-ada: failed")
    #expect(run.outcomes.last == "get: skipped, the step 'register-ada' did not succeed")
    #expect(try run["register-ada"].failures.map(\.check) == ["status-documented", "success-criterion"])
  }

  @Test("a workflow whose inputs the stack provides is a suite of its own, too")
  func provided() async throws {
    var scenario = scenario
    scenario.inputs = ["name": "Stack"]
    let run = try await scenario.run { $0.method == "POST" ? Self.created : Self.user }
    #expect(run.plan.suites.map(\.id) == ["flow", "register"])
    #expect(run.cases.allSatisfy { $0.status == .passed })
  }

  @Test("goto a workflow hands control over, and what happens there counts")
  func gotoWorkflow() async throws {
    let scenario = Scenario(
      """
        - workflowId: flow
          steps:
            - {stepId: list, operationId: listUsers, onSuccess: [{name: on, type: goto, workflowId: other}]}
            - {stepId: never, operationId: listUsers}
        - workflowId: other
          steps:
            - {stepId: get, operationId: getUser, parameters: [{name: id, in: path, value: x}]}
      """)
    let good = try await scenario.run { $0.path == "/users" ? .json("[]") : Self.user }
    #expect(good.outcomes == ["list: passed", "never: skipped, the workflow ended before", "get: passed"])
    #expect(try good["list"].exchanges.count == 2)
    let bad = try await scenario.run { $0.path == "/users" ? .json("[]") : .empty("404 Not Found") }
    #expect(bad.outcomes.first == "list: failed")
  }

  @Test("workflows that hand over to each other for ever fail")
  func endless() async throws {
    let run = try await Scenario(
      """
        - workflowId: ping
          steps:
            - {stepId: a, operationId: listUsers, onSuccess: [{name: on, type: goto, workflowId: pong}]}
        - workflowId: pong
          steps:
            - {stepId: b, operationId: listUsers, onSuccess: [{name: on, type: goto, workflowId: ping}]}
      """
    ).run { _ in .json("[]") }
    #expect(run.outcomes == ["a: failed", "b: failed"])
    #expect(try run["a"].failures.allSatisfy { $0.check == "called-workflow" })
  }

  @Test("a workflow of another file is called by its source")
  func otherFile() async throws {
    var scenario = Scenario("")
    scenario.workflows = [
      "main.arazzo.yaml": """
      arazzo: 1.0.1
      info: {title: Main, version: 1.0.0}
      sourceDescriptions:
        - {name: api, url: api.yaml, type: openapi}
        - {name: shared, url: shared.arazzo.yaml, type: arazzo}
      workflows:
        - workflowId: flow
          steps:
            - stepId: register
              workflowId: $sourceDescriptions.shared.register
              parameters: [{name: name, value: Ada}]
            - {stepId: get, operationId: getUser, parameters: [{name: id, in: path, value: $steps.register.outputs.id}]}

      """,
      "shared.arazzo.yaml": Scenario.head + Self.part,
    ]
    let run = try await scenario.run { $0.method == "POST" ? Self.created : Self.user }
    #expect(run.outcomes == ["register: passed", "get: passed"])
    #expect(run.service.lines == ["POST /users", "GET /users/u1"])
  }

  @Test("a criterion of a calling step looks at the outputs of the called workflow")
  func criteria() async throws {
    let scenario = Scenario(
      """
        - workflowId: flow
          steps:
            - stepId: register
              workflowId: register
              parameters: [{name: name, value: Ada}]
              successCriteria: [{condition: $workflows.register.outputs.id == 'u2'}]
      """ + Self.part)
    let run = try await scenario.run { _ in Self.created }
    #expect(try run["register"].failures.map(\.message) == ["$workflows.register.outputs.id == 'u2': it was \"u1\""])
  }
}
