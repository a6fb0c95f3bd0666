import ECMARegex
import FoundationEssentials
import JSON
import JSONSchema
import Testing
import YAMLSource

/// The marketplace's contracts are held to the official schemas of their standards, by our own validator.
///
/// The readers are stricter than the schemas in most places, but other tools read these files too.
@Suite("Bundled contracts") struct BundledContractsTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized.path
  private static let schemas =
    (ProcessInfo.processInfo.environment["CONCORD_CONFORMANCE"] ?? "\(root)/../shared/conformance") + "/schemas"
  private static let hasSchemas = FileManager.default.fileExists(atPath: schemas)

  @Test(
    "are valid by the schema of their standard", .enabled(if: hasSchemas, "the conformance folder is absent"),
    arguments: [
      ("apis", ".openapi.yaml", "openapi-3.1.schema.yaml", 4),
      ("workflows", ".arazzo.yaml", "arazzo-1.0.schema.json", 15),
      ("data", ".odcs.yaml", "odcs-3.1.0.schema.json", 4),
    ])
  func valid(folder: String, suffix: String, schemaFile: String, atLeast: Int) throws {
    let schemaValue = try Self.read("\(Self.schemas)/\(schemaFile)")
    let uri = schemaValue["$id"]?.stringValue ?? "file:///\(schemaFile)"
    var set = SchemaSet(patterns: ECMAPatternEngine())
    try set.add(schemaValue, at: uri)
    let schema = try set.schema(at: uri)
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/contracts/\(folder)")
      .filter { $0.hasSuffix(suffix) }.sorted()
    #expect(names.count >= atLeast)
    for name in names {
      let violations = schema.validate(try Self.read("\(Self.root)/contracts/\(folder)/\(name)"))
      #expect(violations.isEmpty, "\(name): \(violations.prefix(5).map(\.description).joined(separator: "; "))")
    }
  }

  private static func read(_ path: String) throws -> JSONValue {
    try SourceDocument.parse(String(contentsOf: URL(filePath: path), encoding: .utf8), file: path).json
  }
}
