import CLibPQ

// All of libpq's blocking calls have asynchronous siblings, and only those are used here: send, flush, wait with
// poll(2), consume. So each wait of a connection is ours: it ends when the task is cancelled, when a deadline passes and
// when the pool gives the connection up, even if the server is stopped and will never answer. (Name resolution alone
// blocks inside libpq; it runs on the connection's own queue.)
//
// A statement that is abandoned midway is cancelled on the server and its answer read to the end, so the connection is
// usable afterwards. Where that does not work out within `settleLimit`, the connection counts as lost.

/// One libpq connection and the rules for waiting on it; it never leaves its actor.
final class Link {
  /// How long a server may take to react to a cancel request.
  static let settleLimit: Duration = .seconds(3)

  /// How long to wait for the effect of a cancel request before repeating it.
  ///
  /// A request that arrives before the server has read the statement has no effect, and nobody learns of it.
  static let cancelInterval: Duration = .milliseconds(200)

  let connection: OpaquePointer
  let wakeUp: WakeUp
  private let notices: NoticeReceiver
  private let silenceLimit: Duration?
  private var cancelRequest: CancelRequest?

  /// Whether the connection can no longer be used.
  private(set) var isLost = false

  /// Starts to connect; `connect` does the rest.
  init(_ configuration: PostgresConfiguration, wakeUp: WakeUp, notices: NoticeReceiver) throws(PostgresError) {
    let options = configuration.startupOptions
    guard options.allSatisfy({ !$0.value.utf8.contains(0) }) else {
      throw PostgresError(.configuration, "a setting of the connection contains a zero byte")
    }
    let keywords = CStringArray(options.map(\.keyword))
    let values = CStringArray(options.map(\.value))
    guard let connection = PQconnectStartParams(keywords.pointers, values.pointers, 0) else {
      throw PostgresError(.connection, "out of memory while connecting")
    }
    self.connection = connection
    self.wakeUp = wakeUp
    self.notices = notices
    silenceLimit = configuration.silenceLimit
    notices.attach(to: connection)
  }

  deinit {
    PQfinish(connection)
  }

  /// The server's version, such as 150018 for 15.18.
  var serverVersion: Int { Int(PQserverVersion(connection)) }

  /// Whether the connection is inside a transaction, and in which state.
  var transactionStatus: PGTransactionStatusType { PQtransactionStatus(connection) }

  /// The value of a setting that the server reports by itself.
  func reportedSetting(_ name: String) -> String? {
    PQparameterStatus(connection, name).map { String(cString: $0) }
  }

  /// Gives the connection up: every later call fails.
  func abandon() {
    isLost = true
  }

  // MARK: Connecting

  /// Brings the connection to where statements can be sent.
  func connect(within limit: Duration) throws(PostgresError) {
    let deadline = ContinuousClock.now + limit
    var state = PGRES_POLLING_WRITING
    while state != PGRES_POLLING_OK {
      guard PQstatus(connection) != CONNECTION_BAD, state != PGRES_POLLING_FAILED else { throw lose() }
      let writing = state == PGRES_POLLING_WRITING
      switch wakeUp.wait(for: PQsocket(connection), writing: writing, reading: !writing, until: deadline) {
      case .socket:
        state = PQconnectPoll(connection)
      case .woken:
        try checkInterruption(shielded: false)
      case .deadline:
        isLost = true
        throw PostgresError(.timeout, "the server did not accept the connection within \(limit)")
      }
    }
    guard PQsetnonblocking(connection, 1) == 0, let key = CancelRequest(connection: connection) else { throw lose() }
    cancelRequest = key
  }

  /// Whether an idle connection still is one: reads what the server sent meanwhile, without waiting.
  func checkLiveness() -> Bool {
    guard !isLost, !wakeUp.isAborted, transactionStatus == PQTRANS_IDLE else { return false }
    // Bounded, because notices may keep arriving.
    for _ in 0..<8 {
      switch wakeUp.wait(for: PQsocket(connection), until: .now) {
      case .deadline: return true
      case .woken: continue
      case .socket:
        guard PQconsumeInput(connection) == 1, PQstatus(connection) == CONNECTION_OK else {
          isLost = true
          return false
        }
        _ = PQisBusy(connection)  // handles notices and reported settings that have come in
        if notices.hasSessionEnded {
          isLost = true
          return false
        }
      }
    }
    return true
  }

  // MARK: Sending and receiving

  /// Hands a statement to libpq and sends it off.
  ///
  /// A shielded statement is not interrupted by a cancelled task.
  func start(shielded: Bool = false, _ send: (OpaquePointer) -> Int32) throws(PostgresError) {
    guard !isLost else { throw .connectionClosed }
    try checkInterruption(shielded: shielded)
    guard send(connection) == 1 else { throw lose() }
    while true {
      let flushed = PQflush(connection)
      guard flushed >= 0 else { throw lose() }
      if flushed == 0 { return }
      do {
        try awaitSocket(writing: true, shielded: shielded)
      } catch {
        settle()
        throw error
      }
    }
  }

