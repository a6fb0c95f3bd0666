import ConformanceSuites
import ECMARegex
import JSON
import JSONSchema
import SchemaSampling
import Testing

/// The schemas of the official JSON Schema Test Suite, of which no two are alike: whatever is made for them is proved.
@Suite("Values for the official schemas") struct OfficialSchemasTests {
  private static let folder = "json-schema/draft2020-12"
  private static let remotes = "json-schema/remotes"

  @Test("what is valid is valid, what breaks a keyword breaks it", .needsConformanceSuite(folder))
  func sweep() throws {
    var base = SchemaSet(patterns: ECMAPatternEngine())
    for file in try ConformanceSuites.files(below: Self.remotes) where file.hasSuffix(".json") && !file.hasPrefix("v1/")
    {
      try base.add(
        JSONValue(parsing: ConformanceSuites.bytes(of: "\(Self.remotes)/\(file)")), at: "http://localhost:1234/\(file)")
    }
    var schemas = 0, withValue = 0, withViolation = 0, satisfiable = 0
    for file in try ConformanceSuites.files(in: Self.folder) where file.hasSuffix(".json") {
      let groups = try JSONValue(parsing: ConformanceSuites.bytes(of: "\(Self.folder)/\(file)")).arrayValue ?? []
      for (number, group) in groups.enumerated() {
        var set = base
        let uri = "http://suite.test/\(file)/\(number)"
        try set.add(try #require(group["schema"]), at: uri)
        let schema = try set.schema(at: uri)
        let sampler = SchemaSampler(schema, patterns: ECMAPatternEngine())
        schemas += 1
        if (group["tests"]?.arrayValue ?? []).contains(where: { $0["valid"] == true }) { satisfiable += 1 }
        withValue += Self.hasProvedValue(sampler, schema, "\(file) \(number)") ? 1 : 0
        let violations = sampler.violations()
        withViolation += violations.isEmpty ? 0 : 1
        for sample in violations where !schema.validate(sample.value).contains(where: { $0.keyword == sample.keyword })
        {
          Issue.record("\(file) \(number): \(sample)")
        }
      }
    }
    print(
      "schemas of the official suite: values for \(withValue) of \(schemas), violations for \(withViolation)"
    )
    #expect(withValue >= satisfiable * 9 / 10)
  }

  private static func hasProvedValue(_ sampler: SchemaSampler, _ schema: Schema, _ name: String) -> Bool {
    var generator = TestBits(state: 1)
    let values =
      [sampler.simplest(), sampler.fullest(), sampler.random(using: &generator)].compactMap(\.self)
      + sampler.edges().map(\.value)
    for value in values where !schema.isValid(value) { Issue.record("\(name): \(value) is not valid") }
    return !values.isEmpty
  }
}
