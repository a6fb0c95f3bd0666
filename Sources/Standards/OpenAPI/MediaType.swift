package import JSON
package import YAMLSource

/// The form that a body takes in one content type.
package struct MediaType: Sendable, Hashable {
  /// The type or range as written: `application/json`, `text/*`, `application/problem+json; charset=utf-8`.
  package let contentType: String
  /// The schema of the body; absent when the document does not say.
  package let schema: SchemaReference?
  /// Values to show or to try.
  package let examples: [Example]
  /// Where it is declared.
  package let location: SourceLocation

  /// How closely this type or range names a content type: 2 exactly, 1 its range `text/*`, 0 `*/*`; `nil` not at all.
  ///
  /// Case is folded and parameters such as `charset` are ignored (RFC 9110 section 8.3.1).
  package func closeness(to contentType: String) -> Int? {
    let own = MediaType.essence(self.contentType), other = MediaType.essence(contentType)
    if own == other { return 2 }
    if own == "*/*" || own == "*" { return 0 }
    guard own.hasSuffix("/*") else { return nil }
    return other.hasPrefix(own.dropLast()) ? 1 : nil
  }

  /// Whether the type is JSON: `application/json`, or any type with the suffix `+json` (RFC 6839).
  package var isJSON: Bool {
    let essence = MediaType.essence(contentType)
    return essence == "application/json" || essence.hasSuffix("+json") || essence == "text/json"
  }

  /// The type and subtype of a content type, in lower case and without parameters.
  package static func essence(_ contentType: String) -> String {
    // On bytes, because this runs several times for every exchange.
    let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    var essence = contentType.utf8.prefix { $0 != UInt8(ascii: ";") }.drop(while: isSpace)
    while let last = essence.last, isSpace(last) { essence.removeLast() }
    let text = String(Substring(essence))
    return essence.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ? text.lowercased() : text
  }
}

extension Sequence<MediaType> {
  /// The media type that most closely names a content type.
  package func best(for contentType: String) -> MediaType? {
    var best: (type: MediaType, closeness: Int)?
    for type in self {
      guard let closeness = type.closeness(to: contentType), closeness > best?.closeness ?? -1 else { continue }
      best = (type, closeness)
    }
    return best?.type
  }
}

/// A value to show or to try.
package struct Example: Sendable, Hashable {
  /// Its name among several; `nil` for the single `example`.
  package let name: String?
  /// What it shows.
  package let summary: String?
  /// The value; absent when it is elsewhere.
  package let value: JSONValue?
  /// The URL of the value, which is never fetched.
  package let externalValue: String?
  /// Where it is written.
  package let location: SourceLocation
}
