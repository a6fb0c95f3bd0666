/// Grammars of host names, addresses and mailboxes.
enum HostGrammar {
  /// A host name of RFC 1123 section 2.1: labels of 1 to 63 letters, digits and inner hyphens, 253 bytes in all.
  ///
  /// International names may also have letters, marks and digits of other scripts; the contextual rules of IDNA 2008
  /// are not checked.
  static func isName(_ text: String, international: Bool) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 253 else { return false }
    let scalars = text.unicodeScalars
    // IDNA knows three more full stops (RFC 3490 section 3.1).
    let dots: Set<Unicode.Scalar> = international ? [".", "\u{3002}", "\u{FF0E}", "\u{FF61}"] : ["."]
    return scalars.split(omittingEmptySubsequences: false) { dots.contains($0) }.allSatisfy { label in
      guard !label.isEmpty, label.count <= 63, label.first != "-", label.last != "-" else { return false }
      return label.allSatisfy { scalar in
        if scalar.isASCII { return scalar == "-" || ASCII.isAlphanumeric(UInt8(ascii: scalar)) }
        guard international else { return false }
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber: return true
        default: return false
        }
      }
    }
  }

  /// An IPv4 address of RFC 2673 section 3.2: four decimal numbers to 255, without leading zeros.
  static func isIPv4(_ text: Substring) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        guard (1...3).contains(part.count), part.allSatisfy(ASCII.isDigit) else { return false }
        guard part.count == 1 || part.first != UInt8(ascii: "0") else { return false }
        return part.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 255
      }
  }

  /// An IPv6 address of RFC 4291 section 2.2, without a zone.
  static func isIPv6(_ text: Substring) -> Bool {
    let halves = text.components(separatedBy: "::")
    guard halves.count <= 2 else { return false }
    var groups = 0
    for (position, half) in halves.enumerated() {
      if half.isEmpty, halves.count == 2 { continue }
      let parts = half.split(separator: ":", omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        let isLast = position == halves.count - 1 && index == parts.count - 1
        if isLast, part.contains(".") {
          guard isIPv4(part) else { return false }
          groups += 2
        } else {
          guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(ASCII.isHexadecimal) else { return false }
          groups += 1
        }
      }
    }
    // "::" stands for at least one group.
    return halves.count == 2 ? groups <= 7 : groups == 8
  }

  /// A mailbox of RFC 5321 section 4.1.2: a local part of atoms or in quotes, `@`, and a host name or `[address]`.
  static func isMailbox(_ text: String, international: Bool) -> Bool {
    guard let at = text.lastIndex(of: "@") else { return false }
    let local = text[..<at]
    let domain = text[text.index(after: at)...]
    guard isLocalPart(local, international: international) else { return false }
    guard domain.first == "[" else { return isName(String(domain), international: international) }
    guard domain.last == "]" else { return false }
    let address = domain.dropFirst().dropLast()
    guard let tag = address.end(ofASCIIPrefix: "IPv6:") else { return isIPv4(address) }
    return isIPv6(address[tag...])
  }

  private static func isLocalPart(_ text: Substring, international: Bool) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 64 else { return false }
    if text.first == "\"" {
      guard text.utf8.count >= 2, text.last == "\"" else { return false }
      var inner = text.dropFirst().dropLast().utf8[...]
      while let byte = inner.popFirst() {
        if byte == UInt8(ascii: "\\") {
          guard let quoted = inner.popFirst(), (0x20...0x7E).contains(quoted) else { return false }
        } else {
          guard byte != UInt8(ascii: "\""), (0x20...0x7E).contains(byte) || international && byte >= 0x80 else {
            return false
          }
        }
      }
      return true
    }
    let special = Set("!#$%&'*+-/=?^_`{|}~".utf8)
    return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
      !atom.isEmpty
        && atom.allSatisfy { ASCII.isAlphanumeric($0) || special.contains($0) || international && $0 >= 0x80 }
    }
  }
}

extension Substring {
  /// The parts between occurrences of a separator.
  fileprivate func components(separatedBy separator: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = self
    while let range = rest.firstRange(of: separator) {
      parts.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    return parts + [rest]
  }

  /// Where the text goes on after a prefix, whose case does not matter; nil when it does not begin so.
  fileprivate func end(ofASCIIPrefix prefix: String) -> Substring.Index? {
    guard utf8.count >= prefix.utf8.count else { return nil }
    let end = utf8.index(startIndex, offsetBy: prefix.utf8.count)
    return zip(utf8, prefix.utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 } ? end : nil
  }
}
