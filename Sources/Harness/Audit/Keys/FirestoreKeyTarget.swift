import Firestore
import FirestoreModel
import RFC3339

/// Looks keys up in a collection: by document id with batchGet, by a field with `IN` queries.
struct FirestoreKeyTarget: KeyTarget {
  let relation: FirestoreRelation
  let client: FirestoreClient
  let clock: any WallClock

  private var field: FieldPath { relation.fields[0] }

  var plan: String {
    let access =
      field.isDocumentID
      ? "by batchGet, names only, \(FirestoreClient.batchGetLimit) a request"
      : "by \(field), \(FirestoreRelation.valuesPerQuery) values a query"
    return
      "\(relation.store): each key looked up in \(relation.collection) \(access), "
      + "\(FirestoreClient.readsAtOnce) requests at a time"
  }

  func absent(among keys: [Key]) async throws -> AbsentKeys {
    let (found, readTime) = field.isDocumentID ? try await ids(keys) : try await values(keys)
    let present = Set(found.lazy.filter(\.isLive).map(\.key))
    // In the order of names, so that the same documents make the same text.
    let others = found.filter { !$0.isLive && !present.contains($0.key) }.sorted { $0.version < $1.version }
    return AbsentKeys(
      keys: keys.filter { !present.contains($0) }, position: ReadPosition(readTime: readTime, clock: clock),
      versions: Dictionary(others.map { ($0.key, $0.version) }, uniquingKeysWith: { "\($0),\($1)" }))
  }

  /// A document behind a key.
  private struct Found: Sendable {
    let key: Key
    let isLive: Bool
    /// Empty for one that is live.
    let version: String

    init(_ document: FirestoreDocument, _ key: Key, in relation: FirestoreRelation) {
      self.key = key
      isLive = relation.isLive(document)
      version = isLive ? "" : "\(document.name.path.id) \(document.updateTime?.rfc3339 ?? "")"
    }
  }

  private func ids(_ keys: [Key]) async throws -> ([Found], Timestamp?) {
    // What cannot be an id cannot exist either; asking for it would refuse the whole request.
    let paths = try keys.filter { FirestoreRelation.canBeID($0.parts[0]) }
      .map { try relation.collection.document($0.parts[0]) }
    let mask = relation.excluded.isEmpty ? [.documentID] : relation.mask
    let (documents, readTime) = try await client.existing(paths, mask: mask)
    return (documents.map { Found($0, Key([$0.name.path.id]), in: relation) }, readTime)
  }

  private func values(_ keys: [Key]) async throws -> ([Found], Timestamp?) {
    let wanted = Set(keys)
    let parts = keys.flatMap { FirestoreValue.candidates(for: $0.parts[0]) }.parts(of: FirestoreRelation.valuesPerQuery)
    return try await client.reading(parts) { part, time in
      var (present, others): (Set<Key>, [Found]) = ([], [])
      var found: [Found] = []
      // Many documents may have one value: they are streamed, only their keys are kept.
      let query = relation.query(field, isIn: Array(part))
      let scan = try await client.scan(query, parent: relation.collection.parent, readTime: time) { document in
        guard let text = FirestoreRelation.value(of: field, in: document)?.keyText else { return }
        let document = Found(document, Key([text]), in: relation)
        guard wanted.contains(document.key) else { return }
        if !document.isLive {
          others.append(document)
        } else if present.insert(document.key).inserted {
          found.append(document)
        }
      }
      return (found + others.filter { !present.contains($0.key) }, scan.readTime)
    }
  }
}
