package import FirestoreModel
package import RFC3339

/// The operations of Firestore on typed requests: no JSON, no HTTP, and storage behind one protocol.
///
/// Every method may be called from any thread; none waits for another client. What a codec (REST now, gRPC later) adds
/// is reading requests and writing answers.
package final class FirestoreEngine: Sendable {
  let store: any DocumentStore
  let clock: any WallClock
  let random: any RandomSource
  let transactions: TransactionRegistry

  /// Runs on a store; `random` gives ids to new documents and transactions.
  package init(store: any DocumentStore, clock: any WallClock, random: any RandomSource) {
    self.store = store
    self.clock = clock
    self.random = random
    transactions = TransactionRegistry(clock: clock, random: random)
  }

  /// When a request reads.
  package enum ReadMoment: Sendable {
    case now
    case at(Timestamp)
    case inTransaction([UInt8])
    /// Opens a transaction with this request and answers its id.
    case inNewTransaction(TransactionOptions)
  }

  /// How a transaction is opened.
  package enum TransactionOptions: Sendable, Hashable {
    case readWrite
    case readOnly(Timestamp?)
  }

  /// What a read request sees.
  struct Reading {
    let snapshot: any StoreSnapshot
    /// The transaction to note the read in.
    let transaction: [UInt8]?
    /// The transaction that this request opened.
    let opened: [UInt8]?
  }

  // MARK: Transactions

  /// Opens a transaction.
  ///
  /// - Throws: INVALID_ARGUMENT or FAILED_PRECONDITION for an impossible read time.
  package func begin(_ options: TransactionOptions, in database: DatabaseName) throws(EmulatorError) -> [UInt8] {
    switch options {
    case .readWrite:
      return try transactions.begin(.readWrite, in: database)
    case .readOnly(let time):
      let snapshot = try time.map { time throws(EmulatorError) in try self.snapshot(of: database, at: time).time }
      return try transactions.begin(.readOnly(snapshot), in: database)
    }
  }

  /// Ends a transaction without effect.
  package func rollback(_ transaction: [UInt8], in database: DatabaseName) throws(EmulatorError) {
    try transactions.rollback(transaction, in: database)
  }

  /// A time at which reads see everything that was committed so far.
  func currentTime(of database: DatabaseName) throws(EmulatorError) -> Timestamp {
    try snapshot(of: database, at: nil).time.timestamp
  }

  func read(_ moment: ReadMoment, in database: DatabaseName) throws(EmulatorError) -> Reading {
    switch moment {
    case .now:
      return Reading(snapshot: try snapshot(of: database, at: nil), transaction: nil, opened: nil)
    case .at(let time):
      return Reading(snapshot: try snapshot(of: database, at: time), transaction: nil, opened: nil)
    case .inTransaction(let id):
      return Reading(snapshot: try snapshot(of: database, in: id), transaction: id, opened: nil)
    case .inNewTransaction(let options):
      let id = try begin(options, in: database)
      return Reading(snapshot: try snapshot(of: database, in: id), transaction: id, opened: id)
    }
  }

  /// Remembers what a transaction has read, for the judgement at its commit.
  func note(_ reading: Reading, in database: DatabaseName, documents: [DocumentPath] = [], query: QueryPlan? = nil)
    throws(EmulatorError)
  {
    guard let id = reading.transaction else { return }
    try transactions.update(id, in: database) { transaction throws(EmulatorError) in
      guard transaction.mode == .readWrite else { return }
      transaction.documents.formUnion(documents)
      if let query { transaction.queries.append(query) }
    }
  }

  private func snapshot(of database: DatabaseName, at time: Timestamp?) throws(EmulatorError) -> any StoreSnapshot {
    if let time, time.nanoseconds % 1_000 != 0 {
      throw .invalid("The read_time must have microsecond precision.")
    }
    do { return try store.snapshot(of: database, at: time.map(StoreTime.init)) } catch { throw EmulatorError(error) }
  }

  private func snapshot(of database: DatabaseName, in transaction: [UInt8]) throws(EmulatorError) -> any StoreSnapshot {
    try transactions.update(transaction, in: database) { state throws(EmulatorError) in
      var fixed = state.snapshot
      if case .readOnly(let time?) = state.mode { fixed = time }
      do throws(StoreError) {
        let snapshot = try self.store.snapshot(of: database, at: fixed)
        state.snapshot = snapshot.time
        return snapshot
      } catch { throw EmulatorError(error) }
    }
  }

  // MARK: The emulator's own

  /// Deletes everything in a database, its history included.
  package func clear(_ database: DatabaseName) {
    store.removeAll(from: database)
  }
}
