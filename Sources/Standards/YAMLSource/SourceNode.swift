package import JSON

/// A value that a person wrote, with its place in the file: what all strict readers read.
///
/// Scalars keep their text and whether it was quoted; what they mean is decided in one place (`ScalarReading`), so that
/// `no`, `017` and `1:20` never turn into something else on the way.
package struct SourceNode: Sendable, Hashable {
  /// How a scalar was written; only a plain one can mean something else than a string.
  package enum ScalarStyle: Sendable, Hashable {
    case plain, quoted, block
  }

  /// A member of a mapping.
  package struct Entry: Sendable, Hashable {
    /// The key as text: a status code `200:` is `"200"`.
    package let key: String
    /// Where the key stands.
    package let keyLocation: SourceLocation
    /// The value.
    package let value: SourceNode

    /// Makes a member.
    package init(key: String, keyLocation: SourceLocation, value: SourceNode) {
      self.key = key
      self.keyLocation = keyLocation
      self.value = value
    }
  }

  /// What a node is made of.
  package enum Content: Sendable, Hashable {
    case scalar(String, style: ScalarStyle)
    case sequence([SourceNode])
    case mapping([Entry])
  }

  /// Where the node starts.
  package let location: SourceLocation
  /// What it is made of.
  package let content: Content

  /// Makes a node.
  package init(location: SourceLocation, content: Content) {
    self.location = location
    self.content = content
  }

  /// The value by the YAML 1.2 core schema; see `ScalarReading` for what stays a string.
  package var json: JSONValue {
    switch content {
    case .scalar(let text, let style): style == .plain ? ScalarReading.value(ofPlain: text) : .string(text)
    case .sequence(let elements): .array(elements.map(\.json))
    case .mapping(let entries): .object(JSONObject(entries.map { ($0.key, $0.value.json) }))
    }
  }

  /// The members, when the node is a mapping.
  package var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// The elements, when the node is a sequence.
  package var elements: [SourceNode]? {
    if case .sequence(let elements) = content { elements } else { nil }
  }

  /// The text, when the node is a string (quoted, block, or plain text that means nothing else).
  package var string: String? {
    guard case .scalar(let text, let style) = content else { return nil }
    if style != .plain { return text }
    return ScalarReading.value(ofPlain: text).stringValue
  }

  /// Whether the node is an explicit or empty null.
  package var isNull: Bool {
    guard case .scalar(let text, .plain) = content else { return false }
    return ScalarReading.value(ofPlain: text).isNull
  }

  /// The value of a member of a mapping.
  package subscript(key: String) -> SourceNode? { entries?.first { $0.key == key }?.value }

  /// The node at a JSON Pointer below this one, exactly.
  package func node(at pointer: JSONPointer) -> SourceNode? {
    var current = self
    for token in pointer.tokens {
      guard let next = current.child(token) else { return nil }
      current = next
    }
    return current
  }

  /// The member or element that one token of a JSON Pointer names (RFC 6901 section 4).
  package func child(_ token: String) -> SourceNode? {
    switch content {
    case .scalar: return nil
    case .mapping: return self[token]
    case .sequence(let elements):
      guard let index = SourceNode.arrayIndex(token), index < elements.count else { return nil }
      return elements[index]
    }
  }

  /// What a person would call the value: "a list", "the number 3", "the string 'x'", "nothing".
  package var found: String {
    switch content {
    case .sequence: return "a list"
    case .mapping: return "a mapping"
    case .scalar(let text, _):
      let shown = text.count > 40 ? text.prefix(40) + "…" : text[...]
      switch json {
      case .null: return text.isEmpty ? "nothing" : "null"
      case .bool: return "the boolean \(shown)"
      case .number: return "the number \(shown)"
      default: return "the string '\(shown)'"
      }
    }
  }

  private static func arrayIndex(_ token: String) -> Int? {
    let digits = token.utf8
    guard !digits.isEmpty, digits.count <= 9, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    guard digits.count == 1 || digits.first != 0x30 else { return nil }
    return Int(token)
  }
}
