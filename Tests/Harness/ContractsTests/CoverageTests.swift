import JSON
import RunModel
import Testing
import YAMLSource

@testable import Contracts

@Suite("Coverage") struct CoverageTests {
  private static let api = """
    openapi: 3.1.0
    info: {title: Things, version: 1.0.0}
    paths:
      /things:
        get:
          operationId: search
          parameters:
            - {name: q, in: query, schema: {type: string}}
            - {name: X-Trace, in: header, schema: {type: string}}
          responses:
            '200':
              description: some
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      total: {type: integer}
                      items:
                        type: array
                        items: {type: object, properties: {id: {type: integer}, next: {$ref: '#/components/schemas/Node'}}}
            '404': {description: none}
            '429': {description: wait, x-concord-unprovoked: the limit is high}
            '500': {description: broken}
        post:
          operationId: create
          requestBody:
            content:
              application/json:
                schema: {type: object, required: [name], properties: {name: {type: string, maxLength: 3}}}
          responses: {'201': {description: made}, '422': {description: refused}}
    components:
      schemas:
        Node: {type: object, properties: {value: {type: string}, next: {$ref: '#/components/schemas/Node'}}}

    """

  private static let flow = """
      - workflowId: flow
        steps:
          - stepId: search
            operationId: search
            parameters: [{name: q, in: query, value: x}]
            successCriteria:
              - condition: $response.body#/items/0/id == 7
              - {context: $response.body, type: jsonpath, condition: '$[?@.total > 0]'}
    """

  private func coverage(cases: Int = 0) async throws -> ContractCoverage {
    var scenario = Scenario(Self.flow, api: Self.api)
    scenario.generation = GenerationLimits(casesPerOperation: cases)
    return try await scenario.run { request in
      if request.method == "POST" { return .empty(request.text == #"{"name":"tex"}"# ? "201 Created" : "422 Bad") }
      return .json(#"{"total": 1, "items": [{"id": 7}]}"#)
    }.coverage
  }

  private func seen(_ coverage: ContractCoverage, _ dimension: ContractCoverage.Dimension) -> [String: Bool] {
    let items = coverage.items.filter { $0.dimension == dimension }
    return Dictionary(
      items.map { ("\($0.operation.id) \($0.name)".trimmingSuffix, $0.isSeen) }, uniquingKeysWith: { $0 || $1 })
  }

  @Test("what is answered and never documented is told, where members are named at all")
  func undocumented() async throws {
    var scenario = Scenario(Self.flow, api: Self.api)
    scenario.generation = GenerationLimits(casesPerOperation: 0)
    let run = try await scenario.run { _ in
      .json(
        #"{"total": 1, "secret": 2, "items": [{"id": 7, "extra": {"a": 1}, "next": {"next": {"value": "deep"}}}]}"#,
        headers: ["X-Debug: yes", "Server: s", "ETag: 1"])
    }
    #expect(
      run.notices.map(\.message) == [
        "users answers with what its document does not name: search 200 header x-debug, search 200 /items/-/extra, "
          + "search 200 /secret"
      ])
    #expect(run.notices.map(\.severity) == [.info])
  }

  @Test("operations, statuses and parameters are seen when they were answered or sent")
  func requests() async throws {
    let coverage = try await coverage()
    #expect(seen(coverage, .operations) == ["search": true, "create": false])
    #expect(
      seen(coverage, .statuses) == [
        "search 200": true, "search 404": false, "search 429": false, "search 500": false, "create 201": false,
        "create 422": false,
      ])
    #expect(seen(coverage, .parameters) == ["search query q": true, "search header X-Trace": false])
  }

  @Test("what nobody can provoke does not count, and says why")
  func excuses() async throws {
    let coverage = try await coverage()
    // 200, 404, 201 and 422 can be provoked.
    #expect(coverage.figure(.statuses, of: "users") == .init(seen: 1, total: 4))
    #expect(coverage.items.first { $0.name == "429" }?.excuse == "the limit is high")
    #expect(!coverage.unseen(of: "users").contains { $0.name == "500" || $0.name == "429" })
    #expect(coverage.unseen(of: "users").contains { $0.name == "404" && $0.location?.file == "api.yaml" })
  }

  @Test("fields are seen when a criterion looks at them, not because their schema was checked")
  func fields() async throws {
    let fields = seen(try await coverage(), .fields)
    #expect(fields["search /items/-/id"] == true)
    #expect(fields["search /total"] == true)
    #expect(fields["search /items/-/next"] == false)
    // Recursion ends.
    #expect(fields.count < 12)
  }

  @Test("keywords are seen when a generated case breaks them")
  func keywords() async throws {
    #expect(seen(try await coverage(), .keywords).values.allSatisfy { !$0 })
    let broken = seen(try await coverage(cases: 40), .keywords)
    #expect(broken["create /name maxLength"] == true)
    #expect(broken["create  required"] == true)
    #expect(broken["create /name type"] == true)
  }
}

extension String {
  fileprivate var trimmingSuffix: String { last == " " ? String(dropLast()) : self }
}
