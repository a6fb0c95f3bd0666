import JSON
import JSONSchema
import OpenAPI
import RunModel
import YAMLSource

/// Puts what was seen beside what the documents promise.
struct CoverageReader {
  let apis: [ServiceAPI]
  let collector: CoverageCollector

  /// The coverage of all operations.
  ///
  /// - Parameter thresholds: the shares that are wanted of each service.
  func coverage(thresholds: [String: [ContractCoverage.Dimension: Int]]) -> ContractCoverage {
    ContractCoverage(
      items: apis.flatMap { api in
        api.document.operations.flatMap { items(of: $0, in: api) }
      }, thresholds: thresholds)
  }

  private func items(of operation: Operation, in api: ServiceAPI) -> [ContractCoverage.Item] {
    let reference = api.reference(to: operation)
    let sight = collector.sight(of: reference)
    var items: [ContractCoverage.Item] = [
      .init(.operations, of: reference, name: "", location: operation.location, isSeen: !sight.statuses.isEmpty)
    ]
    for response in operation.responses {
      let isSeen = sight.statuses.contains { operation.response(for: $0)?.status == response.status }
      items.append(
        .init(
          .statuses, of: reference, name: response.status, location: response.location, isSeen: isSeen,
          excuse: Self.excuse(response)))
    }
    for parameter in operation.parameters where RequestSamplers.isSendable(parameter) {
      let name = "\(parameter.location.rawValue) \(parameter.name)"
      let isSeen = sight.parameters.contains(ParameterKey(parameter))
      items.append(.init(.parameters, of: reference, name: name, location: parameter.source, isSeen: isSeen))
    }
    let places = SchemaPlaces(api: api)
    for media in operation.requestBody?.content.filter(\.isJSON) ?? [] {
      for (name, location) in places.constraints(of: media) {
        items.append(
          .init(.keywords, of: reference, name: name, location: location, isSeen: sight.broken.contains(location)))
      }
    }
    var known: Set<JSONPointer> = []
    for media in operation.responses.filter({ $0.status.hasPrefix("2") }).flatMap(\.content) where media.isJSON {
      for (pointer, location) in places.fields(of: media) where known.insert(pointer).inserted {
        let isNamed = pointer.tokens.last.map(sight.names.contains) ?? false
        // Who looks at an object looks at all of it.
        let isSeen = isNamed || sight.fields.contains { pointer.tokens.starts(with: $0.tokens) && !$0.tokens.isEmpty }
        items.append(.init(.fields, of: reference, name: pointer.description, location: location, isSeen: isSeen))
      }
    }
    return items
  }

  /// Says in a response why nobody can provoke it from outside.
  static let excuseKey = "x-concord-unprovoked"

  private static func excuse(_ response: Response) -> String? {
    if let reason = response.extensions[excuseKey]?.stringValue { return reason }
    if response.status == "default" { return "stands for whatever is not listed" }
    return response.status.hasPrefix("5") ? "a failure of the service" : nil
  }
}

/// Walks schemas as they are written, with references followed and recursion bounded.
struct SchemaPlaces {
  let api: ServiceAPI

  private static let maximumDepth = 6
  /// Keywords that a request can break.
  private static let breakable: Set<String> = [
    "type", "enum", "const", "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "required", "additionalProperties",
    "minProperties", "maxProperties",
  ]

  /// The constraints of a body, by what they are called and where they stand.
  func constraints(of media: MediaType) -> [(name: String, location: SourceLocation)] {
    var found: [(String, SourceLocation)] = []
    var seen: Set<SourceLocation> = []
    walk(media) { place, node, program in
      guard let object = node.source.objectValue else { return }
      for member in object where Self.breakable.contains(member.key) {
        if member.value == false || member.value == [] { if member.key != "additionalProperties" { continue } }
        if member.key == "additionalProperties", member.value != false { continue }
        let uri = program.documents[node.document]
        guard
          let location = api.document.location(schemaURI: uri, pointer: node.pointer.appending(member.key)),
          seen.insert(location).inserted
        else { continue }
        found.append(("\(place) \(member.key)", location))
      }
    }
    return found
  }

  /// The fields of a body, items of arrays as `-`.
  func fields(of media: MediaType) -> [(pointer: JSONPointer, location: SourceLocation?)] {
    var found: [(JSONPointer, SourceLocation?)] = []
    walk(media) { place, node, program in
      guard !place.tokens.isEmpty, place.tokens.last != "-" else { return }
      let uri = program.documents[node.document]
      found.append((place, api.document.location(schemaURI: uri, pointer: node.pointer)))
    }
    return found
  }

  private func walk(_ media: MediaType, _ visit: (JSONPointer, SchemaNode, SchemaProgram) -> Void) {
    guard let schema = media.schema.flatMap(api.schema) else { return }
    var path: [Int] = []
    walk(0, JSONPointer(), schema.program, &path, visit)
  }

  private func walk(
    _ number: Int, _ place: JSONPointer, _ program: SchemaProgram, _ path: inout [Int],
    _ visit: (JSONPointer, SchemaNode, SchemaProgram) -> Void
  ) {
    guard !path.contains(number), place.tokens.count <= Self.maximumDepth else { return }
    path.append(number)
    defer { path.removeLast() }
    let node = program.nodes[number]
    visit(place, node, program)
    guard case .keywords(let keywords) = node.body else { return }
    for keyword in keywords {
      switch keyword {
      case .reference(let target), .dynamicReference(_, let target): walk(target, place, program, &path, visit)
      case .allOf(let parts), .anyOf(let parts), .oneOf(let parts):
        for part in parts { walk(part, place, program, &path, visit) }
      case .members(let rules):
        for name in node.source["properties"]?.objectValue?.keys ?? [] {
          if let member = rules.named[name] { walk(member, place.appending(name), program, &path, visit) }
        }
      case .items(let prefix, let rest):
        for item in prefix + (rest.map { [$0] } ?? []) { walk(item, place.appending("-"), program, &path, visit) }
      default: continue
      }
    }
  }
}
