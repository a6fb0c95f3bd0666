/// Encodings in which a secret hides without being itself: what is decoded gives it away all the same.
enum DerivedForms {
  /// Shorter remains say nothing, and would hide ordinary words.
  private static let shortest = 8

  /// The forms with the suffixes of their variables.
  static func all(of secret: String) -> [(text: String, suffix: String)] {
    let bytes = Array(secret.utf8)
    var forms: [(String, String)] = [(hexadecimal(bytes), "_HEX"), (hexadecimal(bytes).uppercased(), "_HEX_UPPER")]
    forms.append((htmlEscaped(secret), "_HTML"))
    for offset in 0..<3 {
      // Within other text, such as `user:password`, the encoding depends on what stands before.
      forms.append((base64(bytes, after: offset, standard), "_BASE64_\(offset)"))
      forms.append((base64(bytes, after: offset, urlSafe), "_BASE64URL_\(offset)"))
    }
    return (forms + tokenParts(secret)).filter { $0.0.utf8.count >= shortest && $0.0 != secret }
  }

  /// Payload and signature of a JSON Web Token (RFC 7519 section 3); its header is no secret.
  private static func tokenParts(_ secret: String) -> [(String, String)] {
    let parts = secret.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].hasPrefix("eyJ") else { return [] }
    return [(String(parts[1]), "_PAYLOAD"), (String(parts[2]), "_SIGNATURE")]
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }

  private static func htmlEscaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
  }

  private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
  private static let standard = Array((letters + "+/").utf8)
  private static let urlSafe = Array((letters + "-_").utf8)

  /// The characters of Base64 (RFC 4648 section 4) that depend on nothing but these bytes, when so many stand before.
  private static func base64(_ bytes: [UInt8], after offset: Int, _ alphabet: [UInt8]) -> String {
    let padded = Array(repeating: 0, count: offset) + bytes
    var characters: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in padded {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        characters.append(alphabet[Int(bits >> UInt32(count)) & 63])
      }
    }
    // The first characters hold bits of what stands before, and those left over at the end what stands behind.
    return String(decoding: characters.dropFirst(offset == 0 ? 0 : offset + 1), as: UTF8.self)
  }
}
