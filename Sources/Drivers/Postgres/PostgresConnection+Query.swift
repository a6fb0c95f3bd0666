import CLibPQ

extension PostgresConnection {
  /// Runs one statement and returns its rows.
  ///
  /// A statement that comes again is prepared and kept so, up to the configuration's limit. Throws code `server` with
  /// the SQLSTATE when the server refuses; the connection stays usable unless the error is a connection failure.
  @discardableResult
  package func query(_ sql: SQL) async throws(PostgresError) -> PostgresResult {
    try await interruptible { () throws(PostgresError) in try querySync(sql) }
  }

  /// Runs one statement, for code that is on the connection already, such as the body of a transaction.
  @discardableResult
  package func querySync(_ sql: SQL) throws(PostgresError) -> PostgresResult {
    let link = try openLink()
    let statement = try WireStatement(sql)
    do {
      return PostgresResult(try run(statement, on: link))
    } catch {
      guard error.isStalePreparedStatement else { throw error }
      statements.forget(statement.key)
      guard !link.isLost, link.transactionStatus == PQTRANS_IDLE else { throw error }
      return PostgresResult(try run(statement, on: link))
    }
  }

  /// Runs a script of many statements in one message by the simple protocol, as one transaction unless it has its own.
  ///
  /// Rows are thrown away. An error's `script` says where in the text it is.
  package func execute(script: String) async throws(PostgresError) {
    try await interruptible { () throws(PostgresError) in try executeSync(script: script) }
  }

  /// Runs a script, for code that is on the connection already.
  package func executeSync(script: String) throws(PostgresError) {
    try WireStatement.refuseZeroBytes(in: script)
    try openLink().runScript(script)
  }

  /// Runs one statement, hands over each row as it arrives, and returns their number; memory stays bounded.
  ///
  /// An error that the function throws cancels the statement and is passed on.
  @discardableResult
  package func stream(
    _ sql: SQL,
    receiving row: @Sendable (PostgresRow) throws -> Void
  ) async throws -> Int {
    try await interruptible { () throws(any Error) in try streamSync(sql, receiving: row) }
  }

  /// Streams rows, for code that is on the connection already.
  @discardableResult
  package func streamSync(_ sql: SQL, receiving row: (PostgresRow) throws -> Void) throws -> Int {
    let statement = try WireStatement(sql)
    return try openLink().stream(statement.text, { statement.send(on: $0) }, row: row)
  }

  /// How many statements are prepared on the connection.
  package var preparedStatementCount: Int { statements.preparedCount }

  private func run(_ statement: WireStatement, on link: Link) throws(PostgresError) -> ResultStorage {
    // In a failed transaction the server refuses everything, preparing too: let it say so about the statement itself.
    guard link.transactionStatus != PQTRANS_INERROR else {
      return try link.run(statement.text) { statement.send(on: $0) }
    }
    switch statements.plan(for: statement.key) {
    case .direct:
      return try link.run(statement.text) { statement.send(on: $0) }
    case .prepared(let name):
      return try link.run(statement.text) { statement.send(on: $0, prepared: name) }
    case .prepare(let name):
      try deallocateEvicted(on: link)
      _ = try link.run(statement.text) { statement.prepare(on: $0, as: name) }
      statements.didPrepare(statement.key, as: name)
      return try link.run(statement.text) { statement.send(on: $0, prepared: name) }
    }
  }

  private func deallocateEvicted(on link: Link) throws(PostgresError) {
    let names = statements.evicted
    statements.didDeallocate()
    for name in names {
      do {
        try link.command("DEALLOCATE \(name)")  // a name that the cache made
      } catch  where error.sqlState == "26000" {
        continue  // gone already: somebody ran DISCARD ALL
      }
    }
  }
}

extension PostgresError {
  /// Whether the server no longer knows or accepts a prepared statement: after DISCARD ALL or a change of a table.
  fileprivate var isStalePreparedStatement: Bool {
    sqlState == "26000" || (sqlState == "0A000" && sourceFunction == "RevalidateCachedQuery")
  }
}
