import FirestoreModel

/// Firestore's order of document names, on stored documents and without building their paths.
enum NameOrder {
  static func compare(_ left: StoredDocument, _ right: StoredDocument) -> Int {
    if left.collection.segments.count == right.collection.segments.count {
      let byCollection = DocumentPath.compare(left.collection.segments, right.collection.segments)
      return byCollection != 0 ? byCollection : DocumentPath.compareSegments(left.id, right.id)
    }
    return DocumentPath.compare(left.collection.segments + [left.id], right.collection.segments + [right.id])
  }

  /// Compares with the path inside a reference value, which queries have checked to be one.
  static func compare(_ document: StoredDocument, reference: FirestoreValue) -> Int {
    guard case .reference(let name) = reference else { return 1 }
    // projects / p / databases / d / documents / path...
    var segments = name.pathSegments().dropFirst(5).makeIterator()
    for segment in document.collection.segments {
      guard let other = segments.next() else { return 1 }
      let order = DocumentPath.compareSegments(segment, String(other))
      if order != 0 { return order }
    }
    guard let other = segments.next() else { return 1 }
    let order = DocumentPath.compareSegments(document.id, String(other))
    if order != 0 { return order }
    return segments.next() == nil ? 0 : -1
  }

  /// Narrows a range of ids of one collection to the documents that compare with a reference as asked.
  ///
  /// - Returns: False when no document of the collection can.
  static func restrict(
    _ range: inout IDRange, of collection: CollectionPath, to comparison: QueryFilter.FieldOperator,
    _ reference: FirestoreValue
  ) -> Bool {
    guard case .reference(let name) = reference else { return true }
    let target = name.pathSegments().dropFirst(5).map(String.init)
    let depth = collection.segments.count
    let order = DocumentPath.compare(collection.segments, Array(target.prefix(depth)))
    if order != 0 || target.count <= depth {
      // The whole collection lies on one side of the reference.
      switch comparison {
      case .greaterThan, .greaterThanOrEqual: return order >= 0
      case .lessThan, .lessThanOrEqual: return order < 0
      case .equal: return false
      default: return true
      }
    }
    let id = target[depth]
    // A reference into a subcollection lies just after the document that it passes through.
    let isExact = target.count == depth + 1
    switch comparison {
    case .greaterThan: range.restrictLower(.init(id, isIncluded: false))
    case .greaterThanOrEqual: range.restrictLower(.init(id, isIncluded: isExact))
    case .lessThan: range.restrictUpper(.init(id, isIncluded: !isExact))
    case .lessThanOrEqual: range.restrictUpper(.init(id, isIncluded: true))
    case .equal:
      guard isExact else { return false }
      range.restrictLower(.init(id, isIncluded: true))
      range.restrictUpper(.init(id, isIncluded: true))
    default: break
    }
    return true
  }
}
