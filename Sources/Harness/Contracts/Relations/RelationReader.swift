import Arazzo
import JSON
import JSONPath
import OpenAPI
import YAMLSource

/// Reads the relations that a document promises.
struct RelationReader {
  /// The extension that has them.
  static let key = "x-concord-relations"

  let document: OpenAPIDocument
  let patterns: PatternCache
  let sink: DiagnosticSink

  /// All relations of the document; what cannot be read is reported and left out.
  var catalog: RelationCatalog {
    var catalog = RelationCatalog()
    catalog.shared = relations(at: JSONPointer(), of: document.file)
    for operation in document.operations {
      if operation.extensions[Self.key] != nil {
        catalog.ofOperations[operation.id] = relations(at: operation.pointer, of: operation.location.file)
      }
      for response in operation.responses
      where response.extensions[Self.key] != nil && catalog.ofResponses[response.location] == nil {
        catalog.ofResponses[response.location] = relations(at: response.pointer, of: response.location.file)
      }
    }
    return catalog
  }

  private func relations(at pointer: JSONPointer, of file: String) -> [Relation] {
    guard let node = document.node(at: pointer.appending(Self.key), of: file) else { return [] }
    guard let elements = node.elements else {
      sink.error(
        "'\(Self.key)' must be a list", at: node.location,
        remedy:
          "write a list of criteria, or of {past}, {ascending}, {descending}, {echoes}, {every, equals} and {when, then}"
      )
      return []
    }
    return elements.compactMap(relation)
  }

  private func relation(_ node: SourceNode) -> Relation? {
    if node["when"] != nil { return conditional(node) }
    let kinds = ["past", "ascending", "descending", "echoes", "every"]
    guard let kind = kinds.first(where: { node[$0] != nil }) else {
      return Criterion.read(node, patterns: patterns, into: sink).flatMap { criterion in
        isVisible(criterion) ? Relation(kind: .criterion(criterion), location: criterion.location) : nil
      }
    }
    var reader = MappingReader(node, what: "the relation", into: sink)
    let text = reader.requiredString(kind)
    let location = reader.keyLocation(kind)
    let relation = text.flatMap { self.kind(kind, $0, at: location, &reader) }
    reader.finish()
    return relation.map { Relation(kind: $0, location: location) }
  }

  private func conditional(_ node: SourceNode) -> Relation? {
    var reader = MappingReader(node, what: "the conditional relation", into: sink)
    let condition = reader.required("when").flatMap { Criterion.read($0, patterns: patterns, into: sink) }
    let relation = reader.required("then").flatMap(relation)
    reader.finish()
    guard let condition, var relation, isVisible(condition) else { return nil }
    relation.conditions.append(condition)
    return relation
  }

  private func kind(
    _ kind: String, _ text: String, at location: SourceLocation, _ reader: inout MappingReader
  ) -> Relation.Kind? {
    switch kind {
    case "past": return query(text, at: location).map { .past($0) }
    case "ascending", "descending":
      return query(text, at: location).map { .ordered($0, isAscending: kind == "ascending") }
    case "echoes":
      let exceptions = Set(reader.strings("except"))
      guard let pointer = try? JSONPointer(parsing: text) else {
        sink.error(
          "'\(text)' is no place in a body", at: location, remedy: "write a JSON Pointer; '' is the whole body")
        return nil
      }
      return .echoes(pointer, except: exceptions)
    default:
      let value = reader.requiredString("equals")
      guard let query = query(text, at: location), let value else { return nil }
      guard let expression = try? RuntimeExpression(parsing: value), isVisible(expression) else {
        sink.error(
          "'\(value)' has no value here", at: reader.keyLocation("equals"),
          remedy: "name a part of the exchange: $request.path.id, $request.query.q, $response.header.ETag")
        return nil
      }
      return .every(query, equals: expression)
    }
  }

  private func query(_ text: String, at location: SourceLocation) -> JSONPathQuery? {
    do {
      return try JSONPathQuery(parsing: text, patterns: patterns)
    } catch {
      sink.error("the JSONPath query cannot be used: \(error)", at: location)
      return nil
    }
  }

  /// Only the exchange is known where a document is.
  private func isVisible(_ criterion: Criterion) -> Bool {
    for expression in criterion.expressions where !isVisible(expression) {
      sink.error(
        "'\(expression)' has no value here", at: criterion.location,
        remedy: "only $statusCode, $url, $method, $request and $response are known outside of workflows")
      return false
    }
    return true
  }

  private func isVisible(_ expression: RuntimeExpression) -> Bool {
    switch expression {
    case .url, .method, .statusCode, .request, .response: true
    default: false
    }
  }
}
