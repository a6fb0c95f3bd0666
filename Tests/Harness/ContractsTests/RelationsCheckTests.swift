import RunModel
import ScriptedServer
import Testing

@Suite("Relations that documents promise") struct RelationsCheckTests {
  private static func scenario(_ relations: String, at place: String = "operation") -> Scenario {
    let entry = "x-concord-relations: [\(relations)]"
    return Scenario(
      """
        - workflowId: flow
          steps:
            - stepId: change
              operationId: changeThing
              parameters: [{name: id, in: path, value: 5}, {name: X-Tag, in: header, value: t-1}]
              requestBody: {payload: {name: Lamp, tags: [a, b], secret: s}}
      """,
      api: """
        openapi: 3.1.0
        info: {title: Things, version: 1.0.0}
        \(place == "document" ? entry : "x-nothing: 1")
        paths:
          /things/{id}:
            parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
            put:
              operationId: changeThing
              \(place == "operation" ? entry : "x-nothing: 1")
              requestBody: {content: {application/json: {}}}
              responses:
                '200':
                  description: changed
                  \(place == "response" ? entry : "x-nothing: 1")
                  content: {application/json: {}}
                '404': {description: unknown, content: {application/json: {}}}
        """)
  }

  private func outcome(
    _ relations: String, _ body: String, at place: String = "operation", status: String = "200 OK",
    headers: [String] = []
  ) async throws -> [String] {
    let run = try await Self.scenario(relations, at: place).run { _ in .json(body, status: status, headers: headers) }
    return try run["change"].failures.filter { $0.check == "relations-hold" }.map { failure in
      let place: String
      if case .body(let pointer) = failure.subject { place = "\(pointer): " } else { place = "" }
      return place + failure.message
    }
  }

  @Test(
    "what holds is silent, what does not is told with its place",
    arguments: [
      ("{condition: $response.body#/id == $request.path.id}", #"{"id":5}"#, []),
      (
        "{condition: $response.body#/id == $request.path.id}", #"{"id":6}"#,
        [#"$response.body#/id == $request.path.id: $response.body#/id was 6, $request.path.id was "5""#]
      ),
      (
        "{every: '$..id', equals: $request.path.id}", #"{"id":5,"parts":[{"id":"5"},{"id":6}]}"#,
        ["/parts/1/id: the value is not that of $request.path.id"]
      ),
      ("{every: '$..id', equals: $request.query.missing}", #"{"id":5}"#, []),
      ("{past: '$.*'}", #"{"a":"2020-01-01T00:00:00Z","b":null,"c":"soon"}"#, []),
      ("{past: '$.*'}", #"{"a":"9020-01-01T00:00:00Z"}"#, ["/a: the moment is in the future"]),
      ("{ascending: '$[*].n'}", #"[{"n":1},{"n":1},{"n":10},{"n":9},{"n":1}]"#, ["/3/n: the values are not ascending"]),
      ("{descending: '$[*]'}", #"["10.5","9","8"]"#, []),
      (
        "{descending: '$[*]'}", #"["2020-01-01T00:00:00Z","2020-01-01T00:30:00+01:00","2021-01-01T00:00:00Z"]"#,
        ["/2: the values are not descending"]
      ),
      ("{descending: '$[*]'}", #"["b","c"]"#, ["/1: the values are not descending"]),
      ("{echoes: ''}", #"{"name":"Lamp","tags":["a","b"],"more":1,"secret":"s"}"#, []),
      (
        "{echoes: ''}", #"{"name":"lamp","tags":["a","c"]}"#,
        ["/name: the value is not the one that was sent", "/tags/1: the value is not the one that was sent"]
      ),
      (
        "{echoes: /thing, except: [secret]}", #"{"thing":{"tags":["a"],"secret":"x"}}"#,
        ["/thing/tags: the value is not the one that was sent"]
      ),
      (
        "{when: {context: $request.header.X-Tag, type: regex, condition: '^t'}, then: {every: $.tag, equals: $request.header.X-Tag}}",
        #"{"tag":"t-2"}"#, ["/tag: the value is not that of $request.header.X-Tag"]
      ),
      (
        "{when: {context: $request.header.X-Tag, type: regex, condition: '^u'}, then: {every: $.tag, equals: $request.header.X-Tag}}",
        #"{"tag":"t-2"}"#, []
      ),
    ])
  func relations(relations: String, body: String, expected: [String]) async throws {
    #expect(try await outcome(relations, body) == expected)
  }

  @Test("those of a document concern all answers, of an operation successful ones, of a response its own")
  func places() async throws {
    let relation = "{condition: $response.body#/id == 5}"
    for (place, status, isDemanded) in [
      ("document", "200 OK", true), ("document", "404 Not Found", true), ("operation", "200 OK", true),
      ("operation", "404 Not Found", false), ("response", "200 OK", true), ("response", "404 Not Found", false),
      // What is not documented has been told by another check.
      ("document", "418 Teapot", false),
    ] {
      let failures = try await outcome(relation, #"{"id":6}"#, at: place, status: status)
      #expect(failures.isEmpty == !isDemanded, "\(place), \(status)")
    }
  }

  @Test(
    "what cannot be read is told with its place and a remedy",
    arguments: [
      ("{past: '$['}", "the JSONPath query cannot be used"),
      ("{echoes: name}", "'name' is no place in a body"),
      ("{every: $.id}", "the relation lacks 'equals'"),
      ("{every: $.id, equals: $steps.a.outputs.b}", "'$steps.a.outputs.b' has no value here"),
      ("{condition: $inputs.a == 1}", "'$inputs.a' has no value here"),
      ("{condition: '$statusCode =='}", "$statusCode =="),
      ("{past: $.a, upto: now}", "unknown key 'upto'"),
      ("{when: {condition: $statusCode == 200}}", "the conditional relation lacks 'then'"),
      ("7", "a criterion must be a mapping"),
    ])
  func problems(relations: String, message: String) {
    let problems = Self.scenario(relations).problems
    #expect(problems.contains(message), "\(problems)")
    #expect(problems.hasPrefix("api.yaml:9:"), "\(problems)")
  }
}
