import HTTP
import JSON
import RunModel
import Testing

@testable import Contracts

/// Whatever a service does with a secret, no report may show it.
@Suite("Redaction of results") struct RedactionTests {
  /// A generator that repeats: SplitMix64.
  private struct Random {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
      state &+= 0x9e37_79b9_7f4a_7c15
      var value = state
      value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
      value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
      return Int((value ^ (value >> 31)) % UInt64(bound))
    }

    mutating func secret() -> String {
      let alphabet = Array("abcXYZ0189-_./+=&%? \"\\'äß€🔑<>#$`!;|{}")
      return String((0..<(8 + next(below: 120))).map { _ in alphabet[next(below: alphabet.count)] })
    }
  }

  private static let workflow = """
      - workflowId: flow
        inputs: {type: object, required: [password, token, pin], properties: {password: {}, token: {}, pin: {format: password}}}
        steps:
          - stepId: create
            operationId: createUser
            parameters:
              - {name: Authorization, in: header, value: "Bearer {$inputs.token}"}
              - {name: note, in: query, value: $inputs.password}
            requestBody: {payload: {password: $inputs.password, nested: {pin: $inputs.pin}}}
            successCriteria:
              - condition: $response.body#/id == 'somebody'
              - condition: $response.body#/name == $inputs.password
              - {context: $response.body, type: regex, condition: 'never'}
              - {context: $response.body#/name, type: regex, condition: 'never'}
            outputs: {id: $response.body#/id}
    """

  @Test("no secret and no form of one is in any text of a result", arguments: 1...12)
  func nothingLeaks(seed: UInt64) async throws {
    var random = Random(state: seed)
    let (password, pin) = (random.secret(), random.secret())
    let token = random.secret().filter { $0.isASCII && $0 != " " } + "abcdefgh"
    let issued = random.secret()
    let api = Scenario.usersAPI.replacing(
      "id: {type: string}", with: "id: {type: string, maxLength: 3, pattern: '^[0-9]$', enum: ['1']}")
    var scenario = Scenario(Self.workflow, api: api)
    scenario.inputs = ["password": .string(password), "token": .string(token), "pin": .string(pin)]
    scenario.log = [
      "user signed in with \(password)", JSONValue.object(["body": .string(pin)]).serialized(),
      "GET /?token=\(URLBuilder.encoded(token))", "issued \(issued)",
    ]
    let body = JSONValue.object([
      "id": .string(password + token), "name": .string("hello \(pin) and \(issued)"), "sessionToken": .string(issued),
      "echo": [.string(issued), .string(String(repeating: password, count: 200))],
    ])
    let run = try await scenario.run { request in
      .json(
        body.serialized(), status: "200 Oh", headers: ["X-Echo: \(URLBuilder.encoded(password))", "X-Token: \(token)"])
    }
    let result = try run["create"]
    #expect(result.status == .failed)
    #expect(result.failures.count >= 4)
    #expect(result.logs.flatMap(\.lines).count == 4)
    let shown = Self.texts(of: result).joined(separator: "\n")
    for secret in [password, pin, token, issued] {
      for form in SecretForms.all(of: secret, variable: "") {
        let text = String(decoding: form.bytes, as: UTF8.self)
        #expect(!shown.contains(text), "\(text) is shown")
        // Nor a telling part of its beginning, where a text was cut.
        #expect(!shown.contains(text.prefix(8)), "the beginning of \(text) is shown")
      }
    }
  }

  /// Every text in a value, at any depth.
  private static func texts(of value: Any) -> [String] {
    if let text = value as? String { return [text] }
    return Mirror(reflecting: value).children.flatMap { texts(of: $0.value) }
  }

  @Test("what is learned late hides what was recorded early")
  func learnedLate() async throws {
    let run = try await Scenario(
      """
        - workflowId: flow
          steps:
            - stepId: create
              operationId: createUser
              requestBody: {payload: {remark: hunter2-hunter2}}
              successCriteria: [{condition: $statusCode == 201}]
      """
    ).run { _ in .json(#"{"id":"u","name":"Ada","password":"hunter2-hunter2"}"#, status: "201 Created") }
    let exchange = try #require(try run["create"].exchanges.first)
    #expect(exchange.request.body?.text == #"{"remark":"••••"}"#)
    #expect(exchange.curl.contains(#"'{"remark":"'"$PASSWORD"'"}'"#))
  }

  @Test("a body is cut at a limit, and its size told")
  func bodyLimit() async throws {
    let text = String(repeating: "ä", count: 20_000)
    let run = try await Scenario(
      """
        - workflowId: flow
          steps:
            - {stepId: list, operationId: listUsers}
      """
    ).run { _ in .json("\"\(text)\"") }
    let body = try #require(try run["list"].exchanges.first?.response?.body)
    #expect(body.isTruncated)
    #expect(body.byteCount == 40_002)
    #expect(body.text?.utf8.count ?? 0 >= 16_380)
    #expect(body.text?.hasSuffix("ä") == true)
  }
}
