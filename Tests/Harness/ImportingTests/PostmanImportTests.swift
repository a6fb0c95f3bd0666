import Arazzo
import ECMARegex
import Goldens
import JSON
import OpenAPI
import SeededRandomness
import Testing
import YAMLSource

@testable import Importing

@Suite("Imports of Postman collections") struct PostmanImportTests {
  static let collection = #"""
    {"info": {"name": "Shop API", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
     "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
     "variable": [{"key": "baseUrl", "value": "http://127.0.0.1:9000/v1"}, {"key": "limit", "value": "10"}],
     "item": [
      {"name": "Items", "item": [
       {"name": "Create an item",
        "event": [
          {"listen": "prerequest", "script": {"exec": ["pm.variables.set('x', 1);"]}},
          {"listen": "test", "script": {"exec": [
            "pm.test(\"created\", function () {", "    pm.response.to.have.status(201);", "});",
            "const body = pm.response.json();", "pm.test('name', () => { pm.expect(body.name).to.eql('Lamp'); });",
            "pm.collectionVariables.set(\"itemId\", body.data.ids[0]);", "console.log(body);\u2028# x"]}}],
        "request": {"method": "post", "header": [{"key": "X-Trace", "value": "{{$guid}}"}, {"key": "Accept", "value": "*/*"}],
          "body": {"mode": "raw", "raw": "{\"name\": \"Lamp\", \"price\": {{price}}, \"tags\": [\"{{tag}} x\"]}", "options": {"raw": {"language": "json"}}},
          "url": {"raw": "{{baseUrl}}/items", "host": ["{{baseUrl}}"], "path": ["items"]}},
        "response": [{"name": "ok", "code": 201, "header": [{"key": "Content-Type", "value": "application/json"}],
          "body": "{\"name\":\"Lamp\",\"gone\":null,\"data\":{\"ids\":[1]}}"}]},
       {"name": "Inner", "item": [
        {"name": "Get the item", "request": {"method": "GET", "url": {"raw": "{{baseUrl}}/items/:id?limit={{limit}}",
          "query": [{"key": "limit", "value": "{{limit}}"}, {"key": "old", "value": "1", "disabled": true}],
          "variable": [{"key": "id", "value": "{{itemId}}"}]}}},
        {"name": "Get the item", "request": {"auth": {"type": "noauth"}, "method": "GET", "url": "{{baseUrl}}/items/{{other}}"}}]},
       {"name": "Upload", "request": {"method": "PUT", "auth": {"type": "awsv4"}, "body": {"mode": "file"}, "url": "{{baseUrl}}/items/file"}},
       {"name": "Sign in", "request": {"method": "POST", "auth": {"type": "apikey", "apikey": {"key": "X-Key", "value": "secret"}},
          "body": {"mode": "urlencoded", "urlencoded": [{"key": "user", "value": "ada"}, {"key": "password", "value": "{{password}}"}]},
          "url": "{{baseUrl}}/login"}}
      ]},
      {"name": "Health", "request": "http://127.0.0.1:9000/v1/health?deep=1"}
     ]}
    """#

  private func imported(_ text: String, document: OpenAPIDocument? = nil) throws -> ImportedStack {
    try PostmanImporter(
      PostmanCollection(Array(text.utf8), file: "shop.json"), service: "shop", document: document,
      documentFile: document.map { _ in "../api.yaml" }
    ).stack(baseURL: nil)
  }

  @Test("folders become workflows, requests steps, tests criteria, kept values outputs; the rest is told")
  func whole() throws {
    let stack = try imported(Self.collection)
    #expect(stack.files.map(\.path) == ["apis/shop.openapi.json", "workflows/shop.arazzo.yaml"])
    try expectGolden(stack.files[0].text, "postman.openapi.json")
    try expectGolden(stack.files[1].text, "postman.arazzo.yaml")
    try expectGolden(stack.stack, "postman.stack.yaml")
    #expect(
      stack.remarks == [
        "'Create an item': 2 lines of its test script stand in the file as a comment",
        "'Create an item': its script that runs before is left out",
        "'Upload': its authorisation of type awsv4 is left out", "'Upload': its body of type file is left out",
      ])
  }

  @Test("a document of the service names the operations")
  func documented() throws {
    let api = """
      openapi: 3.1.0
      info: {title: T, version: '1'}
      servers: [{url: /v1}]
      paths:
        /items:
          post: {operationId: addItem, responses: {'201': {description: made}}}
        /items/{key}:
          parameters: [{name: key, in: path, required: true, schema: {type: string}}]
          get: {operationId: readItem, responses: {'200': {description: one}}}
      """
    let (document, problems) = OpenAPIDocument.load(file: "api.yaml", loader: SourceLoader(files: ["api.yaml": api]))
    let loaded: OpenAPIDocument = try #require(document, "\(problems)")
    let stack = try imported(Self.collection, document: loaded)
    #expect(stack.files.map(\.path) == ["workflows/shop.arazzo.yaml"])
    #expect(stack.files[0].text.contains("operationId: addItem"))
    #expect(stack.files[0].text.contains("{name: key, in: path, value: $steps.create-an-item.outputs.itemId}"))
    #expect(stack.remarks.contains("'Upload' calls PUT /items/file, which the document does not have"))
  }

  @Test(
    "what is no collection is told with what to do",
    arguments: [
      ("{", "the file is no JSON"), (#"{"values": []}"#, "is no Postman collection"),
      (#"{"info": {"schema": "https://x/v3.0.0/c"}, "item": []}"#, "the collection's format is not known"),
      (#"{"info": {}, "item": []}"#, "none of the collection's 0 requests"),
    ])
  func problems(text: String, message: String) {
    do {
      _ = try imported(text)
      Issue.record("imported")
    } catch let problem as ImportProblem {
      #expect("\(problem.problems)".contains(message))
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test(
    "sentences of scripts",
    arguments: [
      ("pm.response.to.have.status(204);", "$statusCode == 204"),
      ("pm.test(\"a\", () => pm.expect(pm.response.code).to.equal(200));", "$statusCode == 200"),
      ("tests['ok'] = responseCode.code === 200;", "$statusCode == 200"),
      ("pm.expect(j.a['b c'][0].d).to.eql(-1.5)", "$response.body#/a/b c/0/d == -1.5"),
      ("pm.expect(pm.response.json().ok).to.be.equal(true);", "$response.body#/ok == true"),
      ("pm.expect(pm.response.headers.get('X-A')).to.eq(\"1\");", "$response.header.X-A == '1'"),
      ("pm.environment.set('user id', j.id);", "userId = $response.body#/id"),
      ("pm.expect(j.a).to.be.above(3);", "? pm.expect(j.a).to.be.above(3);"),
      ("pm.expect(k.a).to.eql(3);", "? pm.expect(k.a).to.eql(3);"),
      ("pm.expect(j.a).to.eql(\"it's\");", "? pm.expect(j.a).to.eql(\"it's\");"),
      ("pm.environment.set('a', Math.random());", "? pm.environment.set('a', Math.random());"),
      ("// nothing", ""), ("});", ""),
    ])
  func scripts(line: String, meaning: String) {
    let script = PostmanScript(["var j = JSON.parse(responseBody);", line])
    let found = script.criteria + script.outputs.map { "\($0.name) = \($0.expression)" } + script.rest.map { "? \($0)" }
    #expect(found.joined(separator: "; ") == meaning)
  }

  @Test("whatever a collection says, the files can be read again", arguments: 0..<40)
  func hostile(seed: Int) throws {
    let texts = [
      "a: b", "- x", "'", "\"", "#", "{{", "}}", "{$inputs.x}", "\n", "\r\n# y: z", "\u{85}", "\u{2028}", "\\", "*a",
      "&b", "!c",
      "%", "@", "`", "[", "]", "{", "}", ",", "? ", "| ", "> ", "null", "~", "yes", "1e3", "0x1", "", " ", "ä", "\u{0}",
      "$", "$steps",
      "<<", "---", "...", "=", "//", "..",
    ]
    func text(_ index: Int) -> JSONValue {
      var generator = SplitMix64(seed: UInt64(seed * 1_000 + index))
      return .string((0..<3).compactMap { _ in texts.randomElement(using: &generator) }.joined())
    }
    let collection: JSONValue = [
      "info": ["name": text(0)],
      "item": [
        [
          "name": text(1),
          "item": [
            [
              "name": text(2), "event": [["listen": "test", "script": ["exec": [text(3), text(4)]]]],
              "request": [
                "method": "POST", "header": [["key": "X-A", "value": text(5)]],
                "url": ["raw": "http://h/a/b", "query": [["key": "q", "value": text(6)]]],
                "body": [
                  "mode": "raw", "raw": .string(JSONValue.object(["a": text(7), "b": [text(8)]]).serialized()),
                ],
              ],
            ]
          ],
        ]
      ],
    ]
    let stack = try imported(collection.serialized())
    var files: [String: String] = ["stack.yaml": stack.stack]
    for file in stack.files { files[file.path] = file.text }
    let loader = SourceLoader(files: files)
    let (arazzo, problems) = ArazzoDocument.load(file: "workflows/shop.arazzo.yaml", loader: loader)
    // Braces in a collection's texts may look like expressions of their own; those are told, and nothing else is.
    let others = problems.filter {
      !$0.message.contains("{$") && !$0.message.contains("$steps") && !$0.message.contains("$inputs")
    }
    #expect(others.isEmpty, "\(others)\n\(files)")
    if problems.isEmpty { #expect(arazzo != nil) }
    let (api, apiProblems) = OpenAPIDocument.load(file: "apis/shop.openapi.json", loader: loader)
    #expect(api != nil, "\(apiProblems)")
    _ = try loader.load("stack.yaml")
  }
}
