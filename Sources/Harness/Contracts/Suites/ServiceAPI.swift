import JSON
import JSONSchema
import OpenAPI
import RunModel

/// A service's OpenAPI document with the schemas of its requests and responses compiled.
final class ServiceAPI: Sendable {
  let service: String
  let document: OpenAPIDocument
  private let schemas: [SchemaReference: Schema]
  private let relations: RelationCatalog
  /// Compiles the patterns of the document's relations.
  let patterns: PatternCache

  /// Compiles the schemas of all parameters, bodies and headers.
  init(
    service: String, document: OpenAPIDocument, set: SchemaSet, relations: RelationCatalog = RelationCatalog(),
    patterns: PatternCache = PatternCache()
  ) throws(SchemaError) {
    self.service = service
    self.relations = relations
    self.patterns = patterns
    self.document = document
    var schemas: [SchemaReference: Schema] = [:]
    for response in document.operations.flatMap(\.responses) {
      let bodies = response.content.compactMap(\.schema)
      let headers = response.headers.compactMap(\.schema) + response.headers.compactMap { $0.content?.schema }
      for reference in bodies + headers where schemas[reference] == nil {
        schemas[reference] = try set.schema(at: reference.uri).leavingOut(.writeOnly)
      }
    }
    for operation in document.operations {
      let parameters = operation.parameters.compactMap { $0.schema ?? $0.content?.schema }
      let bodies = (operation.requestBody?.content ?? []).compactMap(\.schema)
      for reference in parameters + bodies where schemas[reference] == nil {
        schemas[reference] = try set.schema(at: reference.uri)
      }
    }
    self.schemas = schemas
  }

  /// The compiled schema of a parameter, body or header.
  func schema(_ reference: SchemaReference) -> Schema? { schemas[reference] }

  /// Whether a schema allows a value; without one, everything is allowed.
  func allows(_ value: JSONValue, by reference: SchemaReference?) -> Bool {
    reference.flatMap(schema)?.isValid(value) ?? true
  }

  /// What the document says that its schemas cannot, about answers with a status.
  func relations(of operation: Operation, _ promise: Response?, status: Int) -> [Relation] {
    relations.relations(of: operation, promise, status: status)
  }

  /// Where the document says that the API begins, below the address of the service; without a slash at the end.
  var basePath: String { document.servers.first?.basePath ?? "" }

  /// The operation as reports name it.
  func reference(to operation: Operation) -> OperationReference {
    OperationReference(service: service, id: operation.id, method: operation.method, path: operation.path)
  }
}
