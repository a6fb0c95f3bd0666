import FirestoreModel

/// One database of a ``MemoryStore``.
struct MemoryDatabase: Sendable {
  private(set) var tables: [CollectionPath: CollectionTable] = [:]
  /// The keys of `tables` in order, for collection groups and for what lies below a document.
  private(set) var paths = SortedChunks<CollectionPath>()
  private var log = ChangeLog()
  /// The latest time handed out to a snapshot or a commit.
  private(set) var latestTime = StoreTime(microseconds: 0)
  /// Superseded versions are gone before this time.
  private(set) var historyStart = StoreTime(microseconds: .min)

  /// A time for a snapshot: later commits will be later than it.
  mutating func timeForSnapshot(now: StoreTime) -> StoreTime {
    latestTime = max(now, latestTime)
    return latestTime
  }

  /// A time for a commit: later than everything handed out before.
  mutating func timeForCommit(now: StoreTime) -> StoreTime {
    latestTime = max(now, StoreTime(microseconds: latestTime.microseconds + 1))
    return latestTime
  }

  /// Starts an empty database whose history begins at a time: what was before it cannot be read any more.
  mutating func begin(after time: StoreTime) {
    latestTime = time
    historyStart = time
    log = ChangeLog(forgottenUntil: time)
  }

  /// Applies a change and remembers what it replaced.
  mutating func apply(_ change: DocumentChange, at time: StoreTime) {
    if tables[change.collection] == nil { insertPath(change.collection) }
    tables[change.collection, default: CollectionTable()].apply(change.after, id: change.id, at: time)
    log.append(ChangeLog.Record(time: time, change: change))
  }

  /// Makes an index of a field of a collection, unless there is one.
  mutating func makeIndex(of field: FieldPath, in collection: CollectionPath) {
    tables[collection]?.makeIndex(of: field)
  }

  /// Forgets what history need not keep.
  mutating func trim(now: StoreTime, limits: ChangeLog.Limits) {
    while let record = log.removeExpired(now: now, limits: limits) {
      let collection = record.change.collection
      if record.change.before != nil { historyStart = max(historyStart, record.time) }
      tables[collection]?.forget(record.change.id, supersededBy: record.time)
      if tables[collection]?.isEmpty == true {
        tables[collection] = nil
        removePath(collection)
      }
    }
  }

  /// See ``CommitView/anyChange(since:_:)``.
  func anyChange(since time: StoreTime, _ matches: (DocumentChange) -> Bool) -> Bool? {
    log.anyChange(since: time, matches)
  }

  /// See ``StoreSnapshot/collections(below:id:atAnyDepth:)``.
  func collections(below parent: DocumentPath?, id: String?, atAnyDepth: Bool) -> [CollectionPath] {
    let prefix = parent?.segments ?? []
    var position = paths.position { DocumentPath.compare($0.segments, prefix) < 0 }
    var found: [CollectionPath] = []
    while position < paths.end {
      let path = paths[position]
      guard path.segments.count > prefix.count, zip(path.segments, prefix).allSatisfy({ UTF8Order.equal($0, $1) })
      else {
        break
      }
      if atAnyDepth || path.segments.count == prefix.count + 1, id == nil || UTF8Order.equal(path.id, id ?? "") {
        found.append(path)
      }
      position = paths.position(after: position)
    }
    return found
  }

  private mutating func insertPath(_ path: CollectionPath) {
    paths.insert(path, at: paths.position { $0 < path })
  }

  private mutating func removePath(_ path: CollectionPath) {
    let position = paths.position { $0 < path }
    if position < paths.end, paths[position] == path { paths.remove(at: position) }
  }
}
