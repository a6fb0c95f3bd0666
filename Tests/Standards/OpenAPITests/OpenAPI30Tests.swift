import JSON
import OpenAPI
import Testing
import YAMLSource

@testable import OpenAPI

@Suite("OpenAPI 3.0 documents are read with their schemas converted")
struct OpenAPI30Tests {
  private let text = """
    openapi: 3.0.3
    info: {title: T, version: '1'}
    paths:
      /a:
        get:
          responses:
            '200':
              description: d
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      a: {type: string, nullable: true}
                      b: {type: integer, minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false}
                      c: {$ref: '#/components/schemas/C', nullable: true}
                      d: {type: array, items: {type: number, nullable: false}}
                      nullable: {type: string}
                      e: {nullable: true, allOf: [{$ref: '#/components/schemas/C'}]}
                    example: {nullable: true}
    components:
      schemas:
        C: {type: boolean, nullable: true}
    """

  @Test("nullable, exclusive bounds and siblings of $ref become JSON Schema 2020-12")
  func conversion() throws {
    let (document, diagnostics) = OpenAPIDocument.load(file: "a.yaml", loader: SourceLoader(files: ["a.yaml": text]))
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    let loaded = try #require(document)
    #expect(loaded.specification == .v3_0)
    let schema = try #require(loaded.operation(id: "GET /a")?.response(for: 200)?.content.first?.schema)
    let value = try #require(loaded.values[schema.documentURI]?.value(at: schema.pointer))
    #expect(
      value == [
        "type": "object",
        "properties": [
          "a": ["type": ["string", "null"]], "b": ["type": "integer", "exclusiveMinimum": 1, "maximum": 9],
          "c": ["$ref": "#/components/schemas/C"], "d": ["type": "array", "items": ["type": "number"]],
          "nullable": ["type": "string"], "e": ["allOf": [["$ref": "#/components/schemas/C"]]],
        ], "example": ["nullable": true],
      ])
    #expect(
      loaded.values[schema.documentURI]?.value(at: JSONPointer(tokens: ["components", "schemas", "C"])) == [
        "type": ["boolean", "null"]
      ])
  }

  @Test("what only 3.1 has is refused with the reason")
  func newer() {
    let text =
      "openapi: 3.0.0\ninfo: {title: T, version: '1', summary: s}\nwebhooks: {}\ncomponents: {schemas: {A: true}}\n"
    let (_, diagnostics) = OpenAPIDocument.load(file: "a.yaml", loader: SourceLoader(files: ["a.yaml": text]))
    #expect(
      diagnostics.map(\.description).joined(separator: "\n") == """
        a.yaml:1:1: error: the OpenAPI document lacks 'paths'
        a.yaml:2:32: error: the info has an unknown key 'summary'
          it exists from OpenAPI 3.1 on
        a.yaml:3:1: error: the OpenAPI document has an unknown key 'webhooks'
          it exists from OpenAPI 3.1 on
        a.yaml:4:27: error: a schema must be a mapping, found the boolean true
        """)
  }
}
