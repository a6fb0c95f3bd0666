/// When each phase of an exchange was over, counted from its start, in whole microseconds.
package struct HTTPTimings: Sendable, Hashable {
  /// The host name was resolved; zero on a reused connection.
  package var nameLookup: Duration

  /// The connection was there; zero on a reused connection.
  package var connect: Duration

  /// The TLS handshake was done; zero without TLS and on a reused connection.
  package var tls: Duration

  /// The first byte of the response was there.
  package var firstByte: Duration

  /// The exchange was over.
  package var total: Duration

  /// Whether the request travelled on a connection that an earlier one had opened.
  package var connectionReused: Bool

  /// Creates timings; all zero unless given.
  package init(
    nameLookup: Duration = .zero,
    connect: Duration = .zero,
    tls: Duration = .zero,
    firstByte: Duration = .zero,
    total: Duration = .zero,
    connectionReused: Bool = false
  ) {
    self.nameLookup = nameLookup
    self.connect = connect
    self.tls = tls
    self.firstByte = firstByte
    self.total = total
    self.connectionReused = connectionReused
  }
}
