import Arazzo
import ConformanceSuites
import ECMARegex
import JSON
import JSONSchema
import Testing
import YAMLSource

@Suite(
  "Our reader and the official schema of Arazzo 1.0 agree",
  .needsConformanceSuite("schemas"))
struct OfficialSchemaTests {
  private let text = """
    arazzo: 1.0.1
    info: {title: T, version: '1'}
    sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
    workflows:
      - workflowId: w
        inputs: {type: object, properties: {n: {type: integer}}}
        steps:
          - stepId: a
            operationId: create
            parameters: [{name: p, in: query, value: $inputs.n}]
            requestBody: {contentType: application/json, payload: {n: $inputs.n}}
            successCriteria: [{condition: $statusCode == 201}]
            onFailure: [{name: f, type: retry, retryAfter: 1, retryLimit: 2, stepId: b}]
            outputs: {id: $response.body#/id}
          - {stepId: b, operationPath: '{$sourceDescriptions.api.url}#/paths/~1x/get'}
        outputs: {id: $steps.a.outputs.id}
    components:
      parameters: {p: {name: p, in: query, value: 1}}
    """

  @Test(
    "on a document and on ways to break it",
    arguments: [
      ("", ""), ("arazzo: 1.0.1", "arazzo: 2.0.0"), ("title: T, ", ""), ("workflowId: w", "workflowID: w"),
      ("type: openapi", "type: graphql"), ("operationId: create", "operationId: create\n        workflowId: w"),
      ("stepId: a", "id: a"), ("in: query, value: $inputs.n", "in: body, value: $inputs.n"),
      ("in: query, value: $inputs.n", "value: $inputs.n"), ("[{condition: $statusCode == 201}]", "[]"),
      ("type: retry", "type: again"), ("retryAfter: 1", "retryAfter: -1"), ("type: retry", "type: goto, workflowId: w"),
      ("{p: {name", "{'p q': {name"), ("outputs: {id: $steps", "outputs: {id: 5, x: $steps"), ("steps:", "stepz:"),
      ("sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]", "sourceDescriptions: []"),
    ])
  func agreement(part: String, replacement: String) throws {
    var set = SchemaSet(patterns: ECMAPatternEngine())
    let bytes = try ConformanceSuites.bytes(of: "schemas/arazzo-1.0.schema.json")
    try set.add(JSONValue(parsing: bytes), at: "file:///arazzo.json")
    let broken = part.isEmpty ? text : text.replacing(part, with: replacement)
    #expect(part.isEmpty || broken != text)
    let schema = try set.schema(at: "file:///arazzo.json")
    let isValid = schema.isValid(try SourceDocument.parse(broken, file: "a.yaml").json)
    let (document, diagnostics) = ArazzoDocument.load(file: "a.yaml", loader: SourceLoader(files: ["a.yaml": broken]))
    #expect(isValid == part.isEmpty)
    #expect((document != nil) == part.isEmpty, "\(diagnostics)")
  }

  @Test("patterns and queries are compiled, and queries are evaluated")
  func queries() throws {
    let text = text.replacing(
      "[{condition: $statusCode == 201}]",
      with: """
        [{context: $response.body, type: jsonpath, condition: '$[?count(@.pets) > 0]'},
                  {context: $response.body, type: jsonpath, condition: '$.a['}, {context: $url, type: regex, condition: '('}]
        """)
    let (document, diagnostics) = ArazzoDocument.load(file: "a.yaml", loader: SourceLoader(files: ["a.yaml": text]))
    let loaded = try #require(document, "\(diagnostics)")
    let found = loaded.criteriaDiagnostics(patterns: ECMAPatternEngine())
    #expect(found.count == 2)
    #expect(found.allSatisfy { $0.severity == .error && $0.location?.line == 13 })
    let criterion = try #require(loaded.workflows.first?.steps.first?.successCriteria.first)
    let pets = FixedContext(values: ["$response.body": [["pets": [1]]]])
    #expect(criterion.evaluate(in: pets, patterns: ECMAPatternEngine()).isSatisfied)
    let none = criterion.evaluate(in: FixedContext(values: ["$response.body": []]), patterns: ECMAPatternEngine())
    #expect(none.verdict == .unsatisfied)
    #expect(none.explanation == "$response.body has 0 nodes at $[?count(@.pets) > 0]: []")
  }
}
