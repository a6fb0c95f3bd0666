internal import HTTP

/// The version of a resource as clients see it, a strong entity tag (RFC 9110 section 8.8.3).
package struct EntityTag: Sendable, Hashable {
  /// The header that carries the version in answers.
  package static let header = "ETag"

  /// The opaque text between the quotes.
  package let opaque: String

  /// The tag of a version; its text has no quotes and no control characters.
  package init(_ opaque: String) { self.opaque = opaque }

  /// The value of the header.
  package var text: String { "\"\(opaque)\"" }
}

/// What a request demands of the version it changes: `If-Match` (RFC 9110 section 13.1.1).
package enum VersionCondition: Sendable, Hashable {
  /// Any version will do.
  case none
  /// One of these versions, or nothing is changed.
  case oneOf(Set<EntityTag>)

  /// The header that demands.
  package static let header = "If-Match"

  /// Reads the demand of a request; 422 when it is not `*` or a list of quoted tags.
  ///
  /// Weak tags never match strongly, so they are read and demand a version that does not exist.
  package static func read(from request: ServiceRequest) throws(Problem) -> VersionCondition {
    let values = request.headers.values(header)
    guard !values.isEmpty else { return .none }
    let text = values.joined(separator: ",")
    if text.utf8.allSatisfy({ " *".utf8.contains($0) }), text.contains("*") { return .none }
    var tags: Set<EntityTag> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: true) {
      let tag = part.filter { $0 != " " && $0 != "\t" }
      guard !tag.isEmpty else { continue }
      let quoted = tag.hasPrefix("W/") ? tag.dropFirst(2) : Substring(tag)
      guard quoted.count >= 2, quoted.first == "\"", quoted.last == "\"", !quoted.dropFirst().dropLast().contains("\"")
      else {
        throw Problem.unprocessable([
          FieldViolation(.parameter(header), "must be * or a list of entity tags such as \"42\"")
        ])
      }
      if !tag.hasPrefix("W/") { tags.insert(EntityTag(String(quoted.dropFirst().dropLast()))) }
    }
    return .oneOf(tags)
  }

  /// Whether a version meets the demand.
  package func allows(_ version: EntityTag) -> Bool {
    switch self {
    case .none: true
    case .oneOf(let tags): tags.contains(version)
    }
  }
}

extension Problem {
  /// 412: the resource is not the version that the request insists on.
  package static func preconditionFailed(now version: EntityTag) -> Self {
    Self(
      status: 412, kind: "version-mismatch",
      detail: "The resource has changed; look at it again and decide anew.",
      headers: [EntityTag.header: version.text])
  }
}
