import FirestoreModel
import RFC3339
import Synchronization

/// The transactions that are open, and what each has read.
///
/// Transactions are optimistic: reads see one snapshot and take no locks; at commit, a change that others made since
/// then to anything read aborts the transaction. The first to commit wins, so of any set of contending transactions one
/// always gets through, nobody waits, and writes outside of transactions are never held up.
final class TransactionRegistry: Sendable {
  /// How a transaction reads.
  enum Mode: Sendable, Hashable {
    case readWrite
    /// At a time, or at the time of the first read.
    case readOnly(StoreTime?)
  }

  /// An open transaction.
  struct Transaction: Sendable {
    let database: DatabaseName
    let mode: Mode
    let begun: StoreTime
    var used: StoreTime
    /// Set by the first read.
    var snapshot: StoreTime?
    var documents: Set<DocumentPath> = []
    var queries: [QueryPlan] = []

    /// Whether a change by others invalidates what was read.
    func isAffected(by change: DocumentChange) -> Bool {
      if !documents.isEmpty, let path = try? change.collection.document(change.id), documents.contains(path) {
        return true
      }
      return queries.contains { $0.isAffected(by: change) }
    }
  }

  private struct State {
    var open: [[UInt8]: Transaction] = [:]
    var issued: UInt64 = 0
  }

  private let state = Mutex(State())
  private let clock: any WallClock
  /// Part of every id, so that a finished transaction can be told from one that never was.
  private let tag: [UInt8]

  init(clock: any WallClock, random: any RandomSource) {
    self.clock = clock
    tag = random.bytes(8)
  }

  /// Opens a transaction and returns its id.
  func begin(_ mode: Mode, in database: DatabaseName) throws(EmulatorError) -> [UInt8] {
    let now = StoreTime(clock.now())
    return try state.withLock { state throws(EmulatorError) in
      if state.open.count >= FirestoreLimits.openTransactions {
        state.open = state.open.filter { !TransactionRegistry.isExpired($0.value, now: now) }
      }
      guard state.open.count < FirestoreLimits.openTransactions else {
        throw EmulatorError(.resourceExhausted, "Too many open transactions.")
      }
      state.issued += 1
      let id = tag + withUnsafeBytes(of: state.issued.bigEndian) { Array($0) }
      state.open[id] = Transaction(database: database, mode: mode, begun: now, used: now)
      return id
    }
  }

  /// Runs `body` on an open transaction.
  ///
  /// - Throws: INVALID_ARGUMENT when it is unknown, finished, expired or of another database.
  func update<T: Sendable>(
    _ id: [UInt8], in database: DatabaseName, _ body: (inout Transaction) throws(EmulatorError) -> T
  ) throws(EmulatorError) -> T {
    let now = StoreTime(clock.now())
    return try state.withLock { state throws(EmulatorError) in
      guard var transaction = state.open[id], transaction.database == database else {
        throw TransactionRegistry.invalid
      }
      guard !TransactionRegistry.isExpired(transaction, now: now) else {
        state.open[id] = nil
        throw TransactionRegistry.invalid
      }
      transaction.used = now
      // Taken out while it changes, so that its sets are not copied.
      state.open[id] = nil
      defer { state.open[id] = transaction }
      return try body(&transaction)
    }
  }

  /// Ends a transaction and returns it.
  ///
  /// - Throws: INVALID_ARGUMENT as ``update(_:in:_:)`` does.
  func finish(_ id: [UInt8], in database: DatabaseName) throws(EmulatorError) -> Transaction {
    let transaction = try update(id, in: database) { transaction throws(EmulatorError) in transaction }
    state.withLock { $0.open[id] = nil }
    return transaction
  }

  /// Ends a transaction without effect; one that has ended already is no fault.
  func rollback(_ id: [UInt8], in database: DatabaseName) throws(EmulatorError) {
    let isKnown = state.withLock { state in
      if let transaction = state.open[id] {
        guard transaction.database == database else { return false }
        state.open[id] = nil
        return true
      }
      guard id.count == 16, Array(id.prefix(8)) == tag else { return false }
      return id.dropFirst(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } <= state.issued
    }
    guard isKnown else { throw TransactionRegistry.invalid }
  }

  private static let invalid = EmulatorError.invalid(
    "The referenced transaction has expired or is no longer valid.")

  private static func isExpired(_ transaction: Transaction, now: StoreTime) -> Bool {
    now.microseconds - transaction.begun.microseconds > FirestoreLimits.transactionAge
      || now.microseconds - transaction.used.microseconds > FirestoreLimits.transactionIdle
  }
}
