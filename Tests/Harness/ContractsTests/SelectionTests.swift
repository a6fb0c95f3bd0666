import Contracts
import RunModel
import Testing
import YAMLSource

@Suite("Selection of cases") struct SelectionTests {
  private static let flows = """
      - workflowId: base
        steps: [{stepId: list, operationId: search, parameters: [{name: limit, in: query, value: 1}]}]
      - workflowId: follower
        dependsOn: [base]
        steps: [{stepId: read, operationId: read, parameters: [{name: id, in: path, value: 7}]}]
      - workflowId: other
        steps: [{stepId: make, operationId: create, requestBody: {payload: {name: x}}}]
    """

  private func suites() throws -> ContractSuites {
    var scenario = Scenario(Self.flows, api: GenerationSample.api)
    scenario.generation = GenerationLimits(casesPerOperation: 10)
    return try #require(scenario.load().suites)
  }

  private func selected(_ change: (inout CaseSelection) -> Void) throws -> [String] {
    var selection = CaseSelection()
    change(&selection)
    let (chosen, problems) = try suites().selecting(selection)
    return try #require(chosen, "\(problems)").plan.suites.map(\.id)
  }

  @Test("nothing asked for is everything")
  func whole() throws {
    #expect(CaseSelection().isWhole && CaseSelection().summary == nil)
    #expect(try selected { _ in }.count == 7)
  }

  @Test("operations choose their generated cases and the workflows that call them, with what these build on")
  func operations() throws {
    #expect(try selected { $0.operations = ["read"] } == ["base", "follower", "generated:users/read"])
    #expect(
      try selected { $0.operations = ["create", "remove"] } == [
        "other", "generated:users/create", "generated:users/remove",
      ])
  }

  @Test("workflows choose no generated cases; kinds narrow each other")
  func workflows() throws {
    #expect(try selected { $0.workflows = ["follower"] } == ["base", "follower"])
    #expect(
      try selected {
        $0.workflows = ["other", "base"]
        $0.operations = ["create"]
      } == ["other"])
  }

  @Test("unknown names are told with the nearest, and nothing left to run is an error")
  func problems() throws {
    var selection = CaseSelection()
    selection.operations = ["raed"]
    selection.services = ["user"]
    let unknown = try suites().selecting(selection)
    #expect(unknown.0 == nil)
    #expect(unknown.1.map(\.message) == ["there is no service 'user'", "there is no operation 'raed'"])
    #expect(unknown.1.map(\.remedy) == ["did you mean 'users'?", "did you mean 'read'?"])
    selection = CaseSelection()
    selection.workflows = ["other"]
    selection.operations = ["read"]
    #expect(try suites().selecting(selection).1.first?.message.hasPrefix("nothing is left to run") == true)
  }

  @Test("parts are the whole and do not overlap, but for what is built on", arguments: 1...6)
  func shards(count: Int) throws {
    let whole = Set(try selected { _ in })
    var seen: [String: Int] = [:]
    for index in 1...count {
      var selection = CaseSelection()
      selection.shard = CaseSelection.Shard(index, of: count)
      // A part can be empty when there are more of them than suites.
      for suite in try suites().selecting(selection).0?.plan.suites ?? [] { seen[suite.id, default: 0] += 1 }
    }
    #expect(Set(seen.keys) == whole)
    #expect(seen.filter { $0.key != "base" }.allSatisfy { $0.value == 1 }, "\(seen)")
  }

  @Test("at most so many cases, as many of each operation; workflows stay whole")
  func maximum() throws {
    var selection = CaseSelection()
    selection.maximumCases = 12
    let plan = try #require(try suites().selecting(selection).0).plan
    #expect(plan.caseCount <= 12)
    let generated = plan.suites.filter { $0.id.hasPrefix("generated:") }.map(\.cases.count)
    #expect(generated == [2, 2, 2, 2])
  }

  @Test("one case alone")
  func only() throws {
    var selection = CaseSelection()
    selection.only = CaseID(suite: "generated:users/read", name: "valid: simplest")
    let plan = try #require(try suites().selecting(selection).0).plan
    #expect(plan.suites.flatMap(\.cases) == [CaseID(suite: "generated:users/read", name: "valid: simplest")])
  }

  @Test(
    "a part is written i/n", arguments: [("1/1", true), ("3/4", true), ("0/4", false), ("5/4", false), ("a", false)])
  func notation(text: String, isPart: Bool) {
    #expect((CaseSelection.Shard(text) != nil) == isPart)
  }

  @Test("after the first failure the rest is left out, and the run says so")
  func failFast() async throws {
    var scenario = Scenario(Self.flows, api: GenerationSample.api)
    scenario.generation = GenerationLimits(casesPerOperation: 20)
    scenario.limits = ContractLimits(concurrency: 1, answerTime: .seconds(5), failures: 1)
    let run = try await scenario.run { _ in .empty("500 Internal Server Error") }
    #expect(run.cases.count { $0.status == .failed } < 10)
    #expect(run.cases.count { if case .skipped = $0.status { true } else { false } } > 30)
  }
}
