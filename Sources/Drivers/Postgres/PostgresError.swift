// The shape is a code for decisions, the server's report for people, and two texts: `description` names only what
// cannot hold data (codes, tables, constraints), because it ends in logs; `debugDescription` says everything that the
// server said. Neither ever holds a password or the value of a parameter that this process sent.

/// Why a PostgreSQL operation failed.
package struct PostgresError: Error, Sendable {
  /// The kind of failure, for decisions.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
      case server, connection, timeout, cancelled, decoding, configuration, invalidRequest, poolExhausted, shutDown
      case transactionAborted
    }

    private let kind: Kind

    /// The server refused or aborted a statement; the SQLSTATE says why.
    package static let server = Code(kind: .server)
    /// No connection could be made, or the connection was lost.
    package static let connection = Code(kind: .connection)
    /// A deadline of this process passed; the server's own timeouts are `server` with SQLSTATE 57014 or 55P03.
    package static let timeout = Code(kind: .timeout)
    /// The task was cancelled.
    package static let cancelled = Code(kind: .cancelled)
    /// A value is not of the type that was asked for.
    package static let decoding = Code(kind: .decoding)
    /// A connection string or a setting is wrong.
    package static let configuration = Code(kind: .configuration)
    /// The request cannot be sent as it is: a zero byte, too many parameters, writing on a read-only connection.
    package static let invalidRequest = Code(kind: .invalidRequest)
    /// All connections of a pool are busy, and its queue is full or the wait was too long.
    package static let poolExhausted = Code(kind: .poolExhausted)
    /// The pool was shut down.
    package static let shutDown = Code(kind: .shutDown)
    /// A transaction was rolled back although its body ended without an error.
    package static let transactionAborted = Code(kind: .transactionAborted)

    package var description: String { kind.rawValue }
  }

  /// Where in a script the failing statement is.
  package struct ScriptPosition: Sendable, Hashable {
    /// The number of the failing statement, from 1; nil when the script as a whole could not be parsed.
    package var statement: Int?
    /// The line, from 1, when the server told a position.
    package var line: Int?
    /// The column in characters, from 1, when the server told a position.
    package var column: Int?
  }

  /// The kind of failure.
  package var code: Code

  /// What happened, in one sentence; the server's own words may quote stored data.
  package var message: String

  /// The five characters of the server's error code, when the server answered.
  package var sqlState: String?

  /// The server's detail; it often quotes stored data.
  package var detail: String?

  /// The server's advice.
  package var hint: String?

  /// Where the error happened inside functions, as the server tells it.
  package var context: String?

  /// The schema of the table concerned.
  package var schema: String?

  /// The table concerned.
  package var table: String?

  /// The column concerned.
  package var column: String?

  /// The constraint that was violated.
  package var constraint: String?

  /// The position of the error in the statement, in characters from 1.
  package var position: Int?

  /// Where in a script the error is.
  package var script: ScriptPosition?

  /// The text of the statement, with placeholders instead of values.
  package var statement: String?

  /// Whether the statement may have taken effect: the connection was lost while a commit was under way.
  package var isOutcomeUnknown = false

  /// The server's function that raised the error, to tell apart errors that share a SQLSTATE.
  var sourceFunction: String?

  /// Creates an error of this process; errors of the server are read from its report.
  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

extension PostgresError {
  /// Whether a unique or primary key refused the row (23505).
  package var isUniqueViolation: Bool { sqlState == "23505" }

  /// Whether a foreign key refused the change (23503).
  package var isForeignKeyViolation: Bool { sqlState == "23503" }

  /// Whether a check constraint refused the row (23514).
  package var isCheckViolation: Bool { sqlState == "23514" }

  /// Whether a required column was null (23502).
  package var isNotNullViolation: Bool { sqlState == "23502" }

  /// Whether the transaction lost against a concurrent one (40001) and may succeed when repeated.
  package var isSerializationFailure: Bool { sqlState == "40001" }

  /// Whether the server chose the transaction to resolve a deadlock (40P01).
  package var isDeadlock: Bool { sqlState == "40P01" }

  /// Whether repeating the whole transaction is the right answer.
  package var isRetryable: Bool { isSerializationFailure || isDeadlock }

  /// Whether the server refused to write in a read-only transaction (25006).
  package var isReadOnlyViolation: Bool { sqlState == "25006" }

  /// Whether a lock was not to be had in time (55P03).
  package var isLockTimeout: Bool { sqlState == "55P03" }

  /// Whether the server cancelled the statement, by its statement timeout or on request (57014).
  package var isQueryCanceled: Bool { sqlState == "57014" }

  /// Whether there is no connection, or none any more: the server is away, shuts down, or ended the session.
  package var isConnectionFailure: Bool {
    guard let sqlState else { return code == .connection }
    return code == .connection || sqlState.hasPrefix("08") || sqlState.hasPrefix("57P")
  }
}
