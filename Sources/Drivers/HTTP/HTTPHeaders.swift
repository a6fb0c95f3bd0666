/// Header fields in the order they were sent, with case-insensitive names that may repeat (RFC 9110 section 5).
package struct HTTPHeaders: Sendable {
  /// All fields in order, names spelled as given.
  package private(set) var fields: [(name: String, value: String)] = []

  /// Creates an empty list of fields.
  package init() {}

  /// Creates a list from pairs, in their order.
  package init(_ fields: some Sequence<(String, String)>) {
    self.fields = fields.map { (name: $0.0, value: $0.1) }
  }

  /// The number of fields; a repeated name counts each time.
  package var count: Int { fields.count }

  /// Whether there are no fields.
  package var isEmpty: Bool { fields.isEmpty }

  /// The value of the first field with this name, nil when there is none.
  ///
  /// Setting replaces every field of that name; setting nil removes them.
  package subscript(name: String) -> String? {
    get {
      fields.first { equalIgnoringCase($0.name, name) }?.value
    }
    set {
      if let newValue {
        set(name, newValue)
      } else {
        remove(name)
      }
    }
  }

  /// The values of all fields with this name, in order.
  package func values(_ name: String) -> [String] {
    fields.compactMap { equalIgnoringCase($0.name, name) ? $0.value : nil }
  }

  /// Adds a field behind the others, even when the name is already there.
  package mutating func add(_ name: String, _ value: String) {
    fields.append((name: name, value: value))
  }

  /// Replaces all fields of this name by one, at the place of the first.
  package mutating func set(_ name: String, _ value: String) {
    guard let first = fields.firstIndex(where: { equalIgnoringCase($0.name, name) }) else {
      add(name, value)
      return
    }
    remove(name)
    fields.insert((name: name, value: value), at: first)
  }

  /// Removes all fields of this name.
  package mutating func remove(_ name: String) {
    fields.removeAll { equalIgnoringCase($0.name, name) }
  }

  /// Continues the value of the last field, joined by one space (obsolete line folding, RFC 9112 section 5.2).
  mutating func fold(_ continuation: String) -> Bool {
    guard !fields.isEmpty else { return false }
    fields[fields.count - 1].value += continuation.isEmpty ? "" : " " + continuation
    return true
  }
}

extension HTTPHeaders: Hashable {
  /// Whether both hold the same fields in the same order; case of names does not matter, case of values does.
  package static func == (left: Self, right: Self) -> Bool {
    left.fields.elementsEqual(right.fields) { equalIgnoringCase($0.name, $1.name) && $0.value == $1.value }
  }

  /// Feeds names in lower case and values to a hasher.
  package func hash(into hasher: inout Hasher) {
    for field in fields {
      for byte in field.name.utf8 { hasher.combine(lowercased(byte)) }
      hasher.combine(field.value)
    }
  }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
  /// Creates a list from a literal, in its order; names may repeat.
  package init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements)
  }
}

/// Whether two tokens are equal when ASCII letters count without case, as HTTP and URL schemes compare names.
func equalIgnoringCase(_ left: String, _ right: String) -> Bool {
  let (left, right) = (left.utf8, right.utf8)
  return left.count == right.count && left.elementsEqual(right) { lowercased($0) == lowercased($1) }
}

private func lowercased(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}
