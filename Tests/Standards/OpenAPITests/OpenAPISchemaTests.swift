import ConformanceSuites
import ECMARegex
import JSON
import JSONSchema
import OpenAPI
import Testing
import YAMLSource

@Suite("The schemas of a description can be used")
struct OpenAPISchemaTests {
  @Test("every schema is found by its reference, across files, and violations lead to lines")
  func validation() throws {
    let document = try Sample.load()
    let set = try document.schemaSet(patterns: ECMAPatternEngine())
    let get = try #require(document.operation(id: "getUser"))
    let reference = try #require(get.response(for: 200)?.content.first?.schema)
    let schema = try set.schema(at: reference.uri)
    #expect(schema.isValid(["uid": "u1", "friends": [["uid": "u2", "friends": []]]]))
    let violations = schema.validate(["uid": "u1", "friends": [["uid": 5]]])
    let violation = try #require(violations.first)
    #expect(violations.count == 1)
    #expect(violation.instance.description == "/friends/0/uid")
    #expect(
      document.location(schemaURI: violation.schemaURI, pointer: violation.schema)?.description
        == "apis/user.yaml:67:15")
    let create = try #require(document.operation(id: "createUser")?.requestBody?.content.first?.schema)
    #expect(create.documentURI == "file:///apis/common.yaml")
    #expect(!(try set.schema(at: create.uri).isValid([:])))
    #expect(try set.schema(at: create.uri).isValid(["name": "Ada"]))
  }

  @Test("a reference into another file is followed by the schema set")
  func acrossFiles() throws {
    let files = [
      "a b/api.yaml": """
      openapi: 3.1.0
      info: {title: T, version: '1'}
      components:
        schemas: {A: {properties: {x: {$ref: 'parts/%C3%A9.yaml#/Text'}}}}
      """, "a b/parts/é.yaml": "Text: {type: string, $defs: {n: {$ref: '#/Text'}}}\n",
    ]
    let (document, diagnostics) = OpenAPIDocument.load(file: "a b/api.yaml", loader: SourceLoader(files: files))
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    let set = try #require(document).schemaSet(patterns: ECMAPatternEngine())
    let pointer = JSONPointer(tokens: ["components", "schemas", "A"])
    let reference = SchemaReference(documentURI: OpenAPIDocument.uri(ofFile: "a b/api.yaml"), pointer: pointer)
    let violation = try #require(try set.schema(at: reference.uri).validate(["x": 1]).first)
    let place = document?.location(schemaURI: violation.schemaURI, pointer: violation.schema)
    #expect(place?.description == "a b/parts/é.yaml:1:8")
  }

  @Test("schemas that are no JSON Schema are reported with their lines, all at once")
  func invalidSchemas() throws {
    let text = """
      openapi: 3.1.0
      info: {title: T, version: '1'}
      components:
        schemas:
          A: {type: strng}
          B: {properties: {x: {minLength: -1}}}
          C: {pattern: '('}
          D: {type: string}
      """
    let (document, _) = OpenAPIDocument.load(file: "a.yaml", loader: SourceLoader(files: ["a.yaml": text]))
    let found = try #require(document).schemaDiagnostics(patterns: ECMAPatternEngine())
    #expect(found.allSatisfy { $0.severity == .error })
    #expect(Set(found.compactMap { $0.location?.line }) == [5, 6, 7])
    #expect(try Sample.load().schemaDiagnostics(patterns: ECMAPatternEngine()).isEmpty)
  }

  @Test("nullable schemas of OpenAPI 3.0 accept null")
  func nullable() throws {
    let text = """
      openapi: 3.0.3
      info: {title: T, version: '1'}
      paths: {}
      components: {schemas: {A: {type: string, nullable: true}, B: {minimum: 1, exclusiveMinimum: true}}}
      """
    let (document, _) = OpenAPIDocument.load(file: "a.yaml", loader: SourceLoader(files: ["a.yaml": text]))
    let set = try #require(document).schemaSet(patterns: ECMAPatternEngine())
    let a = try set.schema(at: "file:///a.yaml#/components/schemas/A")
    #expect(a.isValid(nil) && a.isValid("x") && !a.isValid(1))
    let b = try set.schema(at: "file:///a.yaml#/components/schemas/B")
    #expect(!b.isValid(1) && b.isValid(2))
  }
}

@Suite(
  "Our reader and the official schema of OpenAPI 3.1 agree",
  .needsConformanceSuite("schemas"), .needsConformanceSuite("openapi-3.1"))
struct OfficialSchemaTests {
  private func official() throws -> Schema {
    var set = SchemaSet(patterns: ECMAPatternEngine())
    let bytes = try ConformanceSuites.bytes(of: "schemas/openapi-3.1.schema.yaml")
    let text = String(decoding: bytes, as: UTF8.self)
    try set.add(SourceDocument.parse(text, file: "openapi.yaml").json, at: "file:///openapi.yaml")
    return try set.schema(at: "file:///openapi.yaml")
  }

  @Test("on the suite's documents and on the sample")
  func agreement() throws {
    let schema = try official()
    var agreed = 0, total = 0
    for verdict in ["pass", "fail"] {
      for name in try ConformanceSuites.files(in: "openapi-3.1/" + verdict) {
        let bytes = try ConformanceSuites.bytes(of: "openapi-3.1/\(verdict)/\(name)")
        let document = try SourceDocument.parse(String(decoding: bytes, as: UTF8.self), file: name)
        total += 1
        let isRight = schema.isValid(document.json) == (verdict == "pass")
        #expect(isRight, "\(verdict)/\(name)")
        if isRight { agreed += 1 }
      }
    }
    print("OpenAPI 3.1 schema, evaluated by our validator: \(agreed) of \(total) documents as ours")
    let sample = try SourceDocument.parse(Sample.api, file: "user.yaml")
    #expect(schema.validate(sample.json).map(\.message).isEmpty)
  }
}
