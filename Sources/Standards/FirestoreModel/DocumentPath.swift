/// Path of a document within its database: collection and id, repeated for subcollections.
///
/// Compared and hashed by UTF-8 bytes; ordered as Firestore orders `__name__`.
package struct DocumentPath: Sendable, CustomStringConvertible {
  /// Collection, id, collection, id, …: an even number, none empty, none with a slash.
  package let segments: [String]

  /// Reads `users/u1` or `users/u1/orders/o1`.
  ///
  /// - Throws: When the number of segments is odd or one is empty.
  package init(_ text: String) throws(FirestoreFormatError) {
    let segments = text.pathSegments().map(String.init)
    guard segments.count.isMultiple(of: 2), !segments.contains("") else {
      throw FirestoreFormatError(
        "\"\(text)\" is not the path of a document: it needs collection and id, separated by single slashes.")
    }
    self.segments = segments
  }

  /// For segments that were checked already.
  init(unchecked segments: [String]) {
    self.segments = segments
  }

  /// The last segment.
  package var id: String { segments[segments.count - 1] }

  /// The collection that holds the document.
  package var parent: CollectionPath { CollectionPath(unchecked: Array(segments.dropLast())) }

  /// A collection below the document.
  ///
  /// - Throws: When `id` is empty or contains a slash.
  package func collection(_ id: String) throws(FirestoreFormatError) -> CollectionPath {
    CollectionPath(unchecked: segments + [try CollectionPath.checked(id)])
  }

  /// Whether the document lies below `ancestor`, at any depth.
  package func isDescendant(of ancestor: DocumentPath) -> Bool {
    segments.count > ancestor.segments.count && zip(segments, ancestor.segments).allSatisfy { UTF8Order.equal($0, $1) }
  }

  package var description: String { segments.joined(separator: "/") }
}

extension DocumentPath: Hashable, Comparable {
  /// Whether both paths are the same bytes.
  package static func == (left: DocumentPath, right: DocumentPath) -> Bool {
    left.segments.count == right.segments.count
      && zip(left.segments, right.segments).allSatisfy { UTF8Order.equal($0, $1) }
  }

  /// Whether `left` sorts first in Firestore's order of names.
  package static func < (left: DocumentPath, right: DocumentPath) -> Bool {
    compare(left.segments, right.segments) < 0
  }

  /// Feeds the segments into a hasher.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(segments)
  }

  /// Compares two lists of segments as Firestore orders names: segment by segment, a prefix first.
  package static func compare(_ left: [String], _ right: [String]) -> Int {
    for (first, second) in zip(left, right) {
      let result = compareSegments(first, second)
      if result != 0 { return result }
    }
    return left.count == right.count ? 0 : (left.count < right.count ? -1 : 1)
  }

  /// Compares two ids: `__id<int64>__` first and by number, all others after them by UTF-8 bytes.
  package static func compareSegments(_ left: String, _ right: String) -> Int {
    switch (numericID(left), numericID(right)) {
    case (nil, nil): UTF8Order.compare(left, right)
    case (.some, nil): -1
    case (nil, .some): 1
    case (.some(let first), .some(let second)): first == second ? 0 : (first < second ? -1 : 1)
    }
  }

  /// The number in an id of the form `__id7__` (how Datastore's numeric keys appear), nil for any other id.
  package static func numericID(_ id: String) -> Int64? {
    guard id.utf8.first == UInt8(ascii: "_"), id.hasPrefix("__id"), id.hasSuffix("__"), id.utf8.count > 6 else {
      return nil
    }
    return Int64(id.dropFirst(4).dropLast(2))
  }
}
