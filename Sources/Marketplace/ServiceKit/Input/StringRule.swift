/// A rule that the text of a field keeps, with the words to say so.
///
/// Each predefined rule accepts exactly what the pattern in its comment accepts, so that the OpenAPI documents can
/// state the same rule as a JSON Schema `pattern`.
package struct StringRule: Sendable {
  /// The rule as the end of a sentence: "must be …".
  package let description: String

  /// Whether a text keeps the rule.
  package let matches: @Sendable (String) -> Bool

  /// Creates a rule; the description follows "must ".
  package init(_ description: String, _ matches: @escaping @Sendable (String) -> Bool) {
    self.description = description
    self.matches = matches
  }

  /// The first rule of length, NUL or form that a text breaks, as a sentence's end; nil when it keeps all.
  static func violation(of text: String, length: ClosedRange<Int>, rule: StringRule?) -> String? {
    guard length.contains(text.unicodeScalars.count) else {
      return length.count == 1
        ? "must have \(length.lowerBound) characters"
        : "must have \(length.lowerBound) to \(length.upperBound) characters"
    }
    guard !text.utf8.contains(0) else { return "must not contain NUL" }
    guard let rule, !rule.matches(text) else { return nil }
    return "must \(rule.description)"
  }
}

extension StringRule {
  /// An e-mail address in the WHATWG form, with a dot in the domain.
  ///
  /// `^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`
  package static let email = StringRule("be an e-mail address") { text in
    let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, parts[0].allSatisfy(isLocalPart) else { return false }
    let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return labels.count >= 2 && labels.allSatisfy { !$0.isEmpty && $0.allSatisfy { isAlphanumeric($0) || $0 == 0x2D } }
  }

  /// A UUID (RFC 9562 section 4).
  ///
  /// `^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`
  package static let uuid = StringRule("be a UUID") { text in
    let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.allSatisfy(isHexDigit) }
  }

  /// Lower-case words joined by hyphens.
  ///
  /// `^[a-z0-9]+(-[a-z0-9]+)*$`
  package static let slug = StringRule("be lower-case words joined by hyphens") { text in
    text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).allSatisfy { word in
      !word.isEmpty && word.allSatisfy { isAlphanumeric($0) && !isUpperCase($0) }
    }
  }

  /// An absolute http or https URL without white space, in the sense of ECMA-262.
  ///
  /// `^https?://[^\s/?#]+([/?#]\S*)?$`
  package static let httpURL = StringRule("be an http or https URL") { text in
    // By code point, as a pattern is matched: a mark after a slash does not hide it.
    let scalars = text.unicodeScalars
    guard let start = ["https://", "http://"].first(where: { scalars.starts(with: $0.unicodeScalars) }) else {
      return false
    }
    let rest = scalars.dropFirst(start.unicodeScalars.count)
    return rest.first.map { !"/?#".unicodeScalars.contains($0) } == true && !rest.contains(where: isWhiteSpace)
  }

  /// A phone number as ITU-T E.164 writes it.
  ///
  /// `^\+[1-9][0-9]{6,14}$`
  package static let phone = StringRule("be a phone number such as +4930123456") { text in
    let digits = text.utf8.dropFirst()
    return text.utf8.first == UInt8(ascii: "+") && (7...15).contains(digits.count)
      && digits.first != UInt8(ascii: "0") && digits.allSatisfy { isAlphanumeric($0) && $0 <= UInt8(ascii: "9") }
  }

  /// A language tag of the usual part of BCP 47.
  ///
  /// `^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`
  package static let languageTag = StringRule("be a language tag such as en or pt-BR") { text in
    let tags = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return (2...3).contains(tags[0].count) && tags[0].allSatisfy(isLetter)
      && tags.dropFirst().allSatisfy { (2...8).contains($0.count) && $0.allSatisfy(isAlphanumeric) }
  }

  /// A name as the IANA time zone database forms them.
  ///
  /// `^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$`
  package static let timeZone = StringRule("be a time zone such as Europe/Berlin") { text in
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return text.utf8.first.map(isLetter) == true
      && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { isAlphanumeric($0) || "_+-".utf8.contains($0) } }
  }

  /// A numeric IPv4 or IPv6 address.
  package static let ipAddress = StringRule("be an IP address") { IPAddress($0) != nil }

  /// At least one character that is not white space.
  ///
  /// `\S`
  package static let notBlank = StringRule("not be blank") { text in
    text.unicodeScalars.contains { !isWhiteSpace($0) }
  }
}

/// White space as `\s` matches it in a pattern (ECMA-262, 22.2.2.9): Unicode's, with the byte order mark, without NEL.
private func isWhiteSpace(_ scalar: Unicode.Scalar) -> Bool {
  scalar == "\u{FEFF}" || (scalar.properties.isWhitespace && scalar != "\u{85}")
}

private func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }

private func isUpperCase(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }

private func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || (0x30...0x39).contains(byte) }

private func isHexDigit(_ byte: UInt8) -> Bool {
  (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
}

private func isLocalPart(_ byte: UInt8) -> Bool {
  isAlphanumeric(byte) || ".!#$%&'*+/=?^_{|}~-".utf8.contains(byte)
}
