// A key may be of any type and a field may hold several, so rows are not found again by their value but by their own
// names, which the batch keeps: one batchGet tells whether the documents still exist, still satisfy the filter and
// still use the key.

import Firestore
import FirestoreModel
import JSON
import RFC3339
import RunModel

/// Reads the keys that the documents of a collection use, page by page.
struct FirestoreKeySource: KeySource {
  let relation: FirestoreRelation
  let client: FirestoreClient
  let clock: any WallClock
  /// Documents read in one request.
  var pageSize = 1000

  private var field: FieldPath { relation.fields[0] }

  var plan: String {
    let filters = relation.filters.map { "\($0.field) \($0.comparison.rawValue) \($0.value.json.serialized())" }
    return
      "\(relation.store): every \(shownField) of \(relation.collection)"
      + (filters.isEmpty ? "" : " where \(filters.joined(separator: " and "))") + ", by name, \(pageSize) a page"
  }

  private var shownField: String { field.isDocumentID ? relation.idName : field.description }

  func query(showing key: Key) -> String {
    let text = key.parts[0]
    return field.isDocumentID
      ? "\(relation.collection)/\(text)" : "\(relation.collection) where \(shownField) == \"\(text)\""
  }

  func query(showing identity: [Finding.Field]) -> String {
    "\(relation.collection)/\(identity.first?.value ?? "")"
  }

  /// Reads page by page, without binding the pages to one time.
  ///
  /// A document moves to no other page, and the referent is read after each of them, which is all that soundness needs.
  /// So a scan may take longer than Firestore keeps the past (an hour).
  func readKeys(_ receive: (KeyBatch) async throws -> Void) async throws {
    var page = try await page(after: nil)
    while true {
      guard page.count == pageSize, let last = page.last?.name else {
        return try await receive(batch(page))
      }
      // The server reads the next page while these keys are looked up.
      async let following = self.page(after: last)
      try await receive(batch(page))
      page = try await following
    }
  }

  private func page(after last: DocumentName?) async throws -> [FirestoreDocument] {
    try await documents(relation.page(after: last, size: pageSize))
  }

  private func documents(_ query: StructuredQuery) async throws -> [FirestoreDocument] {
    try await client.runQuery(query, parent: relation.collection.parent).documents
  }

  /// A place in a range of names to read on from.
  struct Place: Sendable {
    let range: NameRange
    /// The last document that was read; nil at the beginning.
    var last: DocumentName?
  }

  /// The keys of the next page of a range, and the place behind it; nil at the end of the range.
  func readPage(at place: Place) async throws -> (batch: KeyBatch, next: Place?) {
    func cursor(_ id: String) throws -> StructuredQuery.Cursor {
      try client.cursor(before: id, in: relation.collection)
    }
    let end = try place.range.high.map(cursor)
    let query =
      if let last = place.last {
        relation.page(after: last, to: end, size: pageSize)
      } else {
        relation.page(from: try place.range.low.map(cursor), to: end, size: pageSize)
      }
    let page = try await documents(query)
    let next = page.count == pageSize ? page.last.map { Place(range: place.range, last: $0.name) } : nil
    return (batch(page), next)
  }

  private func batch(_ documents: [FirestoreDocument]) -> KeyBatch {
    var batch = KeyBatch()
    var places: [Key: Int] = [:]
    for document in documents {
      let keys = keys(of: document)
      if !keys.isEmpty { batch.rowCount += 1 }
      for key in keys {
        if let place = places[key] {
          batch.uses[place].documents.append(document.name.path)
        } else {
          places[key] = batch.uses.count
          batch.uses.append(KeyUse(key: key, documents: [document.name.path]))
        }
      }
    }
    return batch
  }

  private func keys(of document: FirestoreDocument) -> Set<Key> {
    Set((FirestoreRelation.value(of: field, in: document)?.keyTexts ?? []).map { Key([$0]) })
  }

  private func isRecent(_ document: FirestoreDocument, at now: Timestamp) -> Bool {
    guard let grace = relation.grace, let written = document.updateTime else { return false }
    return now - written < grace
  }

  func rows(of uses: [KeyUse], limit: Int) async throws -> KeyedRows {
    let wanted = Set(uses.map(\.key))
    let paths = Set(uses.flatMap(\.documents)).sorted()
    let (documents, readTime) = try await client.existing(paths, mask: relation.mask)
    var rows = KeyedRows(position: ReadPosition(readTime: readTime, clock: clock))
    for document in documents.sorted(by: { $0.name < $1.name })
    where relation.filters.allSatisfy({ $0.matches(document) }) {
      let identity = [Finding.Field(relation.idName, document.name.path.id)]
      let isRecent = isRecent(document, at: rows.position.at)
      for key in keys(of: document) where wanted.contains(key) {
        guard !isRecent else {
          rows.recent[key, default: 0] += 1
          continue
        }
        rows.counts[key, default: 0] += 1
        if rows.sample.count < limit { rows.sample.append(.init(identity: identity, key: key)) }
      }
    }
    return rows
  }
}
