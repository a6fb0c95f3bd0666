package import JSON

/// Where the next page of a list begins: the sort key of the last row, opaque to clients.
package struct Cursor: Sendable, Hashable {
  /// The sort key, in the order of the query.
  package let fields: [JSONValue]

  /// Creates a cursor from a sort key.
  package init(_ fields: JSONValue...) { self.fields = fields }

  /// Parses the text of a cursor; nil when it is none of ours.
  package init?(text: String) {
    guard text.utf8.count <= 2048, let bytes = Base64URL.decode(text),
      let value = try? JSONValue(parsing: bytes, options: JSONParser.Options(maximumDepth: 4)),
      case .array(let fields) = value, !fields.isEmpty
    else { return nil }
    self.fields = fields
  }

  /// The text of the cursor: base64url of a JSON array.
  package var text: String { Base64URL.encode(JSONValue.array(fields).utf8(.compact)) }

  /// What to throw when a cursor is one of another list.
  package static var invalid: Problem {
    .unprocessable([FieldViolation(.parameter("cursor"), "must be a next_cursor that this list returned")])
  }
}

/// How much of a list a request asks for.
package struct Paging: Sendable, Hashable {
  /// The largest number of items on the page.
  package let limit: Int

  /// Where the page begins; nil for the first.
  package let cursor: Cursor?

  /// Creates a request for a page.
  package init(limit: Int, cursor: Cursor? = nil) {
    self.limit = limit
    self.cursor = cursor
  }
}

/// Base64 with the URL-safe alphabet and without padding (RFC 4648 section 5).
enum Base64URL {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count * 4 + 2) / 3)
    var index = 0
    while index < bytes.count {
      let chunk = bytes[index..<min(index + 3, bytes.count)]
      let bits = chunk.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - chunk.count))
      for position in 0...chunk.count {
        text.append(alphabet[Int(bits >> UInt32(18 - 6 * position)) & 63])
      }
      index += 3
    }
    return String(decoding: text, as: UTF8.self)
  }

  static func decode(_ text: String) -> [UInt8]? {
    guard text.utf8.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for character in text.utf8 {
      guard let digit = alphabet.firstIndex(of: character) else { return nil }
      bits = bits << 6 | UInt32(digit)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> count))
      }
    }
    // Left-over bits must be zero, so that one cursor has one spelling.
    return bits & ((1 << count) - 1) == 0 ? bytes : nil
  }
}
