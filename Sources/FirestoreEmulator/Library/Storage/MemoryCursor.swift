/// Reads one collection of a ``MemoryStore`` at a time of the past or now.
///
/// Holds its own reference to the chunks, so that it runs without a lock and later commits do not disturb it.
struct MemoryCursor: DocumentCursor {
  private let entries: SortedChunks<CollectionTable.Entry>
  private let time: StoreTime
  private let isDescending: Bool
  private var first: SortedChunks<CollectionTable.Entry>.Position
  private var end: SortedChunks<CollectionTable.Entry>.Position

  init(_ table: CollectionTable, within range: IDRange, descending: Bool, at time: StoreTime) {
    entries = table.entries
    self.time = time
    isDescending = descending
    (first, end) = table.positions(of: range)
  }

  mutating func next() -> StoredDocument? {
    while first < end {
      let document: StoredDocument?
      if isDescending {
        end = entries.position(before: end)
        document = entries[end].document(at: time)
      } else {
        document = entries[first].document(at: time)
        first = entries.position(after: first)
      }
      if let document { return document }
    }
    return nil
  }
}

/// A collection without documents.
struct EmptyCursor: DocumentCursor {
  mutating func next() -> StoredDocument? { nil }
}
