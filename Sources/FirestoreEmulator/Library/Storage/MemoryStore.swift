package import FirestoreModel
package import RFC3339
import Synchronization

/// Documents in memory, with an hour of history.
///
/// One lock guards all databases and is held for look-ups, for the short moment that a scan takes its reference to the
/// chunks, and for commits; scans themselves run without it. Nothing is written to disk: the process is the database.
package final class MemoryStore: DocumentStore {
  fileprivate let databases = Mutex<[DatabaseName: MemoryDatabase]>([:])
  private let clock: any WallClock
  private let limits: ChangeLog.Limits
  /// When fields are found by an index.
  struct Indexing: Sendable {
    /// Entries from which on a table gets indexes: a smaller one is read as quickly.
    var from = 10_000
    /// An index is used for what is at most one part of so many of a table: it jumps where a scan walks.
    var parts = 8
  }

  fileprivate let indexing: Indexing

  /// Makes an empty store that takes its times from a clock.
  package convenience init(clock: any WallClock) {
    self.init(clock: clock, limits: ChangeLog.Limits())
  }

  init(clock: any WallClock, limits: ChangeLog.Limits, indexing: Indexing = Indexing()) {
    self.clock = clock
    self.limits = limits
    self.indexing = indexing
  }

  package func snapshot(of database: DatabaseName, at time: StoreTime?) throws(StoreError) -> any StoreSnapshot {
    let now = StoreTime(clock.now())
    let chosen = databases.withLock { databases -> Result<StoreTime, StoreError> in
      guard let time else { return .success(databases[database, default: MemoryDatabase()].timeForSnapshot(now: now)) }
      if time > max(now, databases[database]?.latestTime ?? now) { return .failure(.readTimeInFuture) }
      let oldest = max(databases[database]?.historyStart.microseconds ?? .min, now.microseconds - limits.age)
      if time.microseconds < oldest { return .failure(.readTimeTooOld) }
      // A commit must stay later than a read time in the same microsecond.
      _ = databases[database, default: MemoryDatabase()].timeForSnapshot(now: max(time, StoreTime(microseconds: 0)))
      return .success(time)
    }
    return Snapshot(store: self, database: database, time: try chosen.get())
  }

  package func commit<Outcome: Sendable, Failure: Error>(
    to database: DatabaseName, _ prepare: (any CommitView) throws(Failure) -> CommitPlan<Outcome>
  ) throws(Failure) -> Outcome {
    let now = StoreTime(clock.now())
    return try databases.withLock { databases throws(Failure) in
      let time = databases[database, default: MemoryDatabase()].timeForCommit(now: now)
      let plan = try prepare(View(database: databases[database] ?? MemoryDatabase(), time: time))
      for change in plan.changes { databases[database]?.apply(change, at: time) }
      databases[database]?.trim(now: time, limits: limits)
      return plan.outcome
    }
  }

  package func removeAll(from database: DatabaseName) {
    let now = StoreTime(clock.now())
    databases.withLock { databases in
      var empty = MemoryDatabase()
      empty.begin(after: max(now, databases[database]?.latestTime ?? now))
      databases[database] = empty
    }
  }

  /// The table with an index of a field, made now if there was none; nil for a small table.
  fileprivate func table(
    _ collection: CollectionPath, of database: DatabaseName, indexedBy field: FieldPath
  ) -> CollectionTable? {
    databases.withLock { databases in
      guard let count = databases[database]?.tables[collection]?.entries.count, count >= indexing.from else {
        return nil
      }
      databases[database]?.makeIndex(of: field, in: collection)
      return databases[database]?.tables[collection]
    }
  }

  fileprivate func table(_ collection: CollectionPath, of database: DatabaseName) -> CollectionTable? {
    databases.withLock { $0[database]?.tables[collection] }
  }

  fileprivate func collections(
    of database: DatabaseName, below parent: DocumentPath?, id: String?, atAnyDepth: Bool
  ) -> [CollectionPath] {
    // The copy is one reference per part; the walk itself then holds no lock.
    let copy = databases.withLock { $0[database] }
    return copy?.collections(below: parent, id: id, atAnyDepth: atAnyDepth) ?? []
  }

  private struct View: CommitView {
    let database: MemoryDatabase
    let time: StoreTime

    func document(_ id: String, in collection: CollectionPath) -> StoredDocument? {
      database.tables[collection]?.document(id)
    }

    func anyChange(since time: StoreTime, _ matches: (DocumentChange) -> Bool) -> Bool? {
      database.anyChange(since: time, matches)
    }
  }

  /// A time is enough to be a snapshot, because versions of that time stay findable and no commit can be as early.
  private struct Snapshot: StoreSnapshot {
    let store: MemoryStore
    let database: DatabaseName
    let time: StoreTime

    func document(_ id: String, in collection: CollectionPath) -> StoredDocument? {
      // Looked up under the lock: a copy of the table that outlived it would make a writer duplicate chunks.
      store.databases.withLock { $0[database]?.tables[collection]?.document(id, at: time) }
    }

    func documents(in collection: CollectionPath, within range: IDRange, descending: Bool) -> any DocumentCursor {
      guard let table = store.table(collection, of: database) else { return EmptyCursor() }
      return MemoryCursor(table, within: range, descending: descending, at: time)
    }

    func documents(in collection: CollectionPath, where condition: FieldCondition) -> [StoredDocument]? {
      guard let table = store.table(collection, of: database, indexedBy: condition.field) else { return nil }
      return table.documents(where: condition, at: time, atMost: table.entries.count / store.indexing.parts)
    }

    func count(of collection: CollectionPath, within range: IDRange) -> Int {
      store.table(collection, of: database)?.count(within: range, at: time) ?? 0
    }

    func collections(below parent: DocumentPath?, id: String?, atAnyDepth: Bool) -> [CollectionPath] {
      store.collections(of: database, below: parent, id: id, atAnyDepth: atAnyDepth)
    }
  }
}
