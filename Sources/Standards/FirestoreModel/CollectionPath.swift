/// Path of a collection within its database: an odd number of segments.
package struct CollectionPath: Sendable, CustomStringConvertible {
  /// Collection, id, …, collection: an odd number, none empty, none with a slash.
  package let segments: [String]

  /// Reads `users` or `users/u1/orders`.
  ///
  /// - Throws: When the number of segments is even or one is empty.
  package init(_ text: String) throws(FirestoreFormatError) {
    let segments = text.pathSegments().map(String.init)
    guard !segments.count.isMultiple(of: 2), !segments.contains("") else {
      throw FirestoreFormatError("\"\(text)\" is not the path of a collection.")
    }
    self.segments = segments
  }

  init(unchecked segments: [String]) {
    self.segments = segments
  }

  /// The last segment: what a collection group query selects by.
  package var id: String { segments[segments.count - 1] }

  /// The document that the collection belongs to, nil at the root.
  package var parent: DocumentPath? {
    segments.count == 1 ? nil : DocumentPath(unchecked: Array(segments.dropLast()))
  }

  /// A document of the collection.
  ///
  /// - Throws: When `id` is empty or contains a slash.
  package func document(_ id: String) throws(FirestoreFormatError) -> DocumentPath {
    DocumentPath(unchecked: segments + [try CollectionPath.checked(id)])
  }

  package var description: String { segments.joined(separator: "/") }

  static func checked(_ id: String) throws(FirestoreFormatError) -> String {
    guard !id.isEmpty, !id.utf8.contains(UInt8(ascii: "/")) else {
      throw FirestoreFormatError("\"\(id)\" is not an id: it must not be empty or contain a slash.")
    }
    return id
  }
}

extension CollectionPath: Hashable, Comparable {
  /// Whether both paths are the same bytes.
  package static func == (left: CollectionPath, right: CollectionPath) -> Bool {
    left.segments.count == right.segments.count
      && zip(left.segments, right.segments).allSatisfy { UTF8Order.equal($0, $1) }
  }

  /// Whether `left` sorts first in Firestore's order of names.
  package static func < (left: CollectionPath, right: CollectionPath) -> Bool {
    DocumentPath.compare(left.segments, right.segments) < 0
  }

  /// Feeds the segments into a hasher.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(segments)
  }
}
