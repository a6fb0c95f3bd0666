import CLibPQ

extension Link {
  /// Runs one statement and keeps its whole result.
  func run(
    _ statement: String,
    shielded: Bool = false,
    _ send: (OpaquePointer) -> Int32
  ) throws(PostgresError) -> ResultStorage {
    try start(shielded: shielded, send)
    do throws(PostgresError) {
      var last: ResultStorage?
      var failure: PostgresError?
      while let result = try nextResult(after: failure, shielded: shielded) {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
          last = ResultStorage(result)
        case PGRES_COPY_OUT, PGRES_COPY_IN, PGRES_COPY_BOTH:
          PQclear(result)
          throw PostgresError(.invalidRequest, "COPY is not a query; rows are copied out by copyOut")
        default:
          failure = failure ?? PostgresError(result: result, statement: statement)
          PQclear(result)
        }
      }
      if let failure { throw failure }
      guard let last else { throw PostgresError(connection: connection) }
      return last
    } catch {
      settle()
      throw error
    }
  }

  /// Runs a constant command of this module, such as `BEGIN`.
  @discardableResult
  func command(_ text: String, shielded: Bool = false) throws(PostgresError) -> ResultStorage {
    try run(text, shielded: shielded) { PQsendQuery($0, text) }
  }

  /// Runs one statement and hands over its rows one by one; returns how many there were.
  func stream(
    _ statement: String,
    _ send: (OpaquePointer) -> Int32,
    row receive: (PostgresRow) throws -> Void
  ) throws -> Int {
    try start { connection in
      send(connection) == 1 && PQsetSingleRowMode(connection) == 1 ? 1 : 0
    }
    do {
      var count = 0
      var columns: [PostgresColumn]?
      var failure: PostgresError?
      while let result = try nextResult(after: failure) {
        switch PQresultStatus(result) {
        case PGRES_SINGLE_TUPLE:
          let storage = ResultStorage(result, columns: columns)
          columns = storage.columns
          count += 1
          try receive(PostgresRow(storage: storage, row: 0))
          if count.isMultiple(of: 256) {
            try checkInterruption(shielded: false)
          }
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
          PQclear(result)
        case PGRES_COPY_OUT, PGRES_COPY_IN, PGRES_COPY_BOTH:
          PQclear(result)
          throw PostgresError(.invalidRequest, "COPY is not a query; rows are copied out by copyOut")
        default:
          failure = failure ?? PostgresError(result: result, statement: statement)
          PQclear(result)
        }
      }
      if let failure { throw failure }
      return count
    } catch {
      settle()
      throw error
    }
  }

  /// Runs a COPY … TO STDOUT and lends out each message of data; returns how many rows the server reports.
  func copyOut(_ statement: String, message receive: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
    // The extended protocol, because it takes a single statement only.
    try start { PQsendQueryParams($0, statement, 0, nil, nil, nil, nil, 0) }
    do {
      var copied: Int?
      var failure: PostgresError?
      while let result = try nextResult(after: failure) {
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COPY_OUT:
          try receiveCopyData(receive)
        case PGRES_COMMAND_OK:
          copied = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
        case PGRES_FATAL_ERROR:
          failure = failure ?? PostgresError(result: result, statement: statement)
        default:
          throw PostgresError(.invalidRequest, "the statement does not copy rows out")
        }
      }
      if let failure { throw failure }
      guard let copied else { throw PostgresError(connection: connection) }
      return copied
    } catch {
      settle()
      throw error
    }
  }

  private func receiveCopyData(_ receive: (UnsafeRawBufferPointer) throws -> Void) throws {
    var messages = 0
    while true {
      var buffer: UnsafeMutablePointer<CChar>?
      let count = PQgetCopyData(connection, &buffer, 1)
      if count == 0 {
        try awaitSocket()
        continue
      }
      guard count > 0, let data = buffer else {
        if count == -2 { throw PostgresError(connection: connection) }
        return
      }
      defer { PQfreemem(data) }
      try receive(UnsafeRawBufferPointer(start: data, count: Int(count)))
      messages += 1
      // A server that keeps sending never lets `awaitSocket` look.
      if messages.isMultiple(of: 256) {
        try checkInterruption(shielded: false)
      }
    }
  }

  /// Runs a script by the simple protocol: all its statements in one message, their rows thrown away.
  func runScript(_ script: String) throws(PostgresError) {
    try start { connection in
      PQsendQuery(connection, script) == 1 && PQsetSingleRowMode(connection) == 1 ? 1 : 0
    }
    do throws(PostgresError) {
      var completed = 0
      var failure: PostgresError?
      while let result = try nextResult(after: failure) {
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: completed += 1
        case PGRES_SINGLE_TUPLE, PGRES_EMPTY_QUERY: break
        case PGRES_COPY_OUT:
          while !discardCopyRows() {
            try awaitSocket()
          }
        case PGRES_COPY_IN:
          guard refuseCopyIn() else { throw PostgresError(connection: connection) }
        default:
          if failure == nil {
            failure = PostgresError(result: result, statement: nil)
            failure?.locate(in: script, statementsDone: completed)
          }
        }
      }
      if let failure { throw failure }
    } catch {
      settle()
      throw error
    }
  }
}

extension PostgresError {
  /// Adds the place in the script, from the server's position in characters (code points, from 1).
  fileprivate mutating func locate(in script: String, statementsDone: Int) {
    // The whole script is parsed before its first statement runs, so a syntax error tells no number.
    let isParseError = sqlState == "42601" && statementsDone == 0
    var place = ScriptPosition(statement: isParseError ? nil : statementsDone + 1)
    if let position {
      (place.line, place.column) = Self.lineAndColumn(ofCharacter: position, in: script)
    }
    self.script = place
  }

  /// The line and column, from 1, of a code point counted from 1.
  static func lineAndColumn(ofCharacter position: Int, in script: String) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    for scalar in script.unicodeScalars.prefix(max(0, position - 1)) {
      if scalar == "\n" {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return (line, column)
  }
}
