package import Postgres

extension PostgresError {
  /// Whether the database could not be asked, so that asking later may help.
  package var isUnavailability: Bool {
    isConnectionFailure || code == .poolExhausted || code == .timeout
  }
}
