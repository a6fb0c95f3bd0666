import FirestoreModel

/// Documents of a collection that a rule is about.
struct FirestoreRelation: Sendable {
  /// Name of the store in the description of the stack.
  let store: String
  let collection: CollectionPath
  /// The fields of the key, or those that are measured; `__name__` stands for the document's id.
  let fields: [FieldPath]
  /// What the id is called in the data contract.
  let idName: String
  /// Conditions that select the judged documents; all must hold.
  let filters: [FirestoreFilter]
  /// Conditions under which a document counts as deleted; all must hold, and none mean never.
  var excluded: [FirestoreFilter] = []
  /// How long ago a document must have been written to be judged; Firestore tells when that was.
  var grace: Duration?
  /// The field that tells when a document was written, where the contract names one.
  var writtenAt: FieldPath?

  /// The judged documents with the named fields only.
  var query: StructuredQuery {
    StructuredQuery(
      from: .init(collectionID: collection.id), filter: condition, select: selection)
  }

  private var selection: [FieldPath] {
    let wanted = fields + excluded.map(\.field).filter { !fields.contains($0) }
    return wanted.isEmpty ? [.documentID] : wanted
  }

  /// Whether a document that was read is one of the judged ones, as far as no query can tell.
  ///
  /// A query with `!=` would leave out documents that lack the field, and those are not deleted.
  func isLive(_ document: FirestoreDocument) -> Bool {
    excluded.isEmpty || !excluded.allSatisfy { $0.matches(document) }
  }

  /// One page of the judged documents, in the order of names, up to an end if there is one.
  func page(after last: DocumentName?, to end: StructuredQuery.Cursor? = nil, size: Int) -> StructuredQuery {
    page(from: last.map { .init([.reference($0.description)], before: false) }, to: end, size: size)
  }

  /// One page of the judged documents between two places in the order of names.
  func page(from start: StructuredQuery.Cursor?, to end: StructuredQuery.Cursor?, size: Int) -> StructuredQuery {
    var page = query
    page.orderBy = [.init(.documentID)]
    page.startAt = start
    page.endAt = end
    page.limit = size
    return page
  }

  /// The judged documents whose field has one of at most ``valuesPerQuery`` values.
  func query(_ field: FieldPath, isIn values: [FirestoreValue]) -> StructuredQuery {
    var query = query
    let isOneOf = QueryFilter.field(field, .in, .array(values))
    query.filter = condition.map { .all([isOneOf, $0]) } ?? isOneOf
    return query
  }

  /// Values that one `IN` may list (<https://cloud.google.com/firestore/docs/query-data/queries>).
  static let valuesPerQuery = 30

  /// The fields that are needed to judge a document again.
  var mask: [FieldPath] {
    var mask = fields
    for field in (filters + excluded).map(\.field) where !mask.contains(field) { mask.append(field) }
    return mask
  }

  private var condition: QueryFilter? {
    filters.count > 1 ? .all(filters.map(\.query)) : filters.first?.query
  }

  /// The value of a field, and the id where that is what the path means; nil when the field is missing.
  static func value(of field: FieldPath, in document: FirestoreDocument) -> FirestoreValue? {
    field.isDocumentID ? .string(document.name.path.id) : FirestoreValue.value(at: field, in: document.fields)
  }

  /// Whether a text can be a document id (<https://firebase.google.com/docs/firestore/quotas>, "Constraints").
  static func canBeID(_ id: String) -> Bool {
    let isReserved = id.hasPrefix("__") && id.hasSuffix("__") && id.utf8.count >= 4
    return (1...1500).contains(id.utf8.count) && id != "." && id != ".." && !isReserved
      && !id.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
  }
}
