// Schemas refer to each other by URI, files are named by path. A path becomes `file:///path`, also when it is relative:
// the URI is only an identifier here, and relative references between files come out the same either way.

/// Turns names of files into URIs, and percent-encoded text into plain text (RFC 3986).
enum FileURI {
  /// The URI of a file by its name.
  static func uri(ofFile file: String) -> String {
    "file:///" + encoded(file.hasPrefix("/") ? String(file.dropFirst()) : file, allowing: "/-._~!$&'()*+,;=:@")
  }

  /// Text as it stands in the fragment of a URI.
  static func encodedFragment(_ text: String) -> String { encoded(text, allowing: "/?-._~!$&'()*+,;=:@") }

  /// A reference with the characters encoded that no URI may have: spaces, and all outside of ASCII.
  ///
  /// Braces and the like stay: they are no URI characters either, but unambiguous and frequent in pointers to paths.
  static func encodedReference(_ text: String) -> String {
    encoded(text, allowing: String(String.UnicodeScalarView((0x21...0x7E).map { Unicode.Scalar(UInt8($0)) })))
  }

  /// Text with percent-encoded bytes decoded; `nil` for a broken escape or bytes that are no UTF-8.
  static func decoded(_ text: some StringProtocol) -> String? {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = Substring(text).utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Whether a reference names a scheme (`https:`, `urn:`), so that it is not a file beside this one.
  static func hasScheme(_ reference: String) -> Bool {
    guard let colon = reference.firstIndex(of: ":") else { return false }
    let scheme = reference[..<colon]
    guard let first = scheme.first, first.isASCII, first.isLetter else { return false }
    return scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
  }

  private static func encoded(_ text: String, allowing extra: String) -> String {
    var result = ""
    for byte in text.utf8 {
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        byte < 0x80
        && (("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
          || extra.unicodeScalars.contains(scalar))
      if isPlain {
        result.unicodeScalars.append(scalar)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return result
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
