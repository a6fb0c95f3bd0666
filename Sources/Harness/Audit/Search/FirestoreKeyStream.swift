import Firestore
import FirestoreModel
import RFC3339

/// The keys of a collection, read in several ranges of names at once.
struct FirestoreKeyStream: KeyStream {
  let relation: FirestoreRelation
  let client: FirestoreClient

  private var field: FieldPath { relation.fields[0] }

  var plan: String {
    let what = field.isDocumentID ? "the name of every document" : "every \(field)"
    return "\(relation.store): \(what) of \(relation.collection), in \(NameRange.quarters.count) ranges at once"
  }

  func digests(
    _ digester: KeyDigester, _ receive: @escaping @Sendable ([UInt128]) throws -> Void
  ) async throws -> Int {
    try await inRanges { range in
      var batch = DigestBatch(receive)
      let result = try await scan(range) { try batch.add(digester.digest(ofOnly: $0)) }
      try batch.finish()
      return result.count
    }.reduce(0, +)
  }

  /// The same, with a list of all ids; nil when Firestore tells no time or no order that a list could rest on.
  func listing(
    _ digester: KeyDigester, _ receive: @escaping @Sendable ([UInt128]) throws -> Void
  ) async throws -> (count: Int, listing: (ids: SortedKeys, readTime: Timestamp)?) {
    let parts = try await inRanges { range in
      var batch = DigestBatch(receive)
      var ids = SortedKeys()
      var isInOrder = true
      let result = try await scan(range) { id in
        try batch.add(digester.digest(ofOnly: id))
        isInOrder = isInOrder && ids.append(id)
      }
      try batch.finish()
      return (count: result.count, ids: isInOrder ? ids : nil, readTime: result.readTime)
    }
    let count = parts.reduce(0) { $0 + $1.count }
    var ids = SortedKeys()
    var readTime: Timestamp?
    for part in parts {
      guard let own = part.ids, let time = part.readTime, ids.append(own) else { return (count, nil) }
      readTime = min(time, readTime ?? time)
    }
    return (count, readTime.map { (ids, $0) })
  }

  /// Reads all ranges at once; answers in the order of names.
  private func inRanges<Part: Sendable>(
    _ read: @escaping @Sendable (NameRange) async throws -> Part
  ) async throws -> [Part] {
    try await withThrowingTaskGroup(of: (Int, Part).self) { group in
      for (number, range) in NameRange.quarters.enumerated() {
        group.addTask { (number, try await read(range)) }
      }
      var parts: [(number: Int, part: Part)] = []
      for try await part in group { parts.append(part) }
      return parts.sorted { $0.number < $1.number }.map(\.part)
    }
  }

  /// Hands over the text of every key, in the order of names.
  func texts(_ receive: (String) throws -> Void) async throws {
    _ = try await scan(NameRange()) { try receive(String(decoding: $0, as: UTF8.self)) }
  }

  /// Reads the key texts of a range of names.
  private func scan(
    _ range: NameRange, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) async throws -> ScanResult {
    if field.isDocumentID, relation.filters.isEmpty, relation.excluded.isEmpty {
      return try await client.scanIDs(of: relation.collection, from: range.low, to: range.high, body)
    }
    var query = relation.query
    query.startAt = try range.low.map { try client.cursor(before: $0, in: relation.collection) }
    query.endAt = try range.high.map { try client.cursor(before: $0, in: relation.collection) }
    return try await client.scan(query, parent: relation.collection.parent) { document in
      guard relation.isLive(document), let value = FirestoreRelation.value(of: field, in: document),
        value.canBeFoundByText,
        var text = value.keyText
      else { return }
      try text.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
    }
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
