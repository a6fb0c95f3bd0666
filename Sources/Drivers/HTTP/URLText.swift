/// Judges and cleans URLs as text, because the client neither rewrites a URL nor needs its parts.
enum URLText {
  /// Why a text is not a URL that the client may call; nil when it is (RFC 3986 with the schemes of RFC 9110).
  static func fault(in url: String) -> String? {
    guard let authority = authority(of: url) else {
      return "The URL must start with http:// or https:// and a host."
    }
    for byte in url.utf8 where !isAllowed(byte) {
      return "The URL holds a character that must be percent-encoded (byte \(byte))."
    }
    let host = authority.utf8.lastIndex(of: UInt8(ascii: "@")).map { authority.utf8.index(after: $0) }
    return hostFault(authority[(host ?? authority.startIndex)...])
  }

  /// The URL up to its path: no credentials, no query, no fragment, no control characters, at most 2,000 characters.
  static func redacted(_ url: String) -> String {
    let end = url.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? url.endIndex
    let visible = url[..<end].prefix(2_000)
    let printable = String(
      String.UnicodeScalarView(visible.unicodeScalars.filter { $0.value >= 0x20 && $0 != "\u{7F}" }))
    // Also texts that are no URLs are cleaned: a wrong scheme is no reason to print the password behind it.
    var start = printable.startIndex
    if let colon = printable.firstIndex(of: ":"), printable[colon...].hasPrefix("://") {
      start = printable.index(colon, offsetBy: 3)
    }
    let authority = printable[start...].prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return printable }
    return String(printable[..<start] + printable[printable.index(after: at)...])
  }

  /// The part between `//` and the path, nil when the scheme is neither http nor https.
  private static func authority(of url: String) -> Substring? {
    for scheme in ["http://", "https://"] where equalIgnoringCase(String(url.prefix(scheme.count)), scheme) {
      return url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    }
    return nil
  }

  private static func hostFault(_ hostAndPort: Substring) -> String? {
    let host: Substring
    let port: Substring
    if hostAndPort.hasPrefix("[") {
      guard let close = hostAndPort.firstIndex(of: "]") else { return "The URL's IPv6 host lacks its closing bracket." }
      host = hostAndPort[...close]
      port = hostAndPort[hostAndPort.index(after: close)...]
      guard port.isEmpty || port.hasPrefix(":") else { return "The URL has text between host and port." }
    } else {
      host = hostAndPort.prefix { $0 != ":" }
      port = hostAndPort.dropFirst(host.count)
    }
    guard !host.isEmpty else { return "The URL has no host." }
    guard !port.isEmpty, port != ":" else { return nil }
    guard port.utf8.count <= 6, port.utf8.dropFirst().allSatisfy({ (48...57).contains($0) }),
      let number = Int(port.dropFirst()), (1...65_535).contains(number)
    else { return "The URL's port is not a number from 1 to 65535." }
    return nil
  }

  /// Whether a byte may stand in a URL: printable ASCII without those that RFC 3986 leaves out.
  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
      UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
      false
    default:
      (0x21...0x7E).contains(byte)
    }
  }
}
