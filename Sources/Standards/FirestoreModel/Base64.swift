/// Base 64 of RFC 4648, standard and URL-safe.
///
/// Firestore writes bytes in the standard alphabet and reads both, with or without padding, as the JSON mapping of
/// Protocol Buffers asks; tokens use the URL-safe alphabet without padding.
package enum Base64 {
  private static let standardAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let urlAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// Encodes in the standard alphabet, padded (RFC 4648 section 4).
  package static func encode(_ bytes: [UInt8]) -> String {
    encode(bytes, alphabet: standardAlphabet, padded: true)
  }

  /// Encodes in the URL-safe alphabet without padding (RFC 4648 section 5).
  package static func encodeURL(_ bytes: [UInt8]) -> String {
    encode(bytes, alphabet: urlAlphabet, padded: false)
  }

  /// Decodes either alphabet, padded or not; nil when a character or the length is impossible.
  package static func decode(_ text: String) -> [UInt8]? {
    var characters = Array(text.utf8)
    while characters.last == UInt8(ascii: "=") { characters.removeLast() }
    guard characters.count % 4 != 1, text.utf8.count - characters.count <= 2 else { return nil }
    var output: [UInt8] = []
    output.reserveCapacity(characters.count * 3 / 4)
    var accumulator: UInt32 = 0
    var bits = 0
    for character in characters {
      guard let value = value(of: character) else { return nil }
      accumulator = (accumulator << 6 | value) & 0xFFFF
      bits += 6
      if bits >= 8 {
        bits -= 8
        output.append(UInt8(truncatingIfNeeded: accumulator >> UInt32(bits)))
      }
    }
    return output
  }

  private static func value(of character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }

  private static func encode(_ bytes: [UInt8], alphabet: [UInt8], padded: Bool) -> String {
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let first = bytes[index]
      let second = index + 1 < bytes.count ? bytes[index + 1] : 0
      let third = index + 2 < bytes.count ? bytes[index + 2] : 0
      output.append(alphabet[Int(first >> 2)])
      output.append(alphabet[Int((first & 0x03) << 4 | second >> 4)])
      if index + 1 < bytes.count {
        output.append(alphabet[Int((second & 0x0F) << 2 | third >> 6)])
      } else if padded {
        output.append(UInt8(ascii: "="))
      }
      if index + 2 < bytes.count {
        output.append(alphabet[Int(third & 0x3F)])
      } else if padded {
        output.append(UInt8(ascii: "="))
      }
      index += 3
    }
    return String(decoding: output, as: UTF8.self)
  }
}
