import JSON
import RunModel
import Testing
import YAMLSource

@testable import Contracts

@Suite("Generated cases") struct CaseGeneratorTests {
  private func names(_ operation: String, _ limits: GenerationLimits? = nil) throws -> [String] {
    let sample = try GenerationSample()
    return try (limits.map { try sample.suite(operation, limits: $0) } ?? sample.suite(operation)).cases.map(\.name)
  }

  @Test("an operation with parameters: required ones left out, each constraint at its edge and broken, other methods")
  func parameters() throws {
    let names = try self.names("search")
    #expect(
      names.starts(with: ["valid: simplest", "missing: query limit", "method: PUT", "method: PATCH", "method: DELETE"]))
    for name in [
      "valid: query limit: 10, the largest", "invalid: query limit: 0, below minimum 1",
      "invalid: query limit: 11, above maximum 10", "invalid: query limit: a text instead of integer",
      "valid: query q: length 4, the maxLength", "invalid: query q: length 5, above maxLength 4",
      "invalid: query tag: 3 items, above maxItems 2", "valid: header X-Trace: length 1, the minLength",
      "random valid 1", "random invalid 1",
    ] {
      #expect(names.contains(name), "\(names)")
    }
    #expect(Set(names).count == names.count)
  }

  @Test("an operation with a body: its constraints, its form, credentials, and what follows it")
  func body() throws {
    let names = try self.names("create")
    for name in [
      "missing: the body", "missing: body: without 'name'", "invalid: body/name: length 0, below minLength 1",
      "valid: body: with everything that is optional", "invalid: body JSON that breaks off",
      "invalid: body in an undocumented content type", "credentials: none", "credentials: forged",
      "sequence: what was created can be read", "sequence: link self", "sequence: the same request again",
    ] {
      #expect(names.contains(name), "\(names)")
    }
    // Methods are the concern of the path's first operation, and a key names a request.
    #expect(!names.contains { $0.hasPrefix("method:") || $0.hasPrefix("valid: header Idempotency-Key") })
  }

  @Test("a deletion is repeated, and what it deleted is read")
  func deletion() throws {
    let names = try self.names("remove")
    #expect(names.contains("sequence: what was deleted is gone"))
    #expect(names.contains("sequence: the same request again"))
    #expect(names.contains("invalid: path id: a text instead of integer"))
  }

  @Test("no more cases than the limit, edges and violations alike, and random ones kept")
  func limit() throws {
    let names = try self.names("search", GenerationLimits(casesPerOperation: 12, randomPerOperation: 1))
    #expect(names.count == 12)
    #expect(names.contains { $0.hasPrefix("valid: query") } && names.contains { $0.hasPrefix("invalid: query") })
    #expect(names.suffix(2) == ["random valid 1", "random invalid 1"])
    #expect(try self.names("search", GenerationLimits(casesPerOperation: 0)).isEmpty)
  }

  @Test("an example that its schema refuses makes no case, and is told")
  func wrongExample() throws {
    var scenario = Scenario(
      """
        - workflowId: flow
          steps: [{stepId: read, operationId: read, parameters: [{name: id, in: path, value: 1}]}]
      """,
      api: GenerationSample.api.replacing(
        "schema: {type: string, maxLength: 4}", with: "example: too long, schema: {type: string, maxLength: 4}"))
    scenario.generation = GenerationLimits()
    let (suites, problems) = scenario.load()
    #expect(problems.map(\.message) == ["search: the example of query q is not what its schema allows"])
    let names = try #require(suites).plan.suites.flatMap(\.cases).map(\.name)
    #expect(!names.contains { $0.contains("example") })
  }

  @Test("a request that cannot be made makes no cases, and is told")
  func incomplete() throws {
    var scenario = Scenario(
      """
        - workflowId: flow
          steps: [{stepId: read, operationId: read, parameters: [{name: id, in: path, value: 1}]}]
      """,
      api: GenerationSample.api.replacing(
        "schema: {type: integer, minimum: 1, maximum: 10}", with: "schema: {type: integer, minimum: 9, maximum: 1}"))
    scenario.generation = GenerationLimits()
    let (suites, problems) = scenario.load()
    #expect(problems.map(\.message) == ["search: no value could be made for the query parameter 'limit'"])
    #expect(try #require(suites).plan.suites.contains { $0.id == "generated:users/search" } == false)
  }

  @Test("what does not fit is told, with how many there are")
  func omission() throws {
    var scenario = Scenario(
      """
        - workflowId: flow
          steps: [{stepId: read, operationId: read, parameters: [{name: id, in: path, value: 1}]}]
      """, api: GenerationSample.api)
    scenario.generation = GenerationLimits(casesPerOperation: 12, randomPerOperation: 1)
    let notice = try #require(scenario.load().suites?.omissionNotice)
    #expect(notice.message.hasSuffix("more generated cases"))
    scenario.generation = GenerationLimits(casesPerOperation: 1_000)
    #expect(try #require(scenario.load().suites).omissionNotice == nil)
  }

  @Test("random requests follow from the seed and the name")
  func seeds() throws {
    let suite = try GenerationSample().suite("create", limits: GenerationLimits(randomPerOperation: 4))
    let random = suite.cases.filter { $0.name.hasPrefix("random") }
    func bodies(_ seed: UInt64) -> [String] {
      random.map { generated in
        guard case .random(let subject, let isValid) = generated.content,
          let request = RandomRequest(suite, generated, subject, isValid: isValid, seed: seed),
          case .value(let value)? = request.draft.body?.content
        else { return "none" }
        return value.serialized()
      }
    }
    #expect(bodies(1) == bodies(1))
    #expect(bodies(1) != bodies(2))
    #expect(Set(bodies(1)).count > 3)
  }
}
