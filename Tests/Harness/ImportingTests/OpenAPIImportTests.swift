import ECMARegex
import Goldens
import JSON
import OpenAPI
import Testing
import YAMLSource

@testable import Importing

@Suite("Imports of OpenAPI documents") struct OpenAPIImportTests {
  static let api = """
    openapi: 3.1.0
    info: {title: Shop API, version: 1.0.0}
    components:
      securitySchemes:
        token: {type: http, scheme: bearer}
        other: {type: mutualTLS}
    security: [{other: []}, {token: []}]
    paths:
      /customers:
        post:
          operationId: createCustomer
          security: []
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  required: [email, name]
                  properties: {email: {type: string, format: email}, name: {type: string, minLength: 3}}
                example: {email: ada@example.com, name: Ada, note: "a: b # c"}
          responses:
            '201':
              description: made
              content: {application/json: {schema: {$ref: '#/components/schemas/Customer'}}}
        get: {operationId: listCustomers, responses: {'200': {description: all}}}
      /customers/{customer}:
        parameters: [{name: customer, in: path, required: true, schema: {type: string}}]
        get:
          operationId: getCustomer
          responses: {'200': {description: one}, '404': {description: none}}
        patch:
          operationId: changeCustomer
          requestBody: {content: {application/json: {schema: {type: object}}}}
          responses: {'200': {description: changed}}
        delete: {operationId: removeCustomer, responses: {'204': {description: gone}}}
      /customers/{customer}/orders:
        parameters: [{name: customer, in: path, required: true, schema: {type: string}}]
        post:
          operationId: createOrder
          parameters: [{name: currency, in: query, required: true, schema: {enum: [EUR]}}]
          responses:
            '201':
              description: made
              content: {application/json: {example: {data: {id: 7}}, schema: {properties: {data: {properties: {id: {}}}}}}}
      /customers/{customer}/orders/{id}:
        parameters:
          - {name: customer, in: path, required: true, schema: {type: string}}
          - {name: id, in: path, required: true, schema: {type: integer}}
        get: {operationId: getOrder, responses: {'200': {description: one}}}
      /reports:
        post: {operationId: createReport, responses: {'202': {description: later}}}
      /reports/{id}:
        parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
        get: {operationId: getReport, responses: {'200': {description: one}}}
      /status:
        get: {operationId: getStatus, security: [], responses: {'200': {description: up}}}
    components.schemas: {}
    """.replacing("components.schemas: {}\n", with: "").replacing("components.schemas: {}", with: "")
    .replacing(
      "components:\n",
      with:
        "components:\n  schemas:\n    Customer: {allOf: [{type: object, properties: {customer_id: {type: string}}}]}\n")

  private func document(_ text: String) throws -> OpenAPIDocument {
    let (document, problems) = OpenAPIDocument.load(
      file: "api.yaml", loader: SourceLoader(files: ["api.yaml": text]))
    return try #require(document, "\(problems)")
  }

  @Test("what an API makes is made, read, changed and removed, and provided for generated cases")
  func workflows() throws {
    var importer = OpenAPIImporter(try document(Self.api), service: "shop", patterns: ECMAPatternEngine())
    let stack = importer.stack(documentFile: "apis/shop.openapi.yaml", text: nil, baseURL: "http://127.0.0.1:9000")
    #expect(stack.files.map(\.path) == ["workflows/shop.arazzo.yaml"])
    try expectGolden(stack.files[0].text, "openapi.arazzo.yaml")
    try expectGolden(stack.stack, "openapi.stack.yaml")
    #expect(
      stack.remarks == [
        "what createReport makes cannot be found again: no member of its answer looks like 'id'",
        "no workflow calls createReport, getReport; generated cases do where they can",
      ])
    #expect(stack.stack.hasSuffix(stack.entry))
  }

  @Test("a document without anything to call makes a stack without workflows")
  func nothing() throws {
    let text = "openapi: 3.1.0\ninfo: {title: '', version: '1'}\npaths: {}\n"
    var importer = OpenAPIImporter(try document(text), service: "none", patterns: ECMAPatternEngine())
    let stack = importer.stack(documentFile: "a.yaml", text: text, baseURL: "http://a")
    #expect(stack.files == [.init(path: "a.yaml", text: text)])
  }

  @Test(
    "services are named after titles",
    arguments: [
      ("Shop API", "shop"), ("The Order Service", "order"), ("petstore.openapi.yaml", "petstore"), ("API", "api"),
      ("Ünïcode – Käse", "n-code-k-se"), ("", "unnamed"), ("One two three four five", "one-two-three-four"),
    ])
  func names(title: String, name: String) { #expect(ImportNames.service(title) == name) }

  @Test(
    "words become ids",
    arguments: [
      ("Create an order", "create-an-order", "createAnOrder"), ("listOrders", "list-orders", "listOrders"),
      ("GET /users/{id}", "get-users-id", "getUsersId"), ("userID", "user-id", "userId"),
      ("v2Users", "v2-users", "v2Users"),
    ])
  func identifiers(text: String, kebab: String, camel: String) {
    #expect(Identifier.kebab(text) == kebab)
    #expect(Identifier.camel(text) == camel)
  }
}
