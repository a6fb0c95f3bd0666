/// Grammars of URIs (RFC 3986), IRIs (RFC 3987) and URI templates (RFC 6570).
enum URIGrammar {
  /// A URI or IRI: with a scheme when `absolute`, else also a relative reference.
  static func isReference(_ text: String, absolute: Bool, international: Bool) -> Bool {
    let reference = URIReference(text)
    func holds(_ part: String?, _ extra: String) -> Bool {
      part.map { consists($0, of: extra, international: international) } ?? true
    }
    guard holds(reference.fragment, ":@/?"), holds(reference.query, ":@/?"), holds(reference.path, ":@/") else {
      return false
    }
    if let scheme = reference.scheme {
      guard let first = scheme.utf8.first, ASCII.isLetter(first),
        scheme.utf8.allSatisfy({ ASCII.isAlphanumeric($0) || "+-.".utf8.contains($0) })
      else { return false }
    } else {
      // Section 4.2: without a scheme, the first segment of a path has no colon.
      guard !absolute else { return false }
      let first = reference.path.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
      guard reference.authority != nil || !first.contains(":") else { return false }
    }
    return reference.authority.map { isAuthority($0, international: international) } ?? true
  }

  /// Section 3.2: user information, host and port.
  private static func isAuthority(_ text: String, international: Bool) -> Bool {
    var rest = Substring(text)
    if let at = rest.firstIndex(of: "@") {
      guard consists(String(rest[..<at]), of: ":", international: international) else { return false }
      rest = rest[rest.index(after: at)...]
    }
    let port: Substring
    if rest.first == "[" {
      guard let end = rest.firstIndex(of: "]") else { return false }
      let literal = rest[rest.index(after: rest.startIndex)..<end]
      guard HostGrammar.isIPv6(literal) || isFutureAddress(literal) else { return false }
      port = rest[rest.index(after: end)...]
    } else {
      let end = rest.firstIndex(of: ":") ?? rest.endIndex
      guard consists(String(rest[..<end]), of: "", international: international) else { return false }
      port = rest[end...]
    }
    guard let colon = port.first else { return true }
    return colon == ":" && port.dropFirst().utf8.allSatisfy(ASCII.isDigit)
  }

  /// Section 3.2.2, `IPvFuture`.
  private static func isFutureAddress(_ text: Substring) -> Bool {
    guard text.first == "v" || text.first == "V", let dot = text.firstIndex(of: ".") else { return false }
    let version = text[text.index(after: text.startIndex)..<dot]
    let address = text[text.index(after: dot)...]
    return !version.isEmpty && version.utf8.allSatisfy(ASCII.isHexadecimal) && !address.isEmpty
      && !address.contains("%") && consists(String(address), of: ":", international: false)
  }

  /// Whether a part has only unreserved characters, sub-delimiters, percent escapes and the given others.
  private static func consists(_ text: String, of extra: String, international: Bool) -> Bool {
    var bytes = text.utf8[...]
    while let byte = bytes.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard let high = bytes.popFirst(), let low = bytes.popFirst(), ASCII.isHexadecimal(high),
          ASCII.isHexadecimal(low)
        else { return false }
      } else {
        guard
          ASCII.isAlphanumeric(byte) || "-._~!$&'()*+,;=".utf8.contains(byte) || extra.utf8.contains(byte)
            || international && byte >= 0x80
        else { return false }
      }
    }
    return true
  }

  /// A URI template: literals, and expressions in braces (RFC 6570 section 2).
  static func isTemplate(_ text: String) -> Bool {
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "{"):
        guard let end = rest.firstIndex(of: UInt8(ascii: "}")), isExpression(rest[..<end]) else { return false }
        rest = rest[rest.index(after: end)...]
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst(), let low = rest.popFirst(), ASCII.isHexadecimal(high),
          ASCII.isHexadecimal(low)
        else { return false }
      case 0...0x20, 0x7F, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"),
        UInt8(ascii: "\\"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "}"):
        return false
      default: break
      }
    }
    return true
  }

  private static func isExpression(_ text: Substring.UTF8View) -> Bool {
    var text = text
    if let first = text.first, "+#./;?&=,!@|".utf8.contains(first) { text = text.dropFirst() }
    return text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).allSatisfy(isVariable)
  }

  /// A name with an optional `:length` or `*` behind it (section 2.4).
  private static func isVariable(_ text: Substring.UTF8View) -> Bool {
    var name = text
    if name.last == UInt8(ascii: "*") {
      name = name.dropLast()
    } else if let colon = name.firstIndex(of: UInt8(ascii: ":")) {
      let length = name[name.index(after: colon)...]
      guard (1...4).contains(length.count), length.allSatisfy(ASCII.isDigit), length.first != UInt8(ascii: "0") else {
        return false
      }
      name = name[..<colon]
    }
    return name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { part in
      guard !part.isEmpty else { return false }
      var bytes = part
      while let byte = bytes.popFirst() {
        if byte == UInt8(ascii: "%") {
          guard let high = bytes.popFirst(), let low = bytes.popFirst(), ASCII.isHexadecimal(high),
            ASCII.isHexadecimal(low)
          else { return false }
        } else {
          guard ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "_") else { return false }
        }
      }
      return true
    }
  }
}
