/// A place in a JSON document (RFC 6901).
package struct JSONPointer: Sendable, CustomStringConvertible {
  /// The names of members and the indices of elements on the way from the root.
  package let tokens: [String]

  /// The root.
  package init() { tokens = [] }

  /// A place by the names and indices on the way to it.
  package init(tokens: [String]) { self.tokens = tokens }

  /// Reads the text of a pointer: empty for the root, else tokens that each begin with `/`.
  ///
  /// - Throws: When the text does not begin with `/` or has a `~` without 0 or 1 after it.
  package init(parsing text: String) throws(JSONPointerError) {
    guard !text.isEmpty else {
      tokens = []
      return
    }
    guard text.utf8.first == UInt8(ascii: "/") else {
      throw JSONPointerError(pointer: text, message: "a JSON Pointer begins with '/'")
    }
    var tokens: [String] = []
    for part in text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard let token = Self.unescaped(part) else {
        throw JSONPointerError(pointer: text, message: "'~' must be followed by 0 (for '~') or 1 (for '/')")
      }
      tokens.append(token)
    }
    self.tokens = tokens
  }

  /// The place one member further down.
  package func appending(_ key: String) -> JSONPointer { JSONPointer(tokens: tokens + [key]) }

  /// The place one element further down.
  package func appending(_ index: Int) -> JSONPointer { JSONPointer(tokens: tokens + [String(index)]) }

  /// The place one level up; nil for the root.
  package var parent: JSONPointer? { tokens.isEmpty ? nil : JSONPointer(tokens: Array(tokens.dropLast())) }

  /// The text of RFC 6901, empty for the root.
  package var description: String {
    var text = ""
    for token in tokens {
      text += "/"
      guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
        text += token
        continue
      }
      for scalar in token.unicodeScalars {
        switch scalar {
        case "~": text += "~0"
        case "/": text += "~1"
        default: text.unicodeScalars.append(scalar)
        }
      }
    }
    return text
  }

  /// The text as it stands in the fragment of a URI, percent-encoded, without the `#` (RFC 6901 section 6).
  package var uriFragment: String {
    var text = ""
    for byte in description.utf8 {
      let scalar = Unicode.Scalar(byte)
      if Self.isFragmentCharacter(scalar) {
        text.unicodeScalars.append(scalar)
      } else {
        text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return text
  }

  /// Whether RFC 3986 section 3.5 lets the character stand in a fragment as it is.
  private static func isFragmentCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    case "-", ".", "_", "~", "!", "$", "&", "'", "(", ")", "*", "+", ",", ";", "=", ":", "@", "/", "?": true
    default: false
    }
  }

  private static func unescaped(_ part: Substring.UTF8View) -> String? {
    guard part.contains(UInt8(ascii: "~")) else { return String(Substring(part)) }
    var bytes: [UInt8] = []
    var rest = part
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "~") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
      case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
      default: return nil
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The index that a token names: digits without a leading zero (RFC 6901 section 4).
  static func index(_ token: String) -> Int? {
    let digits = token.utf8
    guard let first = digits.first, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return first == 0x30 && digits.count > 1 ? nil : Int(token)
  }
}

extension JSONPointer: Hashable, Comparable {
  /// Whether two pointers name the same place, token by token by code points.
  package static func == (left: JSONPointer, right: JSONPointer) -> Bool {
    left.tokens.elementsEqual(right.tokens) { $0.isIdentical(to: $1) }
  }

  /// Feeds the tokens to a hasher.
  package func hash(into hasher: inout Hasher) { hasher.combine(tokens) }

  /// Orders places from the root down: elements by their index (2 before 10), then members by code points.
  package static func < (left: JSONPointer, right: JSONPointer) -> Bool {
    left.tokens.lexicographicallyPrecedes(right.tokens) { left, right in
      switch (index(left), index(right)) {
      case (let left?, let right?): left < right
      case (.some, nil): true
      case (nil, .some): false
      case (nil, nil): left.precedes(right)
      }
    }
  }
}

/// Text that is not a JSON Pointer.
package struct JSONPointerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The text.
  package let pointer: String
  /// What is wrong with it, as a phrase without full stop.
  package let message: String

  /// The text and what is wrong with it.
  package var description: String { "\"\(pointer)\" is not a JSON Pointer: \(message)" }
}

extension JSONValue {
  /// The value at a place; nil when the document has no such place.
  package func value(at pointer: JSONPointer) -> JSONValue? {
    var value = self
    for token in pointer.tokens {
      switch value {
      case .object(let object):
        guard let member = object[token] else { return nil }
        value = member
      case .array(let values):
        guard let index = JSONPointer.index(token), values.indices.contains(index) else { return nil }
        value = values[index]
      default: return nil
      }
    }
    return value
  }
}
