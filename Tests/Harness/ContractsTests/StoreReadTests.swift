import Contracts
import JSON
import RunModel
import ScriptedServer
import Synchronization
import Testing

@Suite("Reads of stores") struct StoreReadTests {
  private func scenario(_ reads: String, more: String = "") -> Scenario {
    Scenario(
      """
        - workflowId: flow
          inputs: {type: object, properties: {tag: {type: string, default: a/b}}}
          steps:
            - stepId: create
              operationId: createUser
              requestBody: {payload: {name: Ada}}
              successCriteria: [{condition: $statusCode == 201}]
              outputs: {id: $response.body#/id}
              x-concord-reads: [\(reads.replacing("\n", with: " "))]
            \(more)
      """)
  }

  private func run(
    _ scenario: Scenario, rows: @escaping @Sendable (StoreQuery) async throws -> [JSONValue]
  ) async throws -> Scenario.Run {
    var scenario = scenario
    scenario.rows = rows
    return try await scenario.run { request in
      request.method == "POST"
        ? .json(#"{"id":"u 1","name":"Ada"}"#, status: "201 Created")
        : .json(#"{"id":"u 1","name":"Ada"}"#, headers: ["X-Version: 1"])
    }
  }

  @Test("expressions are parameters of the statement, and rows are compared with the answer")
  func sql() async throws {
    let asked = Mutex<[StoreQuery]>([])
    let run = try await run(
      scenario(
        """
        {store: db, sql: "SELECT * FROM users WHERE id = {$response.body#/id} AND note = '{}' -- {$steps}",
         successCriteria: [{condition: $rows#/0/name == $response.body#/name}, {condition: $rows#/1 == null}]}
        """.replacing(" -- {$steps}", with: ""))
    ) { query in
      asked.withLock { $0.append(query) }
      return [["name": "Ada"]]
    }
    #expect(run.outcomes == ["create: passed"])
    #expect(
      asked.withLock { $0 } == [
        StoreQuery(
          store: "db",
          content: .sql(pieces: ["SELECT * FROM users WHERE id = ", " AND note = '{}'"], values: ["u 1"]))
      ])
    // Status, the read's two criteria, and the promises of the document.
    #expect(try run["create"].checksPassed > 3)
  }

  @Test("what the rows do not show fails the step with the criterion and the value")
  func unmet() async throws {
    let run = try await run(
      scenario("{store: db, sql: SELECT 1, successCriteria: [{condition: $rows#/0/name == 'Ada'}]}")
    ) { _ in [["name": "Eve"]] }
    let failure = try #require(try run["create"].failures.first)
    #expect(failure.check == "stored-data")
    #expect(failure.message == #"$rows#/0/name == 'Ada': it was "Eve""#)
    #expect(failure.actual == #"$rows#/0/name = "Eve""#)
  }

  @Test("data that agree after a while are waited for, others only until the deadline")
  func polling() async throws {
    let looks = Mutex(0)
    let run = try await run(
      scenario("{store: db, sql: SELECT 1, within: 30s, successCriteria: [{condition: $rows#/0/n == 3}]}")
    ) { _ in
      [
        [
          "n": .number(
            JSONNumber(
              looks.withLock {
                $0 += 1; return $0
              }))
        ]
      ]
    }
    #expect(run.outcomes == ["create: passed"])
    #expect(looks.withLock { $0 } == 3)
    let late = try await self.run(
      scenario("{store: db, sql: SELECT 1, within: 30ms, successCriteria: [{condition: $rows#/0/n == 3}]}")
    ) { _ in [["n": 1]] }
    #expect(late.outcomes == ["create: failed"])
  }

  @Test("documents and collections are asked for by path and by fields")
  func documents() async throws {
    let asked = Mutex<[StoreQuery]>([])
    let run = try await run(
      scenario(
        """
        {store: documents, document: 'users/{$response.body#/id}', outputs: {age: $rows#/0/age}},
        {store: documents, collection: sessions, where: {user: $response.body#/id, open: true}, successCriteria: [{condition: $rows}]}
        """,
        more:
          "- {stepId: get, operationId: getUser, parameters: [{name: id, in: path, value: $steps.create.outputs.age}]}")
    ) { query in
      asked.withLock { $0.append(query) }
      return [["age": 36]]
    }
    #expect(run.outcomes == ["create: passed", "get: passed"])
    #expect(run.service.lines == ["POST /users", "GET /users/36"])
    #expect(
      asked.withLock { $0.map(\.content) } == [
        .document(path: "users/u 1"),
        .collection(
          path: "sessions", fields: [.init(name: "user", value: "u 1"), .init(name: "open", value: true)]),
      ])
  }

