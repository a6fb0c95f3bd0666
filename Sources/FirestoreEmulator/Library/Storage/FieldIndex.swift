import FirestoreModel

/// Which documents of a collection have had which value of a field, in the order of values.
///
/// An entry stays as long as history keeps a version with that value; whoever finds a document by it looks at the version
/// of their own time.
struct FieldIndex: Sendable {
  /// A value with the id of a document that has, or had, it.
  struct Entry: Sendable {
    let value: FirestoreValue
    let id: String
  }

  let field: FieldPath
  private(set) var entries = SortedChunks<Entry>()

  /// Builds the index of a table.
  init(of field: FieldPath, in table: SortedChunks<CollectionTable.Entry>) {
    self.field = field
    var values: [FirestoreValue] = []
    var owners: [SortedChunks<CollectionTable.Entry>.Position] = []
    values.reserveCapacity(table.count)
    owners.reserveCapacity(table.count)
    table.forEach { owner, entry in
      func add(_ version: CollectionTable.Version) {
        guard let value = FieldIndex.value(of: field, in: version.document) else { return }
        // Versions of one document mostly have the same value.
        if let last = values.last, owners[owners.count - 1] == owner, FirestoreValue.compare(last, value) == 0 {
          return
        }
        values.append(value)
        owners.append(owner)
      }
      for version in entry.older { add(version) }
      add(entry.latest)
    }
    var sorted: [Entry] = []
    sorted.reserveCapacity(values.count)
    var previous: Int?
    for index in Self.order(of: values) {
      defer { previous = index }
      // A document may have had a value twice, with another in between.
      if let previous, owners[previous] == owners[index], FirestoreValue.compare(values[previous], values[index]) == 0 {
        continue
      }
      sorted.append(Entry(value: values[index], id: table[owners[index]].id))
    }
    entries = SortedChunks(sorted: sorted)
  }

  /// The places of values in their order; equal ones stay in the order in which they came, which is that of ids.
  private static func order(of values: [FirestoreValue]) -> [Int] {
    var keys = values.enumerated().map { (prefix: $1.orderPrefix, index: $0) }
    values.withUnsafeBufferPointer { values in
      keys.sort { one, other in
        if one.prefix != other.prefix { return one.prefix < other.prefix }
        let order = FirestoreValue.compare(values[one.index], values[other.index])
        return order != 0 ? order < 0 : one.index < other.index
      }
    }
    return keys.map(\.index)
  }

  /// Notes the value of a new version.
  mutating func insert(_ document: StoredDocument?, id: String) {
    guard let value = value(in: document) else { return }
    let entry = Entry(value: value, id: id)
    let position = entries.position { Self.compare($0, entry) < 0 }
    if position < entries.end, Self.compare(entries[position], entry) == 0 { return }
    entries.insert(entry, at: position)
  }

  /// Forgets the values of versions that are gone, unless one that is left has them too.
  mutating func remove(_ versions: some Sequence<CollectionTable.Version>, id: String, left: [CollectionTable.Version])
  {
    let kept = left.compactMap { value(in: $0.document) }
    for version in versions {
      guard let value = value(in: version.document), !kept.contains(where: { FirestoreValue.compare($0, value) == 0 })
      else { continue }
      let entry = Entry(value: value, id: id)
      let position = entries.position { Self.compare($0, entry) < 0 }
      if position < entries.end, Self.compare(entries[position], entry) == 0 { entries.remove(at: position) }
    }
  }

  /// The ids that have, or had, a value between two, both included; nil when there are more than `most`.
  func ids(from low: FirestoreValue?, to high: FirestoreValue?, atMost most: Int) -> [String]? {
    var position = low.map { low in entries.position { FirestoreValue.compare($0.value, low) < 0 } } ?? entries.start
    let end = high.map { high in entries.position { FirestoreValue.compare($0.value, high) <= 0 } } ?? entries.end
    guard entries.count(from: position, to: end, where: { _ in true }) <= most else { return nil }
    var ids: [String] = []
    while position < end {
      ids.append(entries[position].id)
      position = entries.position(after: position)
    }
    return ids
  }

  private func value(in document: StoredDocument?) -> FirestoreValue? { Self.value(of: field, in: document) }

  private static func value(of field: FieldPath, in document: StoredDocument?) -> FirestoreValue? {
    document.flatMap { FirestoreValue.value(at: field, in: $0.fields) }
  }

  private static func compare(_ one: Entry, _ other: Entry) -> Int {
    let order = FirestoreValue.compare(one.value, other.value)
    return order != 0 ? order : DocumentPath.compareSegments(one.id, other.id)
  }
}
