package import FirestoreModel
package import RFC3339

/// What is listed: the documents of one collection.
package struct ListRequest: Sendable {
  package var collection: CollectionPath
  package var orderBy: [StructuredQuery.Order] = []
  /// Also names documents that do not exist but have documents below them.
  package var showMissing = false
  /// Nil for the default.
  package var pageSize: Int?
  /// Where the previous page ended.
  package var after: ListPosition?

  /// Lists a collection in the order of names.
  package init(_ collection: CollectionPath) {
    self.collection = collection
  }
}

/// Where a page of a listing ended: the following one is read at the same time.
package struct ListPosition: Sendable, Hashable {
  package let path: DocumentPath
  package let readTime: Timestamp

  /// Describes a position.
  package init(path: DocumentPath, readTime: Timestamp) {
    self.path = path
    self.readTime = readTime
  }
}

/// One page of a listing.
package struct ListAnswer: Sendable {
  /// A listed document, or the name of a missing one.
  package enum Item: Sendable {
    case document(StoredDocument)
    case missing(DocumentPath)
  }

  package let items: [Item]
  /// Nil on the last page.
  package let next: ListPosition?
}

extension FirestoreEngine {
  private static let defaultPageSize = 30
  private static let maximumPageSize = 150

  /// Lists documents of a collection, page by page.
  package func list(
    _ request: ListRequest, in database: DatabaseName, _ moment: ReadMoment
  ) throws(EmulatorError) -> ListAnswer {
    guard request.pageSize ?? 0 >= 0 else { throw .invalid("page_size is negative.") }
    guard !request.showMissing || request.orderBy.isEmpty else {
      throw .invalid("cannot specify an order when show_missing is true")
    }
    var size = request.pageSize ?? 0
    size = size == 0 ? Self.defaultPageSize : min(size, Self.maximumPageSize)
    var query = StructuredQuery(collection: request.collection.id, orderBy: request.orderBy, limit: size + 1)
    var chosen = moment
    if case .now = moment, let after = request.after { chosen = .at(after.readTime) }
    let reading = try read(chosen, in: database)
    if let after = request.after {
      query.startAt = try cursor(after: after.path, of: query, request: request, in: database, on: reading.snapshot)
    }
    let plan = try QueryPlan(query, below: request.collection.parent, in: database)
    try note(reading, in: database, query: plan)
    var results = QueryResults(plan, on: reading.snapshot)
    var items = results.rest().map(ListAnswer.Item.document)
    if request.showMissing {
      items = merged(items, with: missing(in: request.collection, after: request.after?.path, on: reading.snapshot))
    }
    guard items.count > size, let last = path(of: items[size - 1]) else { return ListAnswer(items: items, next: nil) }
    return ListAnswer(
      items: Array(items.prefix(size)), next: ListPosition(path: last, readTime: reading.snapshot.time.timestamp))
  }

  /// Ids of the collections directly below a document, or at the root, that hold documents at any depth; sorted.
  package func collectionIDs(
    below parent: DocumentPath?, in database: DatabaseName, _ moment: ReadMoment
  ) throws(EmulatorError) -> [String] {
    let reading = try read(moment, in: database)
    let depth = parent?.segments.count ?? 0
    var ids: [String] = []
    for path in reading.snapshot.collections(below: parent, id: nil, atAnyDepth: true) {
      let id = path.segments[depth]
      if let last = ids.last, UTF8Order.equal(last, id) { continue }
      if holdsDocuments(path, on: reading.snapshot) { ids.append(id) }
    }
    return ids
  }

  private func holdsDocuments(_ collection: CollectionPath, on snapshot: any StoreSnapshot) -> Bool {
    var cursor = snapshot.documents(in: collection, within: .all, descending: false)
    return cursor.next() != nil
  }

  /// A cursor just after a document, by the values that it had when the page was read.
  private func cursor(
    after path: DocumentPath, of query: StructuredQuery, request: ListRequest, in database: DatabaseName,
    on snapshot: any StoreSnapshot
  ) throws(EmulatorError) -> StructuredQuery.Cursor {
    guard path.parent == request.collection else { throw .invalid("The page token is of another request.") }
    var values: [FirestoreValue] = []
    if let document = snapshot.document(path.id, in: path.parent) {
      for order in request.orderBy where order.field != .documentID {
        guard let value = FirestoreValue.value(at: order.field, in: document.fields) else {
          throw .invalid("The page token is of another request.")
        }
        values.append(value)
      }
    } else if !request.orderBy.isEmpty {
      throw .invalid("The page token is of another request.")
    }
    return .init(values + [.reference(database.name(of: path).description)], before: false)
  }

  /// Documents of a collection that do not exist but have documents below them, in order.
  private func missing(
    in collection: CollectionPath, after: DocumentPath?, on snapshot: any StoreSnapshot
  ) -> [DocumentPath] {
    let depth = collection.segments.count
    var found: [DocumentPath] = []
    // A collection's own path is a prefix of what lies below its documents, so a walk of its parent finds them.
    for path in snapshot.collections(below: collection.parent, id: nil, atAnyDepth: true) {
      guard path.segments.count > depth,
        zip(path.segments, collection.segments).allSatisfy({ UTF8Order.equal($0, $1) }),
        let document = try? collection.document(path.segments[depth]), document != found.last,
        after.map({ $0 < document }) ?? true, snapshot.document(document.id, in: collection) == nil,
        holdsDocuments(path, on: snapshot)
      else { continue }
      found.append(document)
    }
    return found
  }

  private func merged(_ items: [ListAnswer.Item], with missing: [DocumentPath]) -> [ListAnswer.Item] {
    (items + missing.map(ListAnswer.Item.missing)).sorted { left, right in
      guard let first = path(of: left), let second = path(of: right) else { return false }
      return first < second
    }
  }

  private func path(of item: ListAnswer.Item) -> DocumentPath? {
    switch item {
    case .document(let document): try? document.collection.document(document.id)
    case .missing(let path): path
    }
  }
}
