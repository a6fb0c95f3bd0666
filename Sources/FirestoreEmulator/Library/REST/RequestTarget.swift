/// The path and query of a request, taken apart but with the path still encoded.
///
/// The path stays encoded until its meaning is known, because `%3A` in an id is not the colon that starts a verb, and
/// `%2F` is not a separator.
package struct RequestTarget: Sendable, Hashable {
  /// Path segments, still percent-encoded, without the leading empty one.
  package let segments: [String]
  /// Query items in order, decoded; `+` is a space.
  package let query: [Item]

  /// One `name=value` of a query.
  package struct Item: Sendable, Hashable {
    package let name: String
    package let value: String
  }

  /// Takes apart the target of an HTTP/1.1 request line; nil when its encoding is broken.
  package init?(_ uri: String) {
    let parts = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let path = parts.first, path.utf8.first == UInt8(ascii: "/") else { return nil }
    segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    var items: [Item] = []
    for item in parts.count > 1 ? parts[1].split(separator: "&") : [] {
      let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = RequestTarget.decode(String(pair[0]), plusIsSpace: true),
        let value = RequestTarget.decode(pair.count > 1 ? String(pair[1]) : "", plusIsSpace: true)
      else { return nil }
      items.append(Item(name: name, value: value))
    }
    query = items
  }

  /// Decodes percent escapes; nil when an escape is incomplete or the bytes are not UTF-8.
  package static func decode(_ text: String, plusIsSpace: Bool = false) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return text }
    var output: [UInt8] = []
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "%"):
        guard index + 2 < bytes.count, let high = hexadecimal(bytes[index + 1]), let low = hexadecimal(bytes[index + 2])
        else { return nil }
        output.append(high << 4 | low)
        index += 3
      case UInt8(ascii: "+") where plusIsSpace:
        output.append(UInt8(ascii: " "))
        index += 1
      default:
        output.append(bytes[index])
        index += 1
      }
    }
    return String(validating: output, as: UTF8.self)
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
