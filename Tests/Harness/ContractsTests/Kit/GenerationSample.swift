import JSON
import OpenAPI
import Testing
import YAMLSource

@testable import Contracts

/// An API with one operation of each kind that cases are generated for.
struct GenerationSample {
  static let api = """
    openapi: 3.1.0
    info: {title: Things, version: 1.0.0}
    components:
      securitySchemes: {token: {type: http, scheme: bearer}}
    paths:
      /things:
        get:
          operationId: search
          parameters:
            - {name: limit, in: query, required: true, schema: {type: integer, minimum: 1, maximum: 10}}
            - {name: q, in: query, schema: {type: string, maxLength: 4}}
            - {name: tag, in: query, schema: {type: array, maxItems: 2, items: {type: string}}}
            - {name: X-Trace, in: header, schema: {type: string, minLength: 1}}
          responses: {'200': {description: some}, '400': {description: refused}}
        post:
          operationId: create
          security: [{token: []}]
          parameters: [{name: Idempotency-Key, in: header, schema: {type: string}}]
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [name]
                  properties: {name: {type: string, minLength: 1}, owner: {type: integer}}
          responses:
            '201':
              description: made
              headers: {Location: {schema: {type: string}}}
              content: {application/json: {}}
              links: {self: {operationId: read, parameters: {id: $response.body#/id}}}
            '400': {description: refused}
            '401': {description: who}
      /things/{id}:
        parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
        get:
          operationId: read
          responses: {'200': {description: found}, '400': {description: refused}, '404': {description: unknown}}
        delete:
          operationId: remove
          responses: {'204': {description: gone}, '400': {description: refused}, '404': {description: unknown}}

    """

  private let service: ServiceAPI

  init() throws {
    let loader = SourceLoader(files: ["api.yaml": Self.api])
    let (loaded, problems) = OpenAPIDocument.load(file: "api.yaml", loader: loader)
    let document = try #require(loaded, "\(problems)")
    service = try ServiceAPI(
      service: "users", document: document, set: try document.schemaSet(patterns: PatternCache()))
  }

  /// An operation.
  func linked(_ id: String) throws -> LinkedOperation {
    LinkedOperation(try #require(service.document.operation(id: id)), of: service)
  }

  /// The generated suite of an operation.
  func suite(
    _ id: String, limits: GenerationLimits = GenerationLimits(casesPerOperation: 100, randomPerOperation: 1)
  ) throws -> GeneratedSuite {
    CaseGenerator(try linked(id), provisions: [], patterns: PatternCache()).suite(limits: limits, prerequisites: [])
  }
}
