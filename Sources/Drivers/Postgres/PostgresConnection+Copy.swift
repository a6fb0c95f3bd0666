// COPY is the fastest way to get many rows out of PostgreSQL: no result is built, neither on the server nor here. Each
// row is a message that libpq hands over as it is; it is lent to the caller and freed, with no Swift object in between.

/// The form of the rows of a COPY (PostgreSQL 15, "COPY", section "File Formats").
package enum PostgresCopyFormat: String, Sendable, Hashable {
  /// Tab-separated text with backslash escapes, `\N` for NULL; the line break is left out.
  case text
  /// A row as 16 bits of field count, then each field as 32 bits of length (-1 for NULL) and its bytes.
  case binary
}

extension PostgresConnection {
  /// Copies the rows of a SELECT out and lends each to a function; returns their number.
  ///
  /// The statement may have values; they become constants in the text. The buffer is valid during the call only. An
  /// error that the function throws cancels the copy and is passed on.
  @discardableResult
  package func copyOut(
    _ sql: SQL,
    format: PostgresCopyFormat,
    receiving row: @Sendable (UnsafeRawBufferPointer) throws -> Void
  ) async throws -> Int {
    try await interruptible { () throws(any Error) in try copyOutSync(sql, format: format, receiving: row) }
  }

  /// Copies rows out, for code that is on the connection already.
  @discardableResult
  package func copyOutSync(
    _ sql: SQL,
    format: PostgresCopyFormat,
    receiving row: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Int {
    let link = try openLink()
    let statement = try copyStatement(for: sql, format: format, on: link)
    switch format {
    case .text:
      return try link.copyOut(statement) { message in
        let hasLineBreak = message.last == UInt8(ascii: "\n")
        try row(hasLineBreak ? UnsafeRawBufferPointer(rebasing: message.dropLast()) : message)
      }
    case .binary:
      var framing = CopyBinaryFraming()
      let count = try link.copyOut(statement) { message in
        if let tuple = try framing.tuple(in: message) {
          try row(tuple)
        }
      }
      try framing.finish()
      return count
    }
  }

  /// Copies the rows of a SELECT out in binary and lends each with its fields told apart; returns their number.
  @discardableResult
  package func copyRows(
    _ sql: SQL,
    receiving row: @Sendable (borrowing PostgresCopyRow) throws -> Void
  ) async throws -> Int {
    try await interruptible { () throws(any Error) in try copyRowsSync(sql, receiving: row) }
  }

  /// Copies the rows of a SELECT out in binary and collects them into a value that travels there and back.
  package func copyRows<State: Sendable>(
    _ sql: SQL,
    into state: consuming State,
    receiving row: @Sendable (inout State, borrowing PostgresCopyRow) throws -> Void
  ) async throws -> State {
    var state = state
    try await interruptible { () throws(any Error) in
      _ = try copyRowsSync(sql) { try row(&state, $0) }
    }
    return state
  }

  /// Copies rows out in binary, for code that is on the connection already.
  @discardableResult
  package func copyRowsSync(
    _ sql: SQL,
    receiving row: (borrowing PostgresCopyRow) throws -> Void
  ) throws -> Int {
    try copyOutSync(sql, format: .binary) { try row(PostgresCopyRow($0)) }
  }

  func copyStatement(
    for sql: SQL,
    format: PostgresCopyFormat,
    on link: Link
  ) throws(PostgresError) -> String {
    var unsupported = false
    let select = sql.text { parameter in
      guard let constant = parameter.constant else {
        unsupported = true
        return "NULL"
      }
      return constant
    }
    guard !unsupported else {
      throw PostgresError(.invalidRequest, "a copied SELECT takes values in text form, integer arrays and bytes only")
    }
    try WireStatement.refuseZeroBytes(in: select)
    // The statement must stand on its own before it is put in brackets: one bracket too many would turn it into
    // another COPY. The unnamed statement of the protocol holds it until the next one.
    let alone = try WireStatement(SQL(unsafe: select))
    _ = try link.run(sql.text) { alone.prepare(on: $0, as: "") }
    return "COPY (\n\(select)\n) TO STDOUT (FORMAT \(format.rawValue))"
  }
}
