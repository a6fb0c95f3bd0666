import ConformanceSuites
import ECMARegex
import JSON
import JSONSchema
import Testing

/// The official JSON Schema Test Suite, required part of draft 2020-12.
@Suite("The official JSON Schema suite")
struct DraftSuiteTests {
  private static let folder = "json-schema/draft2020-12"
  private static let remotes = "json-schema/remotes"

  @Test(
    "every case of draft 2020-12 comes out as the suite says",
    .needsConformanceSuite(folder))
  func verdicts() throws {
    var base = SchemaSet(patterns: ECMAPatternEngine())
    for file in try ConformanceSuites.files(below: Self.remotes) where file.hasSuffix(".json") {
      // The remotes of other drafts have identities of their own and are not referred to here.
      guard !file.hasPrefix("v1/") else { continue }
      let document = try JSONValue(parsing: ConformanceSuites.bytes(of: "\(Self.remotes)/\(file)"))
      try base.add(document, at: "http://localhost:1234/\(file)")
    }
    var passed = 0
    var total = 0
    for file in try ConformanceSuites.files(in: Self.folder) where file.hasSuffix(".json") {
      let groups = try JSONValue(parsing: ConformanceSuites.bytes(of: "\(Self.folder)/\(file)")).arrayValue ?? []
      for (number, group) in groups.enumerated() {
        let name = "\(file): \(group["description"]?.stringValue ?? "?")"
        let tests = group["tests"]?.arrayValue ?? []
        total += tests.count
        do {
          var set = base
          let uri = "http://suite.test/\(file)/\(number)"
          try set.add(try #require(group["schema"]), at: uri)
          let schema = try set.schema(at: uri)
          for test in tests where Self.passes(test, schema, name) { passed += 1 }
        } catch {
          Issue.record("\(name): \(error)")
        }
      }
    }
    print("JSON Schema draft 2020-12: \(passed) of \(total)")
    #expect(passed == total)
    #expect(total == 1299)
  }

  private static func passes(_ test: JSONValue, _ schema: Schema, _ group: String) -> Bool {
    guard let instance = test["data"], let isValid = test["valid"]?.boolValue else { return false }
    let violations = schema.validate(instance)
    let name = "\(group): \(test["description"]?.stringValue ?? "?")"
    // Both ways to evaluate must agree, and every violation must be complete.
    guard violations.isEmpty == isValid, schema.isValid(instance) == isValid else {
      Issue.record("\(name): expected valid \(isValid), found \(violations), quick \(schema.isValid(instance))")
      return false
    }
    for violation in violations where violation.message.isEmpty || violation.schemaURI.isEmpty {
      Issue.record("\(name): \(violation)")
      return false
    }
    return true
  }
}
