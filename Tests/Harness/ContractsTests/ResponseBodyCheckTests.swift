import JSON
import RunModel
import Testing
import YAMLSource

@Suite("Response body") struct ResponseBodyCheckTests {
  private let scenario = Scenario(
    """
      - workflowId: flow
        steps:
          - stepId: get
            operationId: getUser
            parameters: [{name: id, in: path, value: u1}]
            successCriteria: [{condition: $statusCode == 200}]
    """)

  private func getUser(_ body: String) async throws -> CaseResult {
    try await scenario.run { _ in .json(body, headers: ["X-Version: 1"]) }["get"]
  }

  @Test("all violations are told at once, each with its place, its promise and both values")
  func allAtOnce() async throws {
    let result = try await getUser(#"{"id": 5, "name": "A", "age": -1}"#)
    #expect(result.status == .failed)
    #expect(result.failures.map(\.check) == Array(repeating: "response-body", count: 3))
    let places = result.failures.map { failure in
      guard case .body(let pointer) = failure.subject else { return "elsewhere" }
      return "\(pointer) \(failure.expectation.map { "\($0.file):\($0.line)" } ?? "") \(failure.expected ?? "")"
        + " \(failure.actual ?? "")"
    }
    #expect(
      places.sorted() == [
        #"/age api.yaml:48 0 -1"#, #"/id api.yaml:46 "string" 5"#, #"/name api.yaml:47 2 "A""#,
      ])
  }

  @Test("a sound body passes")
  func sound() async throws {
    let result = try await getUser(#"{"id": "u1", "name": "Ada", "age": 36}"#)
    #expect(result.status == .passed)
    // No server error, status, content type, headers, body, and the one criterion.
    #expect(result.checksPassed == 6)
  }

  @Test(
    "what is no JSON fails with line and column",
    arguments: [
      ("{\n \"id\": oops}", "line 2"), (#"{"id":"a","id":"b","name":"Ada"}"#, "line 1"), ("[1,]", "line 1"),
    ])
  func noJSON(body: String, place: String) async throws {
    let result = try await getUser(body)
    let failure = try #require(result.failures.first)
    #expect(failure.message.hasPrefix("the body is no sound JSON"))
    #expect(failure.message.contains(place))
  }

  @Test("an empty body is not what was promised")
  func empty() async throws {
    #expect(try await getUser("").failures.map(\.message) == ["the body is empty"])
  }

  @Test("a body of another shape is told in fifty places and a count")
  func bounded() async throws {
    let api = Scenario.usersAPI.replacing(
      "'200': {description: all, content: {application/json: {}}}",
      with: "'200': {description: all, content: {application/json: {schema: {type: array, items: {type: string}}}}}")
    let run = try await Scenario(
      """
        - workflowId: flow
          steps:
            - {stepId: list, operationId: listUsers}
      """, api: api
    ).run { _ in .json("[" + (0..<80).map(String.init).joined(separator: ",") + "]") }
    let failures = try run["list"].failures
    #expect(failures.count == 51)
    #expect(failures.last?.message == "… and 30 more violations")
  }

  @Test("a text body is held to its schema")
  func text() async throws {
    let api = """
      openapi: 3.1.0
      info: {title: Metrics, version: 1.0.0}
      paths:
        /metrics:
          get:
            operationId: metrics
            responses:
              '200': {description: all, content: {text/plain: {schema: {type: string, pattern: '^up '}}}}

      """
    let scenario = Scenario(
      """
        - workflowId: flow
          steps:
            - {stepId: metrics, operationId: metrics}
      """, api: api)
    let sound = try await scenario.run { _ in .init(headers: ["Content-Type: text/plain"], body: "up 1") }
    #expect(sound.outcomes == ["metrics: passed"])
    let wrong = try await scenario.run { _ in .init(headers: ["Content-Type: text/plain"], body: "down 1") }
    #expect(wrong.outcomes == ["metrics: failed"])
  }
}