  /// The next result of the statement under way, nil after the last; the caller frees it.
  ///
  /// When the connection breaks after the server has told why, its own report is the error that counts.
  func nextResult(after failure: PostgresError? = nil, shielded: Bool = false) throws(PostgresError) -> OpaquePointer? {
    while PQisBusy(connection) == 1 {
      do {
        try awaitSocket(shielded: shielded)
      } catch {
        throw failure ?? error
      }
    }
    return PQgetResult(connection)
  }

  /// Waits for the server and takes in what it sent.
  func awaitSocket(writing: Bool = false, shielded: Bool = false) throws(PostgresError) {
    let deadline = silenceLimit.map { ContinuousClock.now + $0 }
    while true {
      switch wakeUp.wait(for: PQsocket(connection), writing: writing, until: deadline) {
      case .socket(let readable):
        guard !readable || PQconsumeInput(connection) == 1 else { throw lose() }
        return
      case .woken:
        try checkInterruption(shielded: shielded)
      case .deadline:
        throw PostgresError(.timeout, "the server has not answered for \(silenceLimit ?? .zero)")
      }
    }
  }

  /// Throws when the task is cancelled or the connection is being given up.
  func checkInterruption(shielded: Bool) throws(PostgresError) {
    if wakeUp.isAborted {
      isLost = true
      throw PostgresError(.connection, "the connection was closed while it was in use")
    }
    if !shielded, Task.isCancelled {
      throw PostgresError(.cancelled, "the task was cancelled")
    }
  }

  /// Records the loss of the connection and tells libpq's reason.
  private func lose() -> PostgresError {
    isLost = true
    return PostgresError(connection: connection)
  }

  // MARK: Abandoning a statement

  /// After an error: ends the statement that may still be under way, so that the next one can be sent.
  func settle() {
    if !isLost, transactionStatus == PQTRANS_ACTIVE {
      let deadline = ContinuousClock.now + Self.settleLimit
      isLost = wakeUp.isAborted || !cancelAndDrain(until: deadline) || !awaitCancelRequest(until: deadline)
    }
    if PQstatus(connection) == CONNECTION_BAD {
      isLost = true
    }
  }

  private func cancelAndDrain(until deadline: ContinuousClock.Instant) -> Bool {
    guard let cancelRequest else { return false }
    cancelRequest.send(completion: wakeUp)
    var nextRequest = ContinuousClock.now + Self.cancelInterval
    while ContinuousClock.now < deadline {
      if ContinuousClock.now >= nextRequest {
        cancelRequest.send(completion: wakeUp)
        nextRequest = ContinuousClock.now + Self.cancelInterval
      }
      let flushed = PQflush(connection)
      guard flushed >= 0 else { return false }
      if flushed == 0, PQisBusy(connection) == 0 {
        switch discardResult() {
        case .finished: return true
        case .more: continue
        case .impossible: return false
        case .waiting: break
        }
      }
      switch wakeUp.wait(for: PQsocket(connection), writing: flushed == 1, until: min(deadline, nextRequest)) {
      case .socket(let readable):
        guard !readable || PQconsumeInput(connection) == 1 else { return false }
      case .woken:
        if wakeUp.isAborted { return false }
      case .deadline:
        continue
      }
    }
    return false
  }

  private enum Discarded {
    case finished, more, waiting, impossible
  }

  /// Throws away one result, or the rows of a COPY that have come in.
  private func discardResult() -> Discarded {
    guard let result = PQgetResult(connection) else { return .finished }
    defer { PQclear(result) }
    switch PQresultStatus(result) {
    case PGRES_COPY_OUT: return discardCopyRows() ? .more : .waiting
    case PGRES_COPY_IN: return refuseCopyIn() ? .more : .impossible
    case PGRES_COPY_BOTH: return .impossible
    default: return .more
    }
  }

  /// Throws away rows of a COPY; false when more are to come.
  func discardCopyRows() -> Bool {
    while true {
      var buffer: UnsafeMutablePointer<CChar>?
      let count = PQgetCopyData(connection, &buffer, 1)
      PQfreemem(buffer)
      if count == 0 { return false }
      if count < 0 { return true }
    }
  }

  /// Answers a server that waits for the data of a COPY FROM STDIN.
  func refuseCopyIn() -> Bool {
    PQputCopyEnd(connection, "data for COPY FROM STDIN cannot be sent here") == 1
  }

  private func awaitCancelRequest(until deadline: ContinuousClock.Instant) -> Bool {
    while cancelRequest?.isInFlight == true {
      if wakeUp.wait(for: nil, until: deadline) == .deadline || wakeUp.isAborted { return false }
    }
    return true
  }
}

/// Strings as C wants a list of them: pointers, and a null pointer at the end.
final class CStringArray {
  let pointers: [UnsafePointer<CChar>?]

  init(_ strings: [String]) {
    pointers =
      strings.map { string in
        string.withCString { source in
          let count = string.utf8.count + 1
          let copy = UnsafeMutablePointer<CChar>.allocate(capacity: count)
          copy.initialize(from: source, count: count)
          return UnsafePointer(copy)
        }
      } + [nil]
  }

  deinit {
    for pointer in pointers {
      pointer?.deallocate()
    }
  }
}
