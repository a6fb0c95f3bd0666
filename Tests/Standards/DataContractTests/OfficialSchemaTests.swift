import ConformanceSuites
import DataContract
import ECMARegex
import JSON
import JSONSchema
import Testing
import YAMLSource

@Suite(
  "Our reader and the official schema of ODCS 3.1 agree",
  .needsConformanceSuite("schemas"))
struct OfficialSchemaTests {
  private func official() throws -> Schema {
    var set = SchemaSet(patterns: ECMAPatternEngine())
    let bytes = try ConformanceSuites.bytes(of: "schemas/odcs-3.1.0.schema.json")
    try set.add(JSONValue(parsing: bytes), at: "file:///odcs.json")
    return try set.schema(at: "file:///odcs.json")
  }

  @Test("on the samples", arguments: Sample.files.keys.sorted())
  func samples(file: String) throws {
    let document = try SourceDocument.parse(try #require(Sample.files[file]), file: file)
    let violations = try official().validate(document.json)
    #expect(violations.isEmpty, "\(violations.map { "\($0.instance): \($0.message)" })")
  }

  @Test(
    "on ways to break a sample",
    arguments: [
      ("kind: DataContract", "kind: Contract"), ("id: order-data", "ident: order-data"), ("port: 5434", "port: '5434'"),
      ("logicalType: integer", "logicalType: int"), ("from: [order_items.order_id, ", "form: [order_items.order_id, "),
      ("to: [orders.id, orders.shop]", "to: orders.id"), ("metric: rowCount", "metric: rowcount"),
      ("mustBeBetween: [1, 10]", "mustBeBetween: [1]"), ("mustBe: 0\n", "\n"),
      ("mustBe: 0\n", "mustBe: 0\n        mustNotBe: 1\n"),
      ("type: custom, engine: soda", "type: custom"), ("{property: latency, value: 4", "{property: latency"),
      ("- to: users.odcs.yaml#/", "- to: users.odcs.yaml#//"), ("property: concord.key", "name: concord.key"),
      ("dimension: consistency", "dimension: consistence"), ("id: for_people", "id: for people"),
      ("type: postgres", "type: postgrez"),
    ])
  func broken(part: String, replacement: String) throws {
    let text = Sample.orders.replacing(part, with: replacement, maxReplacements: 1)
    #expect(text != Sample.orders)
    #expect(!(try official().isValid(SourceDocument.parse(text, file: "o.yaml").json)))
    let (contract, _) = DataContract.load(file: "o.yaml", loader: SourceLoader(files: ["o.yaml": text]))
    #expect(contract == nil)
  }
}
