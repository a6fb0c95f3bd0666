import JSON
import JSONSchema
import OpenAPI
import SchemaSampling

/// Makes values for the parts of an operation's request.
struct RequestSamplers: Sendable {
  /// The form of the body that cases send; nil when there is none that can be generated.
  let media: MediaType?
  /// Values for the body, data of the run at their places.
  let body: SchemaSampler?
  /// Values for the body without regard to data of the run: what breaks the places that these fill.
  let unpinnedBody: SchemaSampler?
  let parameters: [ParameterKey: SchemaSampler]
  /// Parameters whose valid values cannot be made: the service alone knows them, or they say which request is which.
  let opaque: Set<ParameterKey>
  private(set) var problems: [String] = []

  /// Prepares the samplers of an operation.
  ///
  /// - Parameter places: where data of the run go in the body.
  init(_ linked: LinkedOperation, places: [JSONPointer], patterns: PatternCache) {
    let operation = linked.operation, api = linked.api
    var samplers: [ParameterKey: SchemaSampler] = [:]
    for parameter in operation.parameters where Self.isSendable(parameter) {
      let reference = parameter.schema ?? parameter.content?.schema
      guard let schema = reference.flatMap(api.schema) else { continue }
      let examples = (parameter.examples + (parameter.content?.examples ?? [])).compactMap(\.value)
      samplers[ParameterKey(parameter)] = SchemaSampler(schema, patterns: patterns, examples: examples)
    }
    parameters = samplers
    // Two requests with one key are one request (draft-ietf-httpapi-idempotency-key-header section 2.1).
    opaque = Set(samplers.filter { $0.value.isOpaque }.keys).union([ParameterKey(.header, "Idempotency-Key")])
    let content = operation.requestBody?.content ?? []
    let media = content.first(where: \.isJSON) ?? content.first { Self.canWrite($0.contentType) }
    self.media = media
    if media == nil, !content.isEmpty {
      problems.append("bodies of \(content.map(\.contentType).joined(separator: ", ")) are not generated")
    }
    guard let media, let schema = media.schema.flatMap(api.schema) else {
      body = nil
      unpinnedBody = nil
      return
    }
    let examples = media.examples.compactMap(\.value)
    let free = SchemaSampler(schema, patterns: patterns, examples: examples)
    unpinnedBody = places.isEmpty ? nil : free
    guard !places.isEmpty, let model = free.fullest() ?? free.simplest() else {
      body = free
      return
    }
    var pinned: [JSONPointer: JSONValue] = [:]
    for place in places { pinned[place] = model.value(at: place) }
    body = SchemaSampler(schema, patterns: patterns, pinned: pinned, examples: examples)
  }

  /// Whether a parameter is one that the document may describe: these headers are described elsewhere
  /// (OAS 3.1.1 section 4.8.12.1).
  static func isSendable(_ parameter: Parameter) -> Bool {
    parameter.location != .header || !["accept", "content-type", "authorization"].contains(parameter.name.lowercased())
  }

  private static func canWrite(_ contentType: String) -> Bool {
    let essence = MediaType.essence(contentType)
    return essence == "application/x-www-form-urlencoded" || essence.hasPrefix("text/")
  }
}
