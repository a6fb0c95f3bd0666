import FirestoreModel

/// One collection in memory: its documents in the order of their ids, each with the versions that history still keeps.
struct CollectionTable: Sendable {
  /// What a document was from a time on; no document stands for a deletion.
  struct Version: Sendable {
    let time: StoreTime
    let document: StoredDocument?
  }

  /// A document through time.
  struct Entry: Sendable {
    let id: String
    var latest: Version
    /// Superseded versions, oldest first.
    var older: [Version] = []

    /// Whether there was a document at a time.
    func exists(at time: StoreTime) -> Bool {
      if latest.time <= time { return latest.document != nil }
      return older.last { $0.time <= time }?.document != nil
    }

    /// The document as it was at a time.
    func document(at time: StoreTime) -> StoredDocument? {
      if latest.time <= time { return latest.document }
      return older.last { $0.time <= time }?.document
    }
  }

  private(set) var entries = SortedChunks<Entry>()
  /// Documents that exist now.
  private(set) var liveCount = 0
  private(set) var lastChange = StoreTime(microseconds: .min)
  /// Indexes of the fields that large tables are asked for.
  private(set) var indexes: [FieldIndex] = []

  var isEmpty: Bool { entries.count == 0 }

  /// The latest version.
  func document(_ id: String) -> StoredDocument? {
    let (position, isPresent) = find(id)
    return isPresent ? entries[position].latest.document : nil
  }

  /// The version of a time.
  func document(_ id: String, at time: StoreTime) -> StoredDocument? {
    let (position, isPresent) = find(id)
    return isPresent ? entries[position].document(at: time) : nil
  }

  /// Makes `document` (nil: a deletion) the latest version.
  mutating func apply(_ document: StoredDocument?, id: String, at time: StoreTime) {
    let version = Version(time: time, document: document)
    let (position, isPresent) = find(id)
    lastChange = time
    for index in indexes.indices { indexes[index].insert(document, id: id) }
    guard isPresent else {
      if document != nil { liveCount += 1 }
      entries.insert(Entry(id: id, latest: version), at: position)
      return
    }
    let superseded = entries[position].latest
    liveCount += (document == nil ? 0 : 1) - (superseded.document == nil ? 0 : 1)
    entries[position].older.append(superseded)
    entries[position].latest = version
  }

  /// Forgets versions of a document that were superseded at or before a time, and the whole entry when only a deletion
  /// remains.
  mutating func forget(_ id: String, supersededBy time: StoreTime) {
    let (position, isPresent) = find(id)
    guard isPresent else { return }
    let entry = entries[position]
    if !entry.older.isEmpty {
      let kept = entry.older.indices.first { index in
        let successor = index + 1 < entry.older.count ? entry.older[index + 1].time : entry.latest.time
        return successor > time
      }
      let gone = entry.older[..<(kept ?? entry.older.count)]
      entries[position].older.removeFirst(gone.count)
      let left = entries[position].older + [entry.latest]
      for index in indexes.indices { indexes[index].remove(gone, id: id, left: left) }
    }
    if entries[position].older.isEmpty, entries[position].latest.document == nil, entries[position].latest.time <= time
    {
      entries.remove(at: position)
    }
  }

  /// Makes an index of a field, unless there is one.
  mutating func makeIndex(of field: FieldPath) {
    guard !indexes.contains(where: { $0.field == field }) else { return }
    indexes.append(FieldIndex(of: field, in: entries))
  }

  /// The documents of a time that may satisfy a condition, in any order; nil when those are more than `most`.
  func documents(where condition: FieldCondition, at time: StoreTime, atMost most: Int) -> [StoredDocument]? {
    guard let index = indexes.first(where: { $0.field == condition.field }),
      let ids = index.ids(from: condition.low, to: condition.high, atMost: most)
    else { return nil }
    var seen: Set<StoredID> = []
    // A document may have had several of the values.
    return ids.filter { seen.insert(StoredID($0)).inserted }.compactMap { document($0, at: time) }
  }

  /// An id by its bytes: two spellings of one letter are two ids.
  private struct StoredID: Hashable {
    private let bytes: [UInt8]
    init(_ id: String) { bytes = Array(id.utf8) }
  }

  /// How many documents there were in a range at a time.
  func count(within range: IDRange, at time: StoreTime) -> Int {
    if range == .all, lastChange <= time { return liveCount }
    let (first, end) = positions(of: range)
    return entries.count(from: first, to: end) { $0.exists(at: time) }
  }

  /// Where a range begins and ends among the entries.
  func positions(
    of range: IDRange
  ) -> (first: SortedChunks<Entry>.Position, end: SortedChunks<Entry>.Position) {
    let first = range.lower.map { bound in
      entries.position { entry in
        let order = DocumentPath.compareSegments(entry.id, bound.id)
        return order < 0 || (order == 0 && !bound.isIncluded)
      }
    }
    let end = range.upper.map { bound in
      entries.position { entry in
        let order = DocumentPath.compareSegments(entry.id, bound.id)
        return order < 0 || (order == 0 && bound.isIncluded)
      }
    }
    return (first ?? entries.start, end ?? entries.end)
  }

  private func find(_ id: String) -> (position: SortedChunks<Entry>.Position, isPresent: Bool) {
    let position = entries.position { DocumentPath.compareSegments($0.id, id) < 0 }
    return (position, position < entries.end && UTF8Order.equal(entries[position].id, id))
  }
}
