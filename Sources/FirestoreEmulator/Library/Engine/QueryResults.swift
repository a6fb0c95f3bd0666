import FirestoreModel

/// The documents of a query in order, read while they are asked for wherever the order allows it.
///
/// A query sorted by name over one collection walks the store's own order and holds nothing; any other sort has to see
/// every match first, and keeps no more of them than the limit needs.
package struct QueryResults: Sendable {
  /// What one step of reading gave.
  package enum Step: Sendable {
    case document(StoredDocument)
    /// The budget was used up before the next match: ask again.
    case pause
    case end
  }

  private let plan: QueryPlan
  /// The store's own order, when that is the order of the query; else the matches are in `sorted`.
  private var cursor: (any DocumentCursor)?
  private var sorted: [StoredDocument] = []
  private var next = 0
  private var toSkip: Int
  private var remaining: Int
  /// Documents passed over because of the query's offset, so far.
  package private(set) var skipped = 0

  init(_ plan: QueryPlan, on snapshot: any StoreSnapshot) {
    self.plan = plan
    toSkip = plan.query.offset
    remaining = plan.query.limit ?? .max
    guard remaining > 0 else { return }
    if plan.isOrderedByName, let collection = plan.singleCollection {
      let range = plan.range(in: collection)
      cursor = range.map { snapshot.documents(in: collection, within: $0, descending: plan.isDescendingByName) }
    } else {
      let limit = plan.query.limit.map { $0.addingReportingOverflow(plan.query.offset).partialValue }
      sorted = Sorting(plan, limit: limit).run(MatchScan(plan, on: snapshot))
    }
  }

  /// The next document, after looking at no more than `budget` stored ones.
  package mutating func next(budget: inout Int) -> Step {
    while remaining > 0 {
      guard budget > 0 else { return .pause }
      budget -= 1
      guard let document = advance() else { break }
      if cursor != nil, !plan.matches(document) { continue }
      if toSkip > 0 {
        toSkip -= 1
        skipped += 1
        continue
      }
      remaining -= 1
      return .document(document)
    }
    return .end
  }

  /// All remaining documents.
  package mutating func rest() -> [StoredDocument] {
    var documents: [StoredDocument] = []
    var budget = Int.max
    while case .document(let document) = next(budget: &budget) { documents.append(document) }
    return documents
  }

  private mutating func advance() -> StoredDocument? {
    // Through the optional, so that the cursor changes in place instead of being copied for each document.
    if cursor != nil { return cursor?.next() }
    guard next < sorted.count else { return nil }
    next += 1
    return sorted[next - 1]
  }
}

/// Every document that satisfies a query, cursors included, collection by collection and without sort, offset or limit.
struct MatchScan {
  private let plan: QueryPlan
  private let snapshot: any StoreSnapshot

  init(_ plan: QueryPlan, on snapshot: any StoreSnapshot) {
    self.plan = plan
    self.snapshot = snapshot
  }

  /// Calls `body` with each match until it returns false.
  func forEach(_ body: (StoredDocument) -> Bool) {
    for collection in collections() {
      guard let range = plan.range(in: collection) else { continue }
      if let condition = plan.fieldCondition, let found = snapshot.documents(in: collection, where: condition) {
        for document in found where plan.matches(document) && plan.isWithinCursors(document) {
          guard body(document) else { return }
        }
        continue
      }
      var cursor = snapshot.documents(in: collection, within: range, descending: false)
      while let document = cursor.next() {
        guard plan.matches(document), plan.isWithinCursors(document) else { continue }
        guard body(document) else { return }
      }
    }
  }

  private func collections() -> [CollectionPath] {
    if let collection = plan.singleCollection { return [collection] }
    return snapshot.collections(
      below: plan.parent, id: plan.query.from?.collectionID, atAnyDepth: plan.query.from?.allDescendants == true)
  }
}

/// Sorts matches by the keys of a query, holding at most about twice as many as a limit asks for.
private struct Sorting {
  private struct Item {
    let key: [FirestoreValue]
    let document: StoredDocument
  }

  private let plan: QueryPlan
  private let limit: Int?

  init(_ plan: QueryPlan, limit: Int?) {
    self.plan = plan
    self.limit = limit
  }

  func run(_ matches: MatchScan) -> [StoredDocument] {
    var items: [Item] = []
    let most = limit.map { max(1_024, $0.multipliedReportingOverflow(by: 2).partialValue) }
    matches.forEach { document in
      items.append(Item(key: plan.sortKey(of: document), document: document))
      if let most, let limit, items.count >= most, most > limit {
        items.sort(by: precedes)
        items.removeSubrange(limit...)
      }
      return true
    }
    items.sort(by: precedes)
    return (limit.map { items.prefix($0) } ?? items[...]).map(\.document)
  }

  private func precedes(_ left: Item, _ right: Item) -> Bool {
    for index in left.key.indices {
      let order = FirestoreValue.compare(left.key[index], right.key[index])
      if order != 0 { return plan.orders[index].direction == .ascending ? order < 0 : order > 0 }
    }
    let byName = NameOrder.compare(left.document, right.document)
    return plan.isDescendingByName ? byName > 0 : byName < 0
  }
}
