package import Postgres

extension PostgresError {
  /// Whether the database could not be asked, or was too busy to answer, so that asking later may help.
  ///
  /// Besides a server that is away: no connection was free, a lock or the statement took too long (a session that hangs
  /// may hold it), or two transactions got into each other's way again and again.
  package var isUnavailability: Bool {
    isConnectionFailure || code == .poolExhausted || code == .timeout || isLockTimeout || isQueryCanceled || isRetryable
  }
}
