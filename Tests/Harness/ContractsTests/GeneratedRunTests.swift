import HTTP
import JSON
import RunModel
import ScriptedServer
import Testing

@testable import Contracts

@Suite("Runs of generated cases") struct GeneratedRunTests {
  private func scenario(_ provides: String, cases: Int = 100) -> Scenario {
    var scenario = Scenario(
      """
        - workflowId: provide-thing
          x-concord-provides:
      \(provides)
          steps:
            - stepId: make
              operationId: create
              parameters: [{name: Authorization, in: header, value: Bearer secret-token}]
              requestBody: {payload: {name: hammer}}
              successCriteria: [{condition: $statusCode == 201}]
              outputs: {id: $response.body#/id}
          outputs: {id: $steps.make.outputs.id}
      """, api: GenerationSample.api)
    scenario.generation = GenerationLimits(casesPerOperation: cases, randomPerOperation: 2)
    return scenario
  }

  private let data = """
          - {operations: [read, remove], parameters: [{name: id, in: path, value: $outputs.id}]}
          - {operations: [create], parameters: [{name: Authorization, in: header, value: Bearer secret-token}]}
    """

  /// A service that keeps the contract, as far as a stub can.
  private static func sound(_ request: StubService.Request) -> StubService.Reply {
    let path = request.path
    if path == "/things" {
      switch request.method {
      case "GET": return ThingsRule.search(request.query) ? .empty("200 OK") : .empty("400 Bad Request")
      case "POST":
        guard request.header("Authorization") == "Bearer secret-token" else { return .empty("401 Unauthorized") }
        guard ThingsRule.creates(request) else { return .empty("400 Bad Request") }
        return .json(#"{"id": 7}"#, status: "201 Created", headers: ["Location: /things/7"])
      default: return .init(status: "405 Method Not Allowed", headers: ["Allow: GET, POST"], body: "")
      }
    }
    switch request.method {
    case "GET": return Int(path.dropFirst(8)) == nil ? .empty("400 Bad Request") : .empty("200 OK")
    case "DELETE": return Int(path.dropFirst(8)) == nil ? .empty("400 Bad Request") : .empty("204 No Content")
    default: return .init(status: "405 Method Not Allowed", headers: ["Allow: GET, DELETE"], body: "")
    }
  }

  @Test("data come from the workflow that provides them: once, or for every deletion anew")
  func provided() async throws {
    let run = try await scenario(data).run(Self.sound)
    let reads = run.service.requests.filter { $0.method == "GET" && $0.path.hasPrefix("/things/") }
    #expect(reads.contains { $0.path == "/things/7" })
    let valid = run.cases.filter { $0.id.suite == "generated:users/read" && $0.id.name.hasPrefix("valid") }
    #expect(valid.allSatisfy { $0.status == .passed })
    // The deletions of the suite each had a thing of their own.
    let made = run.service.requests.count { $0.method == "POST" && $0.text.contains("hammer") }
    #expect(made >= run.cases.count { $0.id.suite == "generated:users/remove" })
    // Deleting is what this stub only pretends.
    let broken = run.cases.filter { $0.status == .failed }.flatMap { result in result.failures.map(\.check) }
    #expect(Set(broken) == ["use-after-delete"], "\(run.outcomes.filter { $0.contains("failed") })")
  }

  @Test("a workflow that cannot provide makes the cases that need it skipped or error, never green")
  func unprovided() async throws {
    let run = try await scenario(data).run { request in
      request.method == "POST" ? .empty("400 Bad Request") : Self.sound(request)
    }
    let cases = run.cases.filter { $0.id.suite == "generated:users/read" }
    #expect(!cases.isEmpty)
    #expect(!cases.contains { $0.status == .passed })
  }

  @Test("a failing random request is made smaller before it is reported")
  func shrinking() async throws {
    let run = try await scenario(data).run { request in
      request.method == "POST" && request.text.contains("\"owner\"") ? .empty("500 Oops") : Self.sound(request)
    }
    let failed = run.cases.filter { $0.id.name.hasPrefix("random valid") && $0.status == .failed }
    for result in failed where result.id.suite == "generated:users/create" {
      let body = try #require(result.exchanges.last?.request.body?.text)
      #expect(body == #"{"name":"a","owner":0}"#)
      #expect(result.failures.map(\.check).contains("server-error"))
    }
  }

  @Test(
    "what a workflow says it provides is checked",
    arguments: [
      ("      - {operations: [reed]}", "did you mean 'read'?"),
      ("      - {operations: [read], parameters: [{name: id, in: path, value: $outputs.idd}]}", "did you mean 'id'?"),
      ("      - {operations: [read], parameter: []}", "parameter"),
      ("      - {operations: [create], body: {name: x}}", "is no place in a body"),
      (
        "      - {operations: [read], parameters: [{name: id, in: path, value: $steps.make.outputs.id}]}", "hand it out"
      ),
      ("      operations: [read]", "must be a list"),
      ("      - {source: apj, operations: [read]}", "did you mean 'api'?"),
    ])
  func provisions(text: String, message: String) {
    let problems = scenario(text).problems
    #expect(problems.contains(message), "\(problems)")
    #expect(problems.contains("flows.arazzo.yaml:"))
  }
}

/// What the sample's document allows.
private enum ThingsRule {
  static func search(_ query: Substring) -> Bool {
    var limits: [String] = [], tags = 0
    for pair in query.split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let text = sides.count > 1 ? (URLBuilder.decoded(sides[1]) ?? "") : ""
      switch sides[0] {
      case "limit": limits.append(text)
      case "q": if text.unicodeScalars.count > 4 { return false }
      case "tag": tags += 1
      default: break
      }
    }
    guard limits.count == 1, let limit = Int(limits[0]) else { return false }
    return (1...10).contains(limit) && tags <= 2
  }

  static func creates(_ request: StubService.Request) -> Bool {
    guard request.header("Content-Type") == "application/json",
      let object = (try? JSONValue(parsing: request.text))?.objectValue, let name = object["name"]?.stringValue
    else { return false }
    return !name.isEmpty && (object["owner"].map { $0.numberValue?.isInteger == true } ?? true)
  }
}

extension StubService.Request {
  /// The query without its question mark.
  fileprivate var query: Substring {
    let target = line.split(separator: " ").dropFirst().first ?? ""
    return target.drop { $0 != "?" }.dropFirst()
  }
}

@Suite("Order of generated suites") struct GeneratedOrderTests {
  @Test("what removes things comes when nothing else is left to run")
  func removalsLast() async throws {
    var scenario = Scenario("  - {workflowId: flow, steps: [{stepId: list, operationId: listUsers}]}")
    scenario.generation = GenerationLimits(casesPerOperation: 20, randomPerOperation: 2)
    let run = try await scenario.run { request in
      switch request.method {
      case "DELETE": .empty("204 No Content")
      case "POST": .json(#"{"id":"u","name":"Ada"}"#, status: "201 Created")
      default: .json(#"{"id":"u","name":"Ada"}"#, headers: ["X-Version: 1"])
      }
    }
    let removal = "generated:users/deleteUser"
    let first = try #require(run.cases.firstIndex { $0.id.suite == removal })
    #expect(run.cases[first...].allSatisfy { $0.id.suite == removal })
    #expect(first > 10)
  }
}
