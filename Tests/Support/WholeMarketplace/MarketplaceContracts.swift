internal import FoundationEssentials
internal import JSON
package import OpenAPI
internal import YAMLSource

/// What the services promise: their OpenAPI documents, as tests go through them.
package struct MarketplaceContract: Sendable {
  /// A schema with the file that its references are relative to.
  package struct Schema: Sendable {
    fileprivate let json: JSONValue
    fileprivate let file: String
  }

  /// The service.
  package let service: WholeMarketplace.Service
  /// The operations.
  package let operations: [OpenAPI.Operation]
  private let files: [String: JSONValue]

  /// Why there is no contract.
  package struct Failure: Error, CustomStringConvertible {
    /// What is wrong.
    package let description: String
  }

  /// Reads the document of a service.
  package init(of service: WholeMarketplace.Service) throws {
    // …/Tests/Support/WholeMarketplace/MarketplaceContracts.swift: the repository is four levels up.
    let folder = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/contracts/apis"
    let loader = SourceLoader { Array(try String(contentsOfFile: $0, encoding: .utf8).utf8) }
    let (document, diagnostics) = OpenAPIDocument.load(file: "\(folder)/\(Self.file(of: service))", loader: loader)
    guard let document else { throw Failure(description: "\(diagnostics.prefix(3))") }
    self.service = service
    operations = document.operations
    files = try Dictionary(
      uniqueKeysWithValues: WholeMarketplace.Service.allCases.map(Self.file).map { name in
        let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        return (name, try SourceDocument.parse(text, file: name).json)
      })
  }

  /// The properties that the body of an operation may have, with their schemas; nil without a body.
  package func bodyProperties(of operation: OpenAPI.Operation) -> [(name: String, schema: Schema)]? {
    let file = Self.file(of: service)
    let declared = files[file]?["paths"]?[operation.path]?[operation.method.lowercased()]?["requestBody"]
    guard let body = declared.map({ resolved(Schema(json: $0, file: file)) }),
      let json = body.json["content"]?["application/json"]?["schema"]
    else { return nil }
    let schema = resolved(Schema(json: json, file: body.file))
    return schema.json["properties"]?.objectValue?.map { ($0.key, Schema(json: $0.value, file: schema.file)) } ?? []
  }

  /// The types that a schema lets pass, looking into its alternatives.
  package func types(of schema: Schema) -> Set<String> {
    let schema = resolved(schema)
    if let alternatives = (schema.json["oneOf"] ?? schema.json["anyOf"])?.arrayValue {
      return alternatives.reduce(into: []) { $0.formUnion(types(of: Schema(json: $1, file: schema.file))) }
    }
    switch schema.json["type"] {
    case .string(let type)?: return [type]
    case .array(let types)?: return Set(types.compactMap(\.stringValue))
    default: return schema.json["enum"] == nil ? [] : ["string"]
    }
  }

  private func resolved(_ schema: Schema) -> Schema {
    guard let reference = schema.json["$ref"]?.stringValue else { return schema }
    let parts = reference.split(separator: "#", omittingEmptySubsequences: false)
    let file = parts[0].isEmpty ? schema.file : String(parts[0].trimmingPrefix("./"))
    let target = parts.last?.split(separator: "/").reduce(files[file] ?? .null) { $0[String($1)] ?? .null }
    return resolved(Schema(json: target ?? .null, file: file))
  }

  private static func file(of service: WholeMarketplace.Service) -> String { "\(service.rawValue).openapi.yaml" }
}
