import ConformanceSuites
import ECMARegex
import JSON
import JSONSchema
import Testing

/// The schemas of the standards that Concord reads, as their authors publish them.
@Suite("Published schemas")
struct PublishedSchemaTests {
  private static let folder = "schemas"

  @Test(
    "schemas of other standards compile and judge documents",
    .needsConformanceSuite(folder),
    arguments: [
      (
        "arazzo-1.0.schema.json",
        [
          "arazzo": "1.0.1", "info": ["title": "t", "version": "1"],
          "sourceDescriptions": [["name": "api", "url": "a.yaml", "type": "openapi"]],
          "workflows": [["workflowId": "w", "steps": [["stepId": "s", "operationId": "o"]]]],
        ], "sourceDescriptions"
      ),
      (
        "odcs-3.1.0.schema.json",
        ["apiVersion": "v3.1.0", "kind": "DataContract", "id": "c", "version": "1.0.0", "status": "active"], "kind"
      ),
    ] as [(String, JSONValue, String)])
  func verdicts(file: String, document: JSONValue, required: String) throws {
    var set = SchemaSet(patterns: ECMAPatternEngine())
    try set.add(try JSONValue(parsing: ConformanceSuites.bytes(of: "\(Self.folder)/\(file)")), at: "file:///\(file)")
    let schema = try set.schema(at: "file:///\(file)")
    #expect(schema.validate(document).map(\.description) == [])
    var incomplete = try #require(document.objectValue)
    incomplete.removeValue(forKey: required)
    incomplete["surprise"] = true
    let violations = schema.validate(.object(incomplete))
    #expect(violations.contains { $0.message == "The required member \"\(required)\" is missing." })
    #expect(violations.contains { $0.instance.description == "/surprise" })
  }
}
