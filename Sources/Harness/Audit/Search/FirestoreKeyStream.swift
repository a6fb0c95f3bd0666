import Firestore
import FirestoreModel

/// The keys of a collection, read in several ranges of names at once.
struct FirestoreKeyStream: KeyStream {
  let relation: FirestoreRelation
  let client: FirestoreClient

  /// Ids at which the ranges begin: Firebase's own ids are random letters and digits, so these cut them into quarters.
  ///
  /// Ids of any other form are read as well, only less evenly.
  private static let cuts = ["F", "V", "k"]
  /// Digests that are handed over at once.
  private static let batchSize = 1024

  private var field: FieldPath { relation.fields[0] }

  var plan: String {
    let what = field.isDocumentID ? "the name of every document" : "every \(field)"
    return "\(relation.store): \(what) of \(relation.collection), in \(Self.cuts.count + 1) ranges at once"
  }

  func digests(
    _ digester: KeyDigester, _ receive: @escaping @Sendable ([UInt128]) throws -> Void
  ) async throws -> Int {
    let bounds = [nil] + Self.cuts.map { Optional($0) } + [nil]
    return try await withThrowingTaskGroup { group in
      for (low, high) in zip(bounds, bounds.dropFirst()) {
        group.addTask {
          field.isDocumentID && relation.filters.isEmpty
            ? try await scanIDs(from: low, to: high, digester, receive)
            : try await scan(from: low, to: high, digester, receive)
        }
      }
      return try await group.reduce(0, +)
    }
  }

  private func scanIDs(
    from low: String?, to high: String?, _ digester: KeyDigester, _ receive: @Sendable ([UInt128]) throws -> Void
  ) async throws -> Int {
    var batch: [UInt128] = []
    let result = try await client.scanIDs(of: relation.collection, from: low, to: high) { id in
      batch.append(digester.digest(ofOnly: id))
      guard batch.count == Self.batchSize else { return }
      try receive(batch)
      batch.removeAll(keepingCapacity: true)
    }
    try receive(batch)
    return result.count
  }

  private func scan(
    from low: String?, to high: String?, _ digester: KeyDigester, _ receive: @Sendable ([UInt128]) throws -> Void
  ) async throws -> Int {
    func cursor(_ id: String) throws -> StructuredQuery.Cursor {
      .init([.reference(client.name(of: try relation.collection.document(id)).description)], before: true)
    }
    var query = relation.query
    query.orderBy = [.init(.documentID)]
    query.startAt = try low.map(cursor)
    query.endAt = try high.map(cursor)
    var batch: [UInt128] = []
    let result = try await client.scan(query, parent: relation.collection.parent) { document in
      guard let value = FirestoreRelation.value(of: field, in: document), value.canBeFoundByText,
        let text = value.keyText
      else { return }
      batch.append(digester.digest(of: Key([text])))
      guard batch.count == Self.batchSize else { return }
      try receive(batch)
      batch.removeAll(keepingCapacity: true)
    }
    try receive(batch)
    return result.count
  }
}

extension FirestoreValue {
  /// Whether the value is among the ``candidates(for:)`` of its own text, so that a look-up finds it too.
  var canBeFoundByText: Bool {
    switch self {
    case .string, .integer, .double, .boolean, .timestamp: true
    case .null, .reference, .bytes, .geoPoint, .array, .map: false
    }
  }
}
