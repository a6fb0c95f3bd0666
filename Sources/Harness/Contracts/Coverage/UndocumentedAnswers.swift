import JSON
import OpenAPI
import RunModel

/// Finds what services answer and no document names: where a schema is open, nothing else would ever tell.
struct UndocumentedAnswers {
  let apis: [ServiceAPI]
  let collector: CoverageCollector

  /// Things that one notice lists.
  private static let listed = 8

  /// Headers that belong to the protocol or to what stands in between, not to an API.
  private static let ordinaryHeaders: Set<String> = [
    "age", "accept-ranges", "alt-svc", "cache-control", "connection", "content-encoding", "content-language",
    "content-length", "content-security-policy", "content-type", "date", "etag", "expires", "keep-alive",
    "last-modified", "pragma", "proxy-connection", "referrer-policy", "server", "strict-transport-security",
    "trailer", "transfer-encoding", "upgrade", "vary", "via", "x-content-type-options", "x-frame-options",
  ]

  /// One remark per service that has any.
  var notices: [Notice] {
    apis.compactMap { api in
      let found = api.document.operations.flatMap { places(of: $0, in: api) }
      guard !found.isEmpty else { return nil }
      let rest = found.count > Self.listed ? ", and \(found.count - Self.listed) more" : ""
      return Notice(
        .info,
        "\(api.service) answers with what its document does not name: "
          + found.prefix(Self.listed).joined(separator: ", ") + rest,
        remedy: "name it in the document, so that it is checked, or stop sending it")
    }
  }

  private func places(of operation: Operation, in api: ServiceAPI) -> [String] {
    let sight = collector.sight(of: api.reference(to: operation))
    return sight.answers.sorted { $0.key < $1.key }.flatMap { status, answers -> [String] in
      guard let promise = operation.response(for: status) else { return [] }
      let named = Set(promise.headers.map { $0.name.lowercased() })
      let headers = answers.headers.subtracting(named).subtracting(Self.ordinaryHeaders)
        .filter { !$0.hasPrefix("access-control-") }
      let fields = Set(
        promise.content.filter(\.isJSON).flatMap { SchemaPlaces(api: api).fields(of: $0) }.map(\.pointer))
      // Where the document names no member at all, members are data, as in a map.
      let described = Set(fields.map(\.parent))
      let members = answers.members.filter { pointer in
        pointer.tokens.last != "-" && !fields.contains(pointer) && described.contains(pointer.parent)
      }
      return (headers.sorted().map { "header \($0)" } + members.map(\.description).sorted()).map {
        "\(operation.id) \(status) \($0)"
      }
    }
  }
}
