import RunModel
import ScriptedServer
import Testing
import YAMLSource

@Suite("Outputs and inputs of steps") struct OutputTests {
  @Test("outputs of a step are values of later ones")
  func passedOn() async throws {
    let run = try await Scenario(
      """
        - workflowId: flow
          steps:
            - stepId: create
              operationId: createUser
              requestBody: {payload: {name: Ada, tags: [a, {b: 1}]}}
              successCriteria: [{condition: $statusCode == 201}]
              outputs: {id: $response.body#/id, user: $response.body, sent: $request.body#/name}
            - stepId: get
              operationId: getUser
              parameters:
                - {name: id, in: path, value: $steps.create.outputs.user.id}
                - {name: X-Sent, in: header, value: "by {$steps.create.outputs.sent}"}
              successCriteria: [{condition: $request.path.id == $steps.create.outputs.id}]
      """
    ).run { request in
      request.method == "POST"
        ? .json(#"{"id":"ü 1","name":"Ada"}"#, status: "201 Created")
        : .json(#"{"id":"ü 1","name":"Ada"}"#, headers: ["X-Version: 1"])
    }
    #expect(run.outcomes == ["create: passed", "get: passed"])
    #expect(run.service.lines == ["POST /users", "GET /users/%C3%BC%201"])
    #expect(run.service.requests[0].text == #"{"name":"Ada","tags":["a",{"b":1}]}"#)
    #expect(run.service.requests[1].header("X-Sent") == "by Ada")
  }

  @Test("a missing output fails its step once; who needs it is skipped, who does not goes on")
  func missing() async throws {
    let run = try await Scenario(
      """
        - workflowId: flow
          steps:
            - stepId: create
              operationId: createUser
              requestBody: {payload: {}}
              outputs: {token: $response.body#/token}
            - {stepId: list, operationId: listUsers}
            - stepId: get
              operationId: getUser
              parameters: [{name: id, in: path, value: $steps.create.outputs.token}]
      """
    ).run { request in
      request.method == "POST" ? .json(#"{"id":"u","name":"Ada"}"#, status: "201 Created") : .json("[]")
    }
    #expect(
      run.outcomes == [
        "create: failed", "list: passed",
        "get: skipped, needs the output 'token' of the step 'create', which has no value",
      ])
    let failure = try #require(try run["create"].failures.first)
    #expect(failure.check == "step-output")
    #expect(failure.message == "the output 'token' has no value: $response.body#/token is not in the answer")
    #expect(failure.expectation?.line == 11)
  }

  @Test("a value that is nowhere fails the step that needs it")
  func nowhere() async throws {
    let run = try await Scenario(
      """
        - workflowId: flow
          steps:
            - stepId: create
              operationId: createUser
              requestBody: {payload: {}}
              outputs: {user: $response.body}
            - stepId: get
              operationId: getUser
              parameters: [{name: id, in: path, value: "$steps.create.outputs.user#/other"}]
      """
    ).run { _ in .json(#"{"id":"u","name":"Ada"}"#, status: "201 Created") }
    #expect(run.outcomes == ["create: passed", "get: failed"])
    #expect(
      try run["get"].failures.map(\.message) == [
        "the request cannot be made: $steps.create.outputs.user#/other has no value"
      ])
  }

  @Test("an empty path parameter is refused: it would be another path")
  func emptyPathParameter() async throws {
    let run = try await Scenario(
      """
        - workflowId: flow
          steps:
            - {stepId: get, operationId: getUser, parameters: [{name: id, in: path, value: ''}]}
      """
    ).run { _ in .json("{}") }
    #expect(try run["get"].failures.map(\.message) == ["the request cannot be made: the path parameter 'id' is empty"])
    #expect(run.service.requests.isEmpty)
  }

  @Test("a header that would smuggle a line into the request fails the case and is never sent")
  func smuggling() async throws {
    let run = try await Scenario(
      """
        - workflowId: flow
          steps:
            - {stepId: list, operationId: listUsers, parameters: [{name: X-A, in: header, value: "a\\r\\nX-B: c"}]}
      """
    ).run { _ in .json("[]") }
    #expect(run.outcomes == ["list: failed"])
    #expect(run.service.requests.isEmpty)
  }

  // MARK: Bodies

  private func sent(_ body: String, api: String = Scenario.usersAPI) async throws -> StubService.Request {
    let run = try await Scenario(
      """
        - workflowId: flow
          steps:
            - stepId: create
              operationId: createUser
              requestBody:
                \(body)
      """, api: api
    ).run { _ in .json(#"{"id":"u","name":"Ada"}"#, status: "201 Created") }
    return try #require(run.service.requests.first)
  }

  @Test("text that is JSON is sent as it is, also when it is broken on purpose")
  func jsonText() async throws {
    #expect(try await sent(#"payload: '{ "name": "Ada" }'"#).text == #"{ "name": "Ada" }"#)
    #expect(try await sent(#"payload: '{ "name": '"#).text == #"{ "name": "#)
    #expect(try await sent("payload: Ada").text == #""Ada""#)
  }

  @Test("forms and plain text are written in their content type")
  func contentTypes() async throws {
    let form = try await sent(
      "{contentType: application/x-www-form-urlencoded, payload: {name: Ada & co, age: 3}}")
    #expect(form.text == "name=Ada%20%26%20co&age=3")
    #expect(form.header("Content-Type") == "application/x-www-form-urlencoded")
    #expect(try await sent("{contentType: text/plain, payload: hello}").text == "hello")
  }

  @Test("replacements change, add and append")
  func replacements() async throws {
    let body = """
      payload: {name: Ada, tags: [a]}
                replacements:
                  - {target: /name, value: Grace}
                  - {target: /address/city, value: Arlington}
                  - {target: /tags/-, value: b}
                  - {target: /tags/0, value: c}
      """
    #expect(
      try await sent(body).text == #"{"name":"Grace","tags":["c","b"],"address":{"city":"Arlington"}}"#)
  }

  @Test("replacements go into the operation's example when there is no payload")
  func example() async throws {
    let api = Scenario.usersAPI.replacing(
      "requestBody: {content: {application/json: {}}}",
      with: "requestBody: {content: {application/json: {example: {name: Example, age: 1}}}}")
    let body = "replacements: [{target: /age, value: '2'}]"
    #expect(try await sent(body, api: api).text == #"{"name":"Example","age":"2"}"#)
  }

  @Test("a replacement at a place that the payload does not have fails the case")
  func noPlace() async throws {
    let run = try await Scenario(
      """
        - workflowId: flow
          steps:
            - stepId: create
              operationId: createUser
              requestBody: {payload: {tags: []}, replacements: [{target: /tags/3, value: a}]}
      """
    ).run { _ in .json("{}") }
    #expect(
      try run["create"].failures.map(\.message) == ["the request cannot be made: the payload has no place '/tags/3'"])
  }

  @Test("every request has an id of its own that names suite and step")
  func requestIDs() async throws {
    let run = try await Scenario(
      """
        - workflowId: flow
          steps:
            - {stepId: list, operationId: listUsers}
            - {stepId: again, operationId: listUsers}
      """
    ).run { _ in .json("[]") }
    #expect(
      run.service.requests.compactMap { $0.header("X-Request-ID") } == [
        "concord-7-flow-list-1", "concord-7-flow-again-2",
      ])
  }
}
