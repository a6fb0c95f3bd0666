// Preparing costs a round trip, so a statement is prepared when it comes for the second time; most statements of a
// scan come once. A pure value: the connection sends what it decides, and tells it what worked.

/// Which statements of a connection are prepared, and which one makes room for another.
struct StatementCache {
  /// A statement: the same text with other declared types is another one.
  struct Key: Hashable {
    let text: String
    let types: [PostgresTypeID]
  }

  /// How to run a statement.
  enum Plan: Equatable {
    /// As it is, without preparing.
    case direct
    /// Prepare it under this name first.
    case prepare(String)
    /// It is prepared under this name.
    case prepared(String)
  }

  private struct Entry {
    var name: String?
    var lastUse: UInt64
  }

  private let capacity: Int
  private var entries: [Key: Entry] = [:]
  private var uses: UInt64 = 0
  private var names: UInt64 = 0

  /// Names whose statements are to be deallocated, oldest first.
  private(set) var evicted: [String] = []

  /// Keeps at most so many statements; 0 prepares none.
  init(capacity: Int) {
    self.capacity = max(0, capacity)
  }

  /// How many statements are prepared.
  var preparedCount: Int { entries.values.count { $0.name != nil } }

  /// Decides how to run a statement, and counts the use.
  mutating func plan(for key: Key) -> Plan {
    guard capacity > 0 else { return .direct }
    uses += 1
    if let entry = entries[key] {
      entries[key]?.lastUse = uses
      if let name = entry.name {
        return .prepared(name)
      }
      names += 1
      return .prepare("concord_\(names)")
    }
    if entries.count >= capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      entries[oldest.key] = nil
      if let name = oldest.value.name {
        evicted.append(name)
      }
    }
    entries[key] = Entry(name: nil, lastUse: uses)
    return .direct
  }

  /// Records that the server has prepared a statement.
  mutating func didPrepare(_ key: Key, as name: String) {
    entries[key, default: Entry(name: nil, lastUse: uses)].name = name
  }

  /// Forgets a statement that the server does not accept any more; its name is deallocated.
  mutating func forget(_ key: Key) {
    if let name = entries.removeValue(forKey: key)?.name {
      evicted.append(name)
    }
  }

  /// Forgets all, when the server has done so.
  mutating func forgetAll() {
    entries = [:]
    evicted = []
  }

  /// Records that the evicted statements are deallocated.
  mutating func didDeallocate() {
    evicted = []
  }
}
