extension String {
  /// Whether two texts have the same code points, as JSON compares them (RFC 8259 section 8.3).
  ///
  /// Swift's `==` also calls texts equal that differ in code points but are canonically equivalent.
  func isIdentical(to other: String) -> Bool {
    let count = utf8.count
    guard count == other.utf8.count else { return false }
    let isSame = utf8.withContiguousStorageIfAvailable { left in
      other.utf8.withContiguousStorageIfAvailable { right in left.elementsEqual(right) }
    }
    return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }

  /// Whether the text comes first by its code points, which in UTF-8 is the order of the bytes.
  func precedes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}

/// A text as a key that is equal by code points.
struct IdentityKey: Hashable {
  let text: String

  static func == (left: IdentityKey, right: IdentityKey) -> Bool { left.text.isIdentical(to: right.text) }

  func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
