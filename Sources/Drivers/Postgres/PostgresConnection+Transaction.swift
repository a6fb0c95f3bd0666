import CLibPQ

/// How much a transaction sees of concurrent ones (PostgreSQL 15, section 13.2).
package enum PostgresIsolation: String, Sendable, Hashable, CaseIterable {
  /// Each statement sees what was committed before it began.
  case readCommitted = "READ COMMITTED"
  /// All statements see what was committed before the first.
  case repeatableRead = "REPEATABLE READ"
  /// As if transactions ran one after the other.
  case serializable = "SERIALIZABLE"
}

/// Whether a transaction may write.
package enum PostgresAccess: String, Sendable, Hashable, CaseIterable {
  /// As the session is set up: read-only when the configuration says so.
  case inherited = ""
  /// It may write; refused on a connection whose configuration is read-only.
  case readWrite = " READ WRITE"
  /// It may not write.
  case readOnly = " READ ONLY"
}

extension PostgresConnection {
  /// Runs a body in a transaction: commits when it returns, rolls back when it throws.
  ///
  /// The body is synchronous and runs on the connection, so nothing gets between its statements; it uses the methods
  /// ending in `Sync`. After a serialization failure or a deadlock the whole body is repeated up to `retries` times.
  /// Cancelling the task interrupts the statement under way and rolls back, but never interrupts COMMIT: a commit that
  /// the connection does not survive throws an error whose `isOutcomeUnknown` is true.
  @discardableResult
  package func transaction<Value: Sendable>(
    isolation: PostgresIsolation = .readCommitted,
    access: PostgresAccess = .inherited,
    retries: Int = 0,
    _ body: @Sendable (isolated PostgresConnection) throws -> Value
  ) async throws -> Value {
    try await interruptible { () throws(any Error) in
      try transactionSync(isolation: isolation, access: access, retries: retries) { try body(self) }
    }
  }

  /// Runs a body in a transaction, for code that is on the connection already.
  @discardableResult
  package func transactionSync<Value>(
    isolation: PostgresIsolation = .readCommitted,
    access: PostgresAccess = .inherited,
    retries: Int = 0,
    _ body: () throws -> Value
  ) throws -> Value {
    let link = try openLink()
    guard access != .readWrite || !configuration.readOnly else {
      throw PostgresError(.invalidRequest, "the connection is read-only; no transaction on it may write")
    }
    guard link.transactionStatus == PQTRANS_IDLE else {
      throw PostgresError(.invalidRequest, "a transaction is open on the connection already; use a savepoint")
    }
    var remaining = retries
    while true {
      do {
        return try attempt("BEGIN ISOLATION LEVEL \(isolation.rawValue)\(access.rawValue)", on: link, body)
      } catch let error as PostgresError where error.isRetryable && remaining > 0 && !link.isLost {
        remaining -= 1
      }
    }
  }

  /// Runs a body inside the open transaction so that its changes alone are undone when it throws.
  @discardableResult
  package func savepointSync<Value>(_ body: () throws -> Value) throws -> Value {
    let link = try openLink()
    guard link.transactionStatus == PQTRANS_INTRANS else {
      throw PostgresError(.invalidRequest, "a savepoint needs an open transaction")
    }
    // Savepoints of one name nest; the latest is the one that is meant.
    try link.command("SAVEPOINT concord")
    do {
      let value = try body()
      try link.command("RELEASE SAVEPOINT concord")
      return value
    } catch {
      if !link.isLost {
        try link.command("ROLLBACK TO SAVEPOINT concord; RELEASE SAVEPOINT concord", shielded: true)
      }
      throw error
    }
  }

  private func attempt<Value>(_ begin: String, on link: Link, _ body: () throws -> Value) throws -> Value {
    do {
      // Inside, because a BEGIN that is interrupted may have begun a transaction all the same.
      try link.command(begin)
      let value = try body()
      try link.checkInterruption(shielded: false)
      try commit(on: link)
      return value
    } catch {
      rollBack(on: link)
      throw error
    }
  }

  private func commit(on link: Link) throws(PostgresError) {
    guard link.transactionStatus != PQTRANS_IDLE else {
      throw PostgresError(.transactionAborted, "the body of the transaction ended it by itself")
    }
    do throws(PostgresError) {
      let result = try link.command("COMMIT", shielded: true)
      // The server answers COMMIT with ROLLBACK when a statement failed and the body carried on.
      guard result.command == "COMMIT" else {
        throw PostgresError(
          .transactionAborted, "a statement of the transaction failed, so the server rolled it back")
      }
    } catch {
      guard link.isLost else { throw error }
      var error = error
      error.isOutcomeUnknown = true
      throw error
    }
  }

  /// Leaves no transaction behind: where the rollback fails, the connection is given up and the server rolls back.
  private func rollBack(on link: Link) {
    guard !link.isLost, link.transactionStatus != PQTRANS_IDLE else { return }
    do {
      try link.command("ROLLBACK", shielded: true)
    } catch {
      link.abandon()
    }
  }
}
