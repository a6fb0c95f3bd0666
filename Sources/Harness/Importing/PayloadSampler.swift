import JSON
import JSONSchema
import OpenAPI
import SchemaSampling
import YAMLSource

/// Values for the requests of a document: documented examples where there are any, else the simplest that fit.
struct PayloadSampler {
  private let document: OpenAPIDocument
  private let patterns: any PatternEngine
  private let set: SchemaSet?

  init(_ document: OpenAPIDocument, patterns: any PatternEngine) {
    self.document = document
    self.patterns = patterns
    set = try? document.schemaSet(patterns: patterns)
  }

  /// A body.
  struct Payload {
    let contentType: String
    let value: JSONValue
    /// Whether it has texts that are new in every run.
    let isUnique: Bool
  }

  /// The simplest body of an operation; nil when it has none, or none in JSON.
  func payload(of operation: Operation) -> Payload? {
    guard let content = operation.requestBody?.content.first(where: \.isJSON) else { return nil }
    let examples = content.examples.compactMap(\.value)
    let value = sampler(content.schema, examples)?.simplest() ?? examples.first ?? .object(JSONObject())
    let unique = Self.withUniqueTexts(value)
    return Payload(contentType: content.contentType, value: unique, isUnique: unique != value)
  }

  /// A value of a parameter.
  func value(of parameter: Parameter) -> JSONValue {
    let examples = parameter.examples.compactMap(\.value)
    return examples.first ?? sampler(parameter.schema ?? parameter.content?.schema, examples)?.simplest() ?? "1"
  }

  private func sampler(_ reference: SchemaReference?, _ examples: [JSONValue]) -> SchemaSampler? {
    guard let reference, let schema = try? set?.schema(at: reference.uri) else { return nil }
    return SchemaSampler(schema, patterns: patterns, examples: examples)
  }

  // MARK: Names that must be new

  /// Members that services commonly want to be unique.
  private static let uniqueNames: Set<String> = ["username", "login", "slug", "sku", "handle"]

  private static func withUniqueTexts(_ value: JSONValue) -> JSONValue {
    guard case .object(let object) = value else { return value }
    return .object(
      JSONObject(
        object.map { member in
          guard let text = member.value.stringValue else { return (member.key, withUniqueTexts(member.value)) }
          let name = member.key.lowercased()
          if name.hasSuffix("email"), text.contains("@") { return (member.key, "{$inputs.unique}@example.com") }
          return (member.key, uniqueNames.contains(name) ? "$inputs.unique" : member.value)
        }))
  }

  // MARK: What answers have

  /// Where the answer of an operation that makes something tells what tells it from others.
  func identifier(_ variable: String, _ noun: String, inAnswerOf operation: Operation) -> String? {
    let success = operation.responses.filter { $0.status.hasPrefix("2") || $0.status == "default" }
      .sorted { $0.status < $1.status }.first
    guard let content = success?.content.first(where: \.isJSON) else { return nil }
    let word = Identifier.kebab(noun).replacing("-", with: "_")
    let candidates = [variable, "id", "\(word)_id", Identifier.camel("\(noun) id"), "uid", "uuid", "key", "name"]
    var places = [(place: JSONPointer(), names: names(of: content))]
    for wrapper in ["data", "result", word, Identifier.camel(noun)] where places[0].names.contains(wrapper) {
      let inner = node(of: content).map { self.names(in: $0, below: wrapper) } ?? []
      places.append((JSONPointer().appending(wrapper), inner))
    }
    for (place, names) in places {
      if let name = candidates.first(where: names.contains) {
        return "$response.body#\(place.appending(name))"
      }
    }
    return nil
  }

  private func names(of content: MediaType) -> Set<String> {
    var names = Set(content.examples.compactMap(\.value?.objectValue).flatMap(\.keys))
    if let schema = node(of: content) { names.formUnion(self.names(in: schema, depth: 0)) }
    return names
  }

  private func node(of content: MediaType) -> JSONValue? {
    guard let reference = content.schema, let location = document.location(of: reference) else { return nil }
    return document.node(at: reference.pointer, of: location.file)?.json
  }

  private func names(in schema: JSONValue, below member: String) -> Set<String> {
    guard let inner = resolved(schema)["properties"]?[member] else { return [] }
    return names(in: inner, depth: 0)
  }

  /// The members that a schema names, through references within its file and `allOf`.
  private func names(in schema: JSONValue, depth: Int) -> Set<String> {
    guard depth < 8 else { return [] }
    let schema = resolved(schema)
    var names = Set(schema["properties"]?.objectValue?.keys ?? [])
    for part in schema["allOf"]?.arrayValue ?? [] { names.formUnion(self.names(in: part, depth: depth + 1)) }
    return names
  }

  private func resolved(_ schema: JSONValue) -> JSONValue {
    var schema = schema
    for _ in 0..<8 {
      guard let reference = schema["$ref"]?.stringValue, reference.hasPrefix("#/"),
        let pointer = try? JSONPointer(parsing: String(reference.dropFirst())),
        let target = document.node(at: pointer, of: document.file)?.json
      else { return schema }
      schema = target
    }
    return schema
  }
}
