/// Builds a URL from data: path segments and query items are percent-encoded here and nowhere else (RFC 3986).
///
/// Everything but unreserved characters (section 2.3) is encoded, so no data can act as a delimiter; a space is `%20`,
/// never `+`, which not every server reads as a space.
package struct URLBuilder: Sendable, Hashable, CustomStringConvertible {
  private var path: String
  private var query = ""

  /// Starts from "http://host:port" or "http://host:port/prefix"; a trailing slash is dropped.
  package init(_ base: String) {
    path = base.hasSuffix("/") ? String(base.dropLast()) : base
  }

  /// The URL as text.
  package var url: String { path + query }

  /// The URL as text.
  package var description: String { url }

  /// Adds one path segment each; a slash inside one is data.
  package func appending(segments: String...) -> Self {
    appending(segments: segments)
  }

  /// Adds one path segment each; a slash inside one is data.
  package func appending(segments: some Sequence<String>) -> Self {
    var copy = self
    for segment in segments { copy.path += "/" + Self.encoded(segment: segment) }
    return copy
  }

  /// Adds text of the program's own behind the path as it stands, such as "/v1/users" or ":commit".
  package func appending(literal: StaticString) -> Self {
    var copy = self
    copy.path += literal.description
    return copy
  }

  /// Adds a query item; nothing when the value is nil.
  package func appending(query name: String, _ value: String?) -> Self {
    guard let value else { return self }
    var copy = self
    copy.query += (query.isEmpty ? "?" : "&") + Self.encoded(name) + "=" + Self.encoded(value)
    return copy
  }

  /// Percent-encodes the UTF-8 of all but unreserved characters, upper-case hexadecimal (RFC 3986 section 2.1).
  package static func encoded(_ text: String) -> String {
    guard !text.utf8.allSatisfy(isUnreserved) else { return text }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 16)
    for byte in text.utf8 {
      if isUnreserved(byte) {
        bytes.append(byte)
      } else {
        bytes.append(UInt8(ascii: "%"))
        bytes.append(hexadecimalDigit(byte >> 4))
        bytes.append(hexadecimalDigit(byte & 15))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Percent-encodes a path segment; "." and ".." are encoded too, as they would otherwise mean another path.
  package static func encoded(segment: String) -> String {
    segment == "." || segment == ".." ? String(repeating: "%2E", count: segment.utf8.count) : encoded(segment)
  }

  /// Undoes percent-encoding; nil when an escape is cut or the bytes are not UTF-8.
  package static func decoded(_ text: some StringProtocol) -> String? {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var iterator = text.utf8.makeIterator()
    while let byte = iterator.next() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = iterator.next().flatMap(hexadecimalValue), let low = iterator.next().flatMap(hexadecimalValue)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }

  private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }

  private static func hexadecimalValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
