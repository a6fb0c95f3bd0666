import JSON
import RunModel
import ScriptedServer
import Testing

@testable import Contracts

@Suite("Strength of suites") struct StrengthTests {
  private static let api = """
    openapi: 3.1.0
    info: {title: Users, version: 1.0.0}
    paths:
      /users:
        post:
          operationId: createUser
          requestBody: {content: {application/json: {}}}
          responses:
            '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
            '422':
              description: refused
              content: {application/problem+json: {schema: {type: object, required: [detail]}}}
      /users/{id}:
        parameters: [{name: id, in: path, required: true, schema: {type: string}}]
        get:
          operationId: getUser
          responses:
            '200':
              description: found
              headers: {X-Version: {schema: {type: integer}}}
              content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}
    components:
      schemas:
        User:
          type: object
          required: [id, name, age]
          properties: {id: {type: string}, name: {type: string, minLength: 1}, age: {type: integer}}
          additionalProperties: false

    """

  /// The strength of two steps whose second has the criteria.
  private func strength(criteria: String, problem: Bool = false) async throws -> SuiteStrength {
    var scenario = Scenario(
      """
        - workflowId: flow
          steps:
            - stepId: create
              operationId: createUser
              requestBody: {payload: {name: Ada}}
              successCriteria: [{condition: '$statusCode >= 200'}]
              outputs: {id: $response.body#/id, user: $response.body}
            - stepId: get
              operationId: getUser
              parameters: [{name: id, in: path, value: u1}]
              successCriteria: [\(criteria)]
      """, api: Self.api)
    let log = ExchangeLog()
    scenario.exchangeLog = log
    let user = #"{"id":"u1","name":"Ada","age":36}"#
    let run = try await scenario.run { request in
      guard request.method == "POST" else { return .json(user, headers: ["X-Version: 1"]) }
      if problem {
        return .init(
          status: "422 Unprocessable Content", headers: ["Content-Type: application/problem+json"],
          body: #"{"detail":"Say who you are.","id":"u1"}"#)
      }
      return .json(user, status: "201 Created")
    }
    #expect(run.outcomes == ["create: passed", "get: passed"])
    return StrengthMeter(try #require(scenario.load().suites), log: log).measure()
  }

  private func lines(_ strength: SuiteStrength, _ outcome: SuiteStrength.Outcome) -> [String] {
    strength.trials(outcome).map {
      "\($0.mutation.operation.id) \($0.mutation.status) \($0.mutation.place) \($0.mutation.kind)"
    }
  }

  @Test("schemas notice what is missing and of another type; what no criterion looks at can change its value")
  func unnoticed() async throws {
    let strength = try await strength(criteria: "{condition: $statusCode == 200}")
    let missed = [
      "/age negate-number", "/age shift-number", "/id alter-text", "/id empty-text", "/id re-case-text",
      "/name alter-text", "/name re-case-text",
    ]
    #expect(
      lines(strength, .unnoticed)
        == missed.map { "createUser 201 \($0)" } + missed.map { "getUser 200 \($0)" }
        + ["getUser 200 X-Version alter-header", "getUser 200 X-Version strip-header"])
    #expect(lines(strength, .carried) == [])
    #expect(strength.figure.noticed + lines(strength, .unnoticed).count == strength.figure.total)
    #expect(strength.figure.noticed > 30)
  }

  @Test("a criterion that compares two answers notices everything in both")
  func compared() async throws {
    let strength = try await strength(
      criteria:
        "{condition: $response.body == $steps.create.outputs.user}, {condition: $response.header.X-Version == 1}")
    #expect(lines(strength, .unnoticed) == [])
    let noticed = strength.trials.first { $0.mutation.place == "/age" && $0.mutation.kind == "shift-number" }
    #expect(noticed?.outcome == .noticed(by: "success-criterion"))
    #expect(strength.figure.share == 1)
  }

  @Test("the wording of a problem's detail is nobody's business, its presence is")
  func prose() async throws {
    let strength = try await strength(criteria: "{condition: $statusCode == 200}", problem: true)
    let kinds = strength.trials.filter { $0.mutation.status == 422 && $0.mutation.place == "/detail" }
      .map(\.mutation.kind)
    #expect(kinds == ["drop", "empty-text", "null", "re-case-name", "retype"])
  }

  @Test("an output that goes into a later request is neither noticed nor missed")
  func carried() async throws {
    var scenario = Scenario(
      """
        - workflowId: flow
          steps:
            - stepId: create
              operationId: createUser
              requestBody: {payload: {name: Ada}}
              successCriteria: [{condition: $statusCode == 201}]
              outputs: {id: $response.body#/id}
            - stepId: get
              operationId: getUser
              parameters: [{name: id, in: path, value: $steps.create.outputs.id}]
              successCriteria: [{condition: $response.body#/name == 'Ada'}]
      """, api: Self.api)
    let log = ExchangeLog()
    scenario.exchangeLog = log
    _ = try await scenario.run { request in
      .json(#"{"id":"u1","name":"Ada","age":36}"#, status: request.method == "POST" ? "201 Created" : "200 OK")
    }
    let strength = StrengthMeter(try #require(scenario.load().suites), log: log).measure()
    #expect(
      lines(strength, .carried)
        == ["createUser 201 /id alter-text", "createUser 201 /id empty-text", "createUser 201 /id re-case-text"]
        .filter { $0 != "createUser 201 /id empty-text" })
    // An empty id makes no path, which is told before anything is sent.
    let empty = strength.trials.first { $0.mutation.place == "/id" && $0.mutation.kind == "empty-text" }
    #expect(empty?.outcome == .noticed(by: "step-input"))
  }

  @Test("a failing exchange is no yardstick")
  func failing() async throws {
    var scenario = Scenario(
      """
        - workflowId: flow
          steps: [{stepId: get, operationId: getUser, parameters: [{name: id, in: path, value: u}]}]
      """, api: Self.api)
    let log = ExchangeLog()
    scenario.exchangeLog = log
    let run = try await scenario.run { _ in .json(#"{"id":7}"#) }
    #expect(run.outcomes == ["get: failed"])
    #expect(StrengthMeter(try #require(scenario.load().suites), log: log).measure().trials == [])
  }

  @Test("generated cases count, and the same run measures the same")
  func generated() async throws {
    var results: [SuiteStrength] = []
    for _ in 0..<2 {
      var scenario = Scenario(
        "  - {workflowId: flow, steps: [{stepId: get, operationId: getUser, parameters: [{name: id, in: path, value: u}]}]}",
        api: Self.api)
      let log = ExchangeLog()
      scenario.exchangeLog = log
      scenario.generation = GenerationLimits(casesPerOperation: 20, randomPerOperation: 4)
      _ = try await scenario.run { request in
        switch request.method {
        case "GET": .json(#"{"id":"u1","name":"Ada","age":36}"#)
        case "POST": .json(#"{"id":"u1","name":"Ada","age":36}"#, status: "201 Created")
        default: .init(status: "405 Method Not Allowed", headers: ["Allow: GET, POST"], body: "")
        }
      }
      results.append(StrengthMeter(try #require(scenario.load().suites), log: log).measure())
    }
    #expect(results[0] == results[1])
    #expect(results[0].trials.contains { $0.mutation.operation.id == "createUser" && $0.outcome != .unnoticed })
  }
}

@Suite("Mutations of values") struct ValueMutationTests {
  @Test(
    "every kind of value has its defects",
    arguments: [
      ("null", #"retype="null""#),
      ("true", #"flip-boolean=false null=null retype="true""#),
      ("9", #"null=null retype="9" shift-number=10 negate-number=-9"#),
      ("0", #"null=null retype="0" shift-number=1"#),
      ("-1.9", #"null=null retype="-1.9" shift-number=-2.0 negate-number=1.9"#),
      ("1e3", #"null=null retype="1e3" negate-number=-1e3"#),
      (#""Ada z""#, #"null=null retype=["text"] empty-text="" alter-text="Ada a" re-case-text="ADA Z""#),
      (#""19.99""#, #"null=null retype=["text"] empty-text="" shift-number="20.00" negate-number="-19.99""#),
      (#""2024-02-29""#, #"null=null retype=["text"] empty-text="" shift-time="2028-02-29""#),
      (#""""#, #"null=null retype=["text"] alter-text="x""#),
      (#""–""#, #"null=null retype=["text"] empty-text="" alter-text="–x""#),
      ("[]", "null=null retype={}"),
      ("[1]", "null=null retype={} empty-list=[] duplicate-item=[1,1]"),
      (
        "[1,2]",
        "null=null retype={} empty-list=[] duplicate-item=[1,1,2] drop-item=[1] reverse-items=[2,1]"
      ),
      ("{}", #"null=null retype=[{}] extend={"concordUndocumented":true}"#),
    ])
  func mutations(value: String, expected: String) throws {
    let mutations = ValueMutations.of(try JSONValue(parsing: value))
    #expect(mutations.map { "\($0.0.rawValue)=\($0.1.serialized())" }.joined(separator: " ") == expected)
  }

  @Test("every operator is explained")
  func explained() {
    for mutation in MutationOperator.allCases { #expect(!mutation.summary.isEmpty) }
    #expect(Set(MutationOperator.allCases.map(\.summary)).count == MutationOperator.allCases.count)
  }
}
