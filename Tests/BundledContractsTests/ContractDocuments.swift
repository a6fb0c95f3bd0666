import FoundationEssentials
import JSON
import OpenAPI
import Testing
import YAMLSource

/// The OpenAPI documents of the marketplace as plain values, for rules about how their schemas are written.
struct ContractDocuments {
  static let root = URL(filePath: #filePath).appending(path: "../../..").standardized.path
  private static let folder = root + "/contracts/apis"
  private let values: [String: JSONValue]

  init() throws {
    values = try Dictionary(
      uniqueKeysWithValues: FileManager.default.contentsOfDirectory(atPath: Self.folder)
        .filter { $0.hasSuffix(".openapi.yaml") }
        .map { name in
          let text = try String(contentsOf: URL(filePath: "\(Self.folder)/\(name)"), encoding: .utf8)
          return (name, try SourceDocument.parse(text, file: name).json)
        })
  }

  func document(_ service: String) throws -> OpenAPIDocument {
    let loader = SourceLoader(root: nil) { name in [UInt8](try Data(contentsOf: URL(filePath: name))) }
    let (document, _) = OpenAPIDocument.load(file: "\(Self.folder)/\(service).openapi.yaml", loader: loader)
    return try #require(document)
  }

  func schema(at reference: SchemaReference, name: String) throws -> ContractSchema {
    let file = String(reference.documentURI.split(separator: "/").last ?? "")
    let value = try #require(values[file]?.value(at: reference.pointer), "\(reference) leads nowhere")
    return ContractSchema(name: name, parts: try parts(of: value, in: file))
  }

  /// Visits a schema and those of all members and items below it.
  func walk(
    _ schema: ContractSchema, place: String, depth: Int = 0, _ visit: (ContractSchema, String) throws -> Void
  ) throws {
    try visit(schema, place)
    // A tree of categories holds trees of categories.
    guard depth < 8 else { return }
    for part in schema.parts {
      for name in part.value["properties"]?.objectValue?.map(\.key) ?? [] {
        let member = ContractSchema(name: name, parts: try memberParts(name, of: schema))
        try walk(member, place: "\(place)/\(name)", depth: depth + 1, visit)
      }
      if let items = part.value["items"] {
        let item = ContractSchema(name: schema.name, parts: try parts(of: items, in: part.file))
        try walk(item, place: "\(place)[]", depth: depth + 1, visit)
      }
    }
  }

  /// All that the parts of a schema say of one member.
  private func memberParts(
    _ name: String, of schema: ContractSchema
  ) throws -> [ContractSchema.Part] {
    try schema.parts.flatMap { part in
      guard let value = part.value["properties"]?[name] else { return [ContractSchema.Part]() }
      return try parts(of: value, in: part.file)
    }
  }

  /// A schema and what it refers to, all of which hold at once, or one of which does.
  private func parts(of value: JSONValue, in file: String) throws -> [ContractSchema.Part] {
    var parts = [ContractSchema.Part(value: value, file: file)]
    if let reference = value["$ref"]?.stringValue {
      let halves = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let target = halves[0].isEmpty ? file : String(halves[0].split(separator: "/").last ?? "")
      let pointer = try JSONPointer(parsing: String(halves[1]))
      parts += try self.parts(of: try #require(values[target]?.value(at: pointer), "\(reference)"), in: target)
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
      for branch in value[keyword]?.arrayValue ?? [] { parts += try self.parts(of: branch, in: file) }
    }
    return parts
  }
}

/// A schema with everything that it refers to.
struct ContractSchema {
  struct Part {
    let value: JSONValue
    let file: String
  }

  /// The name of the member that it describes; that of the list for an item, empty for a body.
  let name: String
  let parts: [Part]

  /// What the schema, or the first of those it refers to that does, says with a keyword.
  subscript(keyword: String) -> JSONValue? { parts.lazy.compactMap { $0.value[keyword] }.first }

  var types: Set<String> {
    Set(
      parts.compactMap { $0.value["type"] }
        .flatMap { ($0.arrayValue ?? [$0]).compactMap(\.stringValue) })
  }

  var properties: [String: JSONValue] {
    Dictionary(
      parts.flatMap { $0.value["properties"]?.objectValue?.map { ($0.key, $0.value) } ?? [] },
      uniquingKeysWith: { first, _ in first })
  }

  var required: Set<String> {
    Set(parts.flatMap { ($0.value["required"]?.arrayValue ?? []).compactMap(\.stringValue) })
  }

  var isClosed: Bool {
    parts.contains { part in
      ["additionalProperties", "unevaluatedProperties"].contains { part.value[$0] == false }
    }
  }
}
