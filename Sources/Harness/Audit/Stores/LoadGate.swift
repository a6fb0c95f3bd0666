// A server that has much to do should not have an audit to do as well. What it has to do is how many of its sessions are
// at work at a moment, as pg_stat_activity tells; the limit is for whoever knows the server. Reads wait before they
// begin, never in the middle: a snapshot that is open while nobody reads from it is the opposite of gentle.

import Postgres
import Synchronization

/// Holds reads of one server back while more of its sessions are at work than there may be beside an audit.
final class LoadGate: Sendable {
  private struct State {
    var checkedAt: ContinuousClock.Instant?
    /// Since when reads are held back.
    var heldSince: ContinuousClock.Instant?
    /// How long they were, before.
    var held = Duration.zero
  }

  /// Whether a snapshot is open that is read from now and then: what is read meanwhile does not wait, or the snapshot
  /// would be open for as long.
  @TaskLocal static var isSuspended = false

  /// Sessions that may be at work.
  let limit: Int
  private let pool: PostgresPool
  private let interval: Duration
  private let onHold: @Sendable (Int) -> Void
  private let state = Mutex(State())

  /// Watches the server of a pool; `onHold` hears how many sessions there are when reads begin to wait.
  init(
    limit: Int, pool: PostgresPool, interval: Duration = .seconds(1), onHold: @escaping @Sendable (Int) -> Void
  ) {
    self.limit = limit
    self.pool = pool
    self.interval = interval
    self.onHold = onHold
  }

  /// How long reads were held back, all together.
  var held: Duration {
    state.withLock { state in state.held + (state.heldSince.map { .now - $0 } ?? .zero) }
  }

  /// Returns when the server has room; asks it at most once per interval.
  func pass() async throws {
    guard !Self.isSuspended else { return }
    while try await isHeld() { try await Task.sleep(for: interval) }
  }

  private func isHeld() async throws -> Bool {
    if let known = knownState() { return known }
    return note(try await activeSessions())
  }

  /// Whether reads are held back, as far as it was asked for lately; nil when it is time to ask.
  private func knownState() -> Bool? {
    let now = ContinuousClock.now
    return state.withLock { state in
      guard let checkedAt = state.checkedAt, now - checkedAt < interval else { return nil }
      return state.heldSince != nil
    }
  }

  /// Takes a number of sessions; answers whether reads are held back.
  private func note(_ sessions: Int) -> Bool {
    let now = ContinuousClock.now
    let begins = state.withLock { state in
      state.checkedAt = now
      let isHeld = sessions > limit
      defer { state.heldSince = isHeld ? state.heldSince ?? now : nil }
      if !isHeld { state.held += state.heldSince.map { now - $0 } ?? .zero }
      return isHeld && state.heldSince == nil
    }
    if begins { onHold(sessions) }
    return sessions > limit
  }

  private func activeSessions() async throws -> Int {
    try await pool.withConnection { connection in
      try await connection.query(Self.activeSessions).rows[0][0].decode(Int.self)
    }
  }

  /// Client sessions that run a statement, but for those of audits; a role that may not see that of others counts those
  /// that are in a transaction, which everybody sees (PostgreSQL 15, "pg_stat_activity" and "pg_locks").
  private static let activeSessions: SQL = """
    SELECT CASE WHEN pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') THEN ( \
    SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE state = 'active' AND backend_type = 'client backend' \
    AND application_name <> \(literal: StoreAccess.applicationName)) ELSE ( \
    SELECT count(DISTINCT l.pid) FROM pg_catalog.pg_locks AS l \
    JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid WHERE l.locktype = 'virtualxid' \
    AND l.mode = 'ExclusiveLock' AND a.application_name <> \(literal: StoreAccess.applicationName)) END
    """
}
