import RunModel
import Testing
import YAMLSource

@Suite("Response headers") struct ResponseHeadersCheckTests {
  private func list(_ headers: [String], schemas: String) async throws -> CaseResult {
    let api = """
      openapi: 3.1.0
      info: {title: Lists, version: 1.0.0}
      paths:
        /list:
          get:
            operationId: list
            responses:
              '200':
                description: all
                headers:
                  \(schemas)

      """
    let run = try await Scenario(
      """
        - workflowId: flow
          steps:
            - {stepId: list, operationId: list}
      """, api: api
    ).run { _ in .init(headers: headers, body: "") }
    return try run["list"]
  }

  @Test("a required header that is missing fails at its line")
  func missing() async throws {
    let result = try await list([], schemas: "X-Total: {required: true, schema: {type: integer}}")
    let failure = try #require(result.failures.first)
    #expect(failure.check == "response-headers")
    #expect(failure.subject == .header("X-Total"))
    #expect(failure.message == "the header X-Total is missing")
    #expect(failure.expectation?.description == "api.yaml:11:13")
  }

  @Test("an optional header may be missing")
  func optional() async throws {
    #expect(try await list([], schemas: "X-Total: {schema: {type: integer}}").status == .passed)
  }

  @Test(
    "text that spells what the schema wants passes",
    arguments: [
      ("X-A: 5", "X-A: {schema: {type: integer, minimum: 1}}"), ("X-A: true", "X-A: {schema: {type: boolean}}"),
      ("X-A: 5", "X-A: {schema: {type: string}}"), ("ETag: \"a\"", "ETag: {schema: {type: string, minLength: 3}}"),
      ("X-A: 1, 2", "X-A: {schema: {type: array, items: {type: integer}}}"),
      (#"X-A: {"a":1}"#, "X-A: {content: {application/json: {schema: {type: object, required: [a]}}}}"),
    ])
  func readings(header: String, schema: String) async throws {
    #expect(try await list([header], schemas: schema).status == .passed)
  }

  @Test("a value that the schema does not allow fails with both sides")
  func wrong() async throws {
    let result = try await list(["X-A: 0"], schemas: "X-A: {schema: {type: integer, minimum: 1}}")
    let failure = try #require(result.failures.first)
    #expect(result.failures.count == 1)
    #expect(failure.expected == "1")
    #expect(failure.actual == #""0""#)
    #expect(failure.expectation?.line == 11)
  }

  @Test("repeated fields are one list")
  func repeated() async throws {
    let schema = "X-A: {schema: {type: array, items: {type: integer}, minItems: 2}}"
    #expect(try await list(["X-A: 1", "X-A: 2"], schemas: schema).status == .passed)
  }
}
