import RunModel
import Testing
import YAMLSource

@Suite("Status documented") struct StatusDocumentedCheckTests {
  @Test("a status that the operation does not list fails, with the documented ones beside it")
  func undocumented() async throws {
    let run = try await Scenario(
      """
        - workflowId: flow
          steps:
            - stepId: get
              operationId: getUser
              parameters: [{name: id, in: path, value: u1}]
              successCriteria: [{condition: $statusCode == 418}]
      """
    ).run { _ in .empty("418 I'm a teapot") }
    let result = try run["get"]
    #expect(result.status == .failed)
    let failure = try #require(result.failures.first)
    #expect(result.failures.count == 1)
    #expect(failure.check == "status-documented")
    #expect(failure.subject == .status)
    #expect(failure.message == "the status 418 is not documented for getUser")
    #expect(failure.expected == "200, 404, 503")
    #expect(failure.actual == "418")
    #expect(failure.expectation?.description == "api.yaml:24:5")
  }

  @Test("a range of statuses documents each of them")
  func range() async throws {
    let run = try await Scenario(
      """
        - workflowId: flow
          steps:
            - stepId: create
              operationId: createUser
              requestBody: {payload: {}}
              successCriteria: [{condition: $statusCode == 422}]
      """
    ).run { _ in .json("{}", status: "422 Unprocessable Content") }
    #expect(run.outcomes == ["create: passed"])
  }
}
