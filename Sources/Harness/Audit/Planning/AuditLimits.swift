/// What an audit may take from this machine and from the stores.
package struct AuditLimits: Sendable, Hashable {
  /// Bytes that the keys of all rules together may take in memory.
  package var memory: Int
  /// Documents that Firestore may be asked for, over all rules; nil for any number.
  package var firestoreReads: Int?
  /// How long the audit may take; nil for as long as it needs.
  package var duration: Duration?
  /// Rows per second that one store may be asked for; nil for as many as it gives.
  package var rowsPerSecond: Int?
  /// Sessions of one PostgreSQL server that may be at work beside the audit; nil for any number.
  ///
  /// With more, reads wait.
  package var activeSessions: Int?

  /// Limits that suit a run beside others on one machine.
  package init(
    memory: Int = 256 << 20, firestoreReads: Int? = nil, duration: Duration? = nil, rowsPerSecond: Int? = nil,
    activeSessions: Int? = nil
  ) {
    self.memory = memory
    self.firestoreReads = firestoreReads
    self.duration = duration
    self.rowsPerSecond = rowsPerSecond
    self.activeSessions = activeSessions
  }
}
