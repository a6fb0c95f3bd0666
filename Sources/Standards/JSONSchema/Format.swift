import JSON
import RFC3339

/// A format of draft 2020-12 (validation section 7.3), as a check of texts.
package struct Format: Sendable {
  /// The name in schemas.
  package let name: String
  /// What a text of this format is, with its article.
  let description: String
  /// Whether a text has the format.
  let matches: @Sendable (String) -> Bool

  /// The format of a name; nil for names that the draft does not define.
  init?(name: String, patterns: any PatternEngine) {
    if name == "regex" {
      self.init(name, "a regular expression") { (try? patterns.compile($0)) != nil }
    } else if let known = Self.known[name] {
      self = known
    } else {
      return nil
    }
  }

  private init(_ name: String, _ description: String, _ matches: @escaping @Sendable (String) -> Bool) {
    self.name = name
    self.description = description
    self.matches = matches
  }

  private static let known: [String: Format] = {
    let formats = [
      Format("date-time", "a date and time of RFC 3339 (2026-11-24T02:22:35Z)", RFC3339Grammar.isDateTime),
      Format("date", "a date (2026-11-24)", RFC3339Grammar.isDate),
      Format("time", "a time with its offset (02:22:35Z)", RFC3339Grammar.isTime),
      Format("duration", "a duration of ISO 8601 (P3DT12H)", RFC3339Grammar.isDuration),
      Format("email", "an e-mail address") { HostGrammar.isMailbox($0, international: false) },
      Format("idn-email", "an e-mail address") { HostGrammar.isMailbox($0, international: true) },
      Format("hostname", "a host name") { HostGrammar.isName($0, international: false) },
      Format("idn-hostname", "a host name") { HostGrammar.isName($0, international: true) },
      Format("ipv4", "an IPv4 address") { HostGrammar.isIPv4(Substring($0)) },
      Format("ipv6", "an IPv6 address") { HostGrammar.isIPv6(Substring($0)) },
      Format("uri", "an absolute URI") { URIGrammar.isReference($0, absolute: true, international: false) },
      Format("uri-reference", "a URI reference") { URIGrammar.isReference($0, absolute: false, international: false) },
      Format("iri", "an absolute IRI") { URIGrammar.isReference($0, absolute: true, international: true) },
      Format("iri-reference", "an IRI reference") { URIGrammar.isReference($0, absolute: false, international: true) },
      Format("uri-template", "a URI template of RFC 6570", URIGrammar.isTemplate),
      Format("uuid", "a UUID", isUUID),
      Format("json-pointer", "a JSON Pointer") { (try? JSONPointer(parsing: $0)) != nil },
      Format("relative-json-pointer", "a relative JSON Pointer", isRelativePointer),
    ]
    return Dictionary(formats.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }()

  /// RFC 4122 section 3: hexadecimal digits in groups of 8, 4, 4, 4 and 12.
  private static func isUUID(_ text: String) -> Bool {
    let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.allSatisfy(ASCII.isHexadecimal) }
  }

  /// A number without leading zero, then a JSON Pointer or `#` (draft-bhutton-relative-json-pointer-00 section 3).
  private static func isRelativePointer(_ text: String) -> Bool {
    let digits = text.utf8.prefix(while: ASCII.isDigit)
    guard let first = digits.first, digits.count == 1 || first != UInt8(ascii: "0") else { return false }
    let rest = String(text.utf8.dropFirst(digits.count)) ?? ""
    return rest == "#" || (try? JSONPointer(parsing: rest)) != nil
  }
}

/// Kinds of ASCII characters, for grammars over bytes.
enum ASCII {
  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }

  static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
}
