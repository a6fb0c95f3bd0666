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
    let (present, readTime) = field.isDocumentID ? try await ids(keys) : try await values(keys)
    return AbsentKeys(
      keys: keys.filter { !present.contains($0) }, position: ReadPosition(readTime: readTime, clock: clock))
  }

  private func ids(_ keys: [Key]) async throws -> (Set<Key>, Timestamp?) {
    // What cannot be an id cannot exist either; asking for it would refuse the whole request.
    let paths = try keys.filter { FirestoreRelation.canBeID($0.parts[0]) }
      .map { try relation.collection.document($0.parts[0]) }
    let mask = relation.excluded.isEmpty ? [.documentID] : relation.mask
    let (documents, readTime) = try await client.existing(paths, mask: mask)
    return (Set(documents.filter(relation.isLive).map { Key([$0.name.path.id]) }), readTime)
  }

  private func values(_ keys: [Key]) async throws -> (Set<Key>, Timestamp?) {
    let wanted = Set(keys)
    let parts = keys.flatMap { FirestoreValue.candidates(for: $0.parts[0]) }.parts(of: FirestoreRelation.valuesPerQuery)
    let (found, readTime) = try await client.reading(parts) { part, time in
      var present: Set<Key> = []
      // Many documents may have one value: they are streamed, only their keys are kept.
      let query = relation.query(field, isIn: Array(part))
      let scan = try await client.scan(query, parent: relation.collection.parent, readTime: time) { document in
        guard relation.isLive(document), let text = FirestoreRelation.value(of: field, in: document)?.keyText else {
          return
        }
        if wanted.contains(Key([text])) { present.insert(Key([text])) }
      }
      return (Array(present), scan.readTime)
    }
    return (Set(found), readTime)
  }
}