  @Test("a value never reaches beyond its own part of a path")
  func confined() async throws {
    let run = try await run(
      scenario("{store: documents, document: 'users/{$inputs.tag}', successCriteria: [{condition: $rows}]}")
    ) { _ in [[:]] }
    #expect(
      try run["create"].failures.map(\.message) == [
        "the store 'documents' cannot be asked: $inputs.tag is no part of a path: 'a/b'"
      ])
  }

  @Test("a store that cannot be read makes the case an error, not a failure of the service")
  func unreadable() async throws {
    let run = try await run(
      scenario("{store: db, sql: SELEKT, successCriteria: [{condition: $rows}]}")
    ) { _ in throw StoreQuery.Failure("syntax error") }
    #expect(try run["create"].status == .errored(reason: "the store 'db' could not be read: syntax error"))
  }

  @Test("what a store keeps secret stays secret in reports")
  func secrets() async throws {
    let run = try await run(
      scenario("{store: db, sql: SELECT 1, successCriteria: [{condition: $rows#/0/password == 'x'}]}")
    ) { _ in [["password": "swordfish-and-chips"]] }
    let failure = try #require(try run["create"].failures.first)
    #expect(!"\(failure)".contains("swordfish"))
  }

  @Test(
    "what can never work is told before anything starts",
    arguments: [
      ("{store: nowhere, sql: SELECT 1, successCriteria: [{condition: $rows}]}", "the stack has no store 'nowhere'"),
      ("{store: documents, sql: SELECT 1, successCriteria: [{condition: $rows}]}", "understands no SQL"),
      ("{store: db, document: a/b, successCriteria: [{condition: $rows}]}", "has no documents"),
      ("{store: db, successCriteria: [{condition: $rows}]}", "a read lacks what it reads"),
      ("{store: db, sql: SELECT 1, document: a/b, successCriteria: [{condition: $rows}]}", "asks for one thing"),
      ("{store: db, sql: SELECT 1}", "neither demands nor hands out anything"),
      ("{store: db, sql: SELECT 1, where: {a: 1}, outputs: {a: $rows}}", "'where' is only for a 'collection'"),
      ("{store: db, sql: SELECT 1, within: 6m, outputs: {a: $rows}}", "at most 5 minutes"),
      ("{store: db, sql: 'SELECT {$steps.later.outputs.id}', outputs: {a: $rows}}", "has no step 'later'"),
      ("{store: db, sql: 'SELECT {$rows#/0}', outputs: {a: $rows}}", "'$rows#/0' has no value here"),
      ("{store: db, sql: SELECT 1, outputs: {a: $rows.b}}", "only a pointer can follow '$rows'"),
      ("7", "a read must be a mapping"),
    ])
  func problems(read: String, message: String) {
    let problems = scenario(read).problems
    #expect(problems.contains(message), "\(problems)")
    #expect(problems.hasPrefix("flows.arazzo.yaml:"), "\(problems)")
  }

  @Test("rows are known to reads only")
  func elsewhere() {
    let problems = Scenario(
      """
        - workflowId: flow
          steps: [{stepId: list, operationId: listUsers, successCriteria: [{condition: $rows#/0}]}]
      """
    ).problems
    #expect(problems.contains("'$rows#/0' has no value here"), "\(problems)")
  }

  @Test("mutants that a store gives away are noticed")
  func strength() async throws {
    var scenario = scenario(
      "{store: db, sql: SELECT 1, successCriteria: [{condition: $rows#/0/name == $response.body#/name}]}")
    let log = ExchangeLog()
    scenario.exchangeLog = log
    _ = try await run(scenario) { _ in [["name": "Ada"]] }
    let strength = StrengthMeter(try #require(scenario.load().suites), log: log).measure()
    let altered = strength.trials.first { $0.mutation.place == "/name" && $0.mutation.kind == "alter-text" }
    #expect(altered?.outcome == .noticed(by: "stored-data"))
  }
}
