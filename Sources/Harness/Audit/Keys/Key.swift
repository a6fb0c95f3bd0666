import FirestoreModel

/// A key as it is compared across stores: its parts as text, none of them null.
///
/// Text is the one form that every store can produce exactly; each store turns it back into its own types when it
/// is asked, so that its indexes are used. Compared by UTF-8 bytes, as the stores do: Swift's `==` on strings takes
/// "é" in its two spellings for one, and would hide that a key was re-encoded on its way.
struct Key: Sendable, Hashable, CustomStringConvertible {
  let parts: [String]

  init(_ parts: [String]) { self.parts = parts }

  var description: String { parts.count == 1 ? parts[0] : "(\(parts.joined(separator: ", ")))" }

  static func == (left: Key, right: Key) -> Bool {
    left.parts.count == right.parts.count && zip(left.parts, right.parts).allSatisfy { UTF8Order.equal($0, $1) }
  }

  func hash(into hasher: inout Hasher) {
    for part in parts {
      var part = part
      part.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
      // No UTF-8 text contains this byte.
      hasher.combine(UInt8(0xFF))
    }
  }
}

/// A key that a referrer uses.
struct KeyUse: Sendable, Hashable {
  let key: Key
  /// Paths of the documents that use it, where rows are found again by their own names; a table finds them by the key.
  var documents: [DocumentPath] = []
}

/// Keys that a referrer uses, read in one go, each once.
struct KeyBatch: Sendable {
  var uses: [KeyUse] = []
  /// Rows or documents that were examined for them.
  var rowCount = 0
}
