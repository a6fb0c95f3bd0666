import CLibPQ

// One connection is one actor on an executor of its own: libpq allows one thread at a time per connection, and its
// calls may block. The methods that end in `Sync` are for code that already runs on the actor, above all the body of a
// transaction, which is synchronous so that no other task can slip a statement in between.

/// A connection to a PostgreSQL server.
///
/// ```swift
/// let connection = try await PostgresConnection.connect(configuration)
/// let result = try await connection.query("SELECT name FROM products WHERE id = \(id)")
/// ```
/// Cancelling the task cancels the statement on the server; the connection stays usable.
package actor PostgresConnection {
  /// How the connection was made.
  package nonisolated let configuration: PostgresConfiguration

  private nonisolated let executor: ConnectionExecutor
  nonisolated let wakeUp: WakeUp
  private let notices: NoticeReceiver
  private var link: Link?
  var statements: StatementCache

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private init(
    _ configuration: PostgresConfiguration,
    onNotice: (@Sendable (PostgresNotice) -> Void)?
  ) throws(PostgresError) {
    self.configuration = configuration
    executor = ConnectionExecutor()
    wakeUp = try WakeUp()
    notices = NoticeReceiver(onNotice)
    statements = StatementCache(capacity: configuration.preparedStatements)
  }

  isolated deinit {
    // On the connection's own thread, because saying goodbye may write to the socket.
    link = nil
  }

  /// Connects and sets the session up.
  ///
  /// Throws code `connection` when the server refuses or is away, `timeout` after the configuration's connect timeout,
  /// `cancelled` when the task is cancelled. Notices of the server go to the function, which runs on the connection's
  /// thread and must be quick; without one they are dropped.
  package static func connect(
    _ configuration: PostgresConfiguration,
    onNotice: (@Sendable (PostgresNotice) -> Void)? = nil
  ) async throws(PostgresError) -> PostgresConnection {
    let connection = try PostgresConnection(configuration, onNotice: onNotice)
    try await connection.open()
    return connection
  }

  /// The server's version, such as 150018 for 15.18; 0 after closing.
  package var serverVersion: Int { link?.serverVersion ?? 0 }

  /// Whether the connection is closed or lost.
  package var isClosed: Bool { link?.isLost ?? true }

  /// Whether a transaction is open on the connection.
  package var isInTransaction: Bool {
    guard let link, !link.isLost else { return false }
    return link.transactionStatus != PQTRANS_IDLE
  }

  /// Whether the connection is idle, outside a transaction, and as far as can be told without asking, alive.
  package func isReady() -> Bool { link?.checkLiveness() ?? false }

  /// Closes the connection; a statement under way finishes first.
  ///
  /// Later calls fail with code `connection`.
  package func close() {
    link = nil
    statements.forgetAll()
  }

  /// Gives the connection up from outside: a statement under way fails at once with code `connection`.
  package nonisolated func abort() {
    wakeUp.abort()
  }

  private func open() async throws(PostgresError) {
    try await interruptible { () throws(PostgresError) in
      do throws(PostgresError) {
        let link = try Link(configuration, wakeUp: wakeUp, notices: notices)
        try link.checkInterruption(shielded: false)
        try link.connect(within: configuration.connectTimeout)
        for (name, value) in configuration.verifiedSettings where link.reportedSetting(name) != value {
          try link.command("SET \(name) TO '\(value)'")  // constants of PostgresConfiguration
        }
        self.link = link
      } catch {
        throw error.whileConnecting(to: configuration)
      }
    }
  }

  /// The open connection, or the error that there is none.
  func openLink() throws(PostgresError) -> Link {
    guard let link, !link.isLost else { throw .connectionClosed }
    return link
  }

  /// Runs a synchronous operation so that cancelling the task ends its waits.
  ///
  /// There is no suspension in between: the operation starts and ends without letting another task onto the actor.
  func interruptible<Value, Failure: Error>(
    _ operation: () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let wakeUp = wakeUp
    let outcome = await withTaskCancellationHandler {
      // The call on self is what keeps the closure on the actor: one that does not capture it would run elsewhere.
      self.outcome(of: operation)
    } onCancel: {
      wakeUp.signal()
    }
    return try outcome.get()
  }

  private func outcome<Value, Failure: Error>(
    of operation: () throws(Failure) -> Value
  ) -> Result<Value, Failure> {
    assertIsolated()
    do throws(Failure) {
      return .success(try operation())
    } catch {
      return .failure(error)
    }
  }
}

extension PostgresError {
  /// Says which server the connection was for; the address holds no password.
  fileprivate func whileConnecting(to configuration: PostgresConfiguration) -> PostgresError {
    guard code == .connection || code == .timeout else { return self }
    var error = self
    error.message = "cannot connect to \(configuration): \(message)"
    return error
  }
}
