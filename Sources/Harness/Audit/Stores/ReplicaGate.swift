// On a replica a row can still be missing that was written before, and still be there that was deleted before. What an
// audit concludes from the order of its reads would be wrong. So a read that something is concluded from first asks the
// primary how far it is, and waits until the replica has replayed that far: what is seen then is no older than the request.

import Postgres

/// Holds reads of a replica back until it shows what its primary had done.
struct ReplicaGate: Sendable {
  /// The connections of the primary; nothing is read there but its position.
  let primary: PostgresPool
  /// How long a replica may lag behind before the rule is an error.
  var patience = Duration.seconds(60)

  /// Waits until the replica has replayed everything that the primary had committed when this was called.
  ///
  /// Commits that the primary acknowledges before they are written (`synchronous_commit = off`) may be missed.
  func pass(on replica: PostgresPool, store: String) async throws {
    let position = try await primary.withConnection { connection in
      try await connection.query("SELECT pg_catalog.pg_current_wal_lsn()::text").rows[0][0].decode(String.self)
    }
    let deadline = ContinuousClock.now + patience
    var pause = Duration.milliseconds(1)
    while true {
      let row = try await replica.withConnection { connection in
        try await connection.query(
          """
          SELECT pg_catalog.pg_is_in_recovery(), \
          coalesce(pg_catalog.pg_last_wal_replay_lsn() >= \(position)::pg_catalog.pg_lsn, false)
          """
        ).rows[0]
      }
      guard try row[0].decode(Bool.self) else {
        throw RuleError(message: "what is named as the replica of '\(store)' is none: it replays nothing")
      }
      if try row[1].decode(Bool.self) { return }
      guard ContinuousClock.now < deadline else {
        throw RuleError(
          message: "the replica of '\(store)' is more than \(patience) behind its primary")
      }
      try await Task.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(50))
    }
  }
}
