import RunModel
import Testing
import YAMLSource

@Suite("Content type") struct ContentTypeCheckTests {
  private func getUser(_ reply: StubService.Reply, status: Int = 200) async throws -> CaseResult {
    let run = try await Scenario(
      """
        - workflowId: flow
          steps:
            - stepId: get
              operationId: getUser
              parameters: [{name: id, in: path, value: u1}]
              successCriteria: [{condition: $statusCode == \(status)}]
      """
    ).run { _ in reply }
    return try run["get"]
  }

  @Test("a documented type passes, its parameters and case notwithstanding")
  func documented() async throws {
    let reply = StubService.Reply(
      headers: ["Content-Type: Application/JSON; charset=utf-8", "X-Version: 1"], body: #"{"id":"u1","name":"Ada"}"#)
    #expect(try await getUser(reply).status == .passed)
  }

  @Test("another type fails at the line of the documented one")
  func undocumented() async throws {
    let reply = StubService.Reply(headers: ["Content-Type: text/html", "X-Version: 1"], body: "<p>hello</p>")
    let result = try await getUser(reply)
    #expect(
      result.failures == [
        CheckFailure(
          check: "content-type", subject: .header("Content-Type"), message: "the content type is not documented",
          expectation: .init(file: "api.yaml", line: 32, column: 13), expected: "application/json", actual: "text/html")
      ])
  }

  @Test("a body without a type fails")
  func missing() async throws {
    let result = try await getUser(.init(headers: ["X-Version: 1"], body: #"{"id":"u1","name":"Ada"}"#))
    #expect(result.failures.map(\.message) == ["the answer has no Content-Type"])
  }

  @Test("a body where none is documented fails")
  func unexpected() async throws {
    let result = try await getUser(.json("{}", status: "404 Not Found"), status: 404)
    #expect(result.failures.map(\.message) == ["a body came where none is documented"])
    #expect(result.failures.first?.actual == "application/json, 2 bytes")
  }

  @Test("no body where none is documented passes")
  func none() async throws {
    #expect(try await getUser(.empty("404 Not Found"), status: 404).status == .passed)
  }
}
