import RunModel
import Testing

@testable import Contracts

@Suite("Workflows that build on others") struct DependencyTests {
  private let scenario = Scenario(
    """
      - workflowId: last
        dependsOn: [middle]
        steps:
          - stepId: get
            operationId: getUser
            parameters: [{name: id, in: path, value: $workflows.first.outputs.id}]
      - workflowId: middle
        dependsOn: [first]
        steps:
          - {stepId: list, operationId: listUsers}
      - workflowId: first
        steps:
          - stepId: create
            operationId: createUser
            requestBody: {payload: {}}
            successCriteria: [{condition: $statusCode == 201}]
            outputs: {id: $response.body#/id}
        outputs: {id: $steps.create.outputs.id}
    """)

  @Test("each runs after what it builds on, and sees its outputs")
  func order() async throws {
    let run = try await scenario.run { request in
      switch request.method + request.path {
      case "POST/users": .json(#"{"id":"u1","name":"Ada"}"#, status: "201 Created")
      case "GET/users": .json("[]")
      default: .json(#"{"id":"u1","name":"Ada"}"#, headers: ["X-Version: 1"])
      }
    }
    #expect(run.cases.allSatisfy { $0.status == .passed })
    #expect(run.service.lines == ["POST /users", "GET /users", "GET /users/u1"])
  }

  @Test("what builds on a failure is skipped with the reason, and never sent")
  func skipped() async throws {
    let run = try await scenario.run { _ in .json("{}", status: "409 Conflict") }
    #expect(
      run.outcomes == [
        "get: skipped, builds on 'first', 'middle', which did not succeed",
        "list: skipped, builds on 'first', which did not succeed", "create: failed",
      ])
    #expect(run.service.lines == ["POST /users"])
  }

  @Test("the dependencies of a called workflow have run as well")
  func throughCalls() async throws {
    let (suites, problems) = Scenario(
      """
        - workflowId: caller
          steps: [{stepId: call, workflowId: called}]
        - workflowId: called
          dependsOn: [base]
          steps: [{stepId: a, operationId: listUsers}]
        - workflowId: base
          steps: [{stepId: b, operationId: listUsers}]
      """
    ).load()
    let loaded = try #require(suites, "\(problems)")
    #expect(loaded.workflows["caller"]?.prerequisites == ["base"])
  }

  @Test("the schedule lets everything run once, whatever the order")
  func schedule() throws {
    let loaded = try #require(scenario.load().suites)
    var schedule = SuiteSchedule(loaded.suites)
    var order: [String] = []
    while let suite = schedule.next() {
      order.append(suite.id)
      let other = schedule.next()?.id
      #expect(other == nil)
      schedule.finish(suite.id, WorkflowOutcome())
    }
    #expect(order == ["first", "middle", "last"])
    #expect(schedule.unreachable.isEmpty)
  }
}
