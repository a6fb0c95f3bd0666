import ChildProcesses
import Glibc
import Postgres
import ScratchPostgres
import Synchronization
import Testing

extension PostgresServerTests {
  @Suite("Pool")
  struct PoolTests {
    private func withPool(
      maximum: Int,
      maximumWaiters: Int = 1000,
      clock: any Clock<Duration> = ContinuousClock(),
      _ body: (PostgresPool) async throws -> Void
    ) async throws {
      let configuration = try await ScratchServer.shared().configuration()
      let pool = PostgresPool(
        configuration, maximum: maximum, maximumWaiters: maximumWaiters, acquireTimeout: .seconds(60), clock: clock)
      do {
        try await body(pool)
        await pool.shutdown()
      } catch {
        await pool.shutdown()
        throw error
      }
    }

    @Test("a hundred tasks share four connections, and nobody shares one at a time")
    func hundredTasks() async throws {
      try await withPool(maximum: 4) { pool in
        let users = UsersOfSessions()
        try await withThrowingTaskGroup(of: Int.self) { group in
          for number in 0..<100 {
            group.addTask {
              try await pool.withConnection { connection in
                let process: Int = try await value("SELECT pg_backend_pid()", on: connection)
                users.enter(process)
                let result: Int = try await value("SELECT \(number)::integer * 2", on: connection)
                users.leave(process)
                return result
              }
            }
          }
          var sum = 0
          for try await result in group { sum += result }
          #expect(sum == 9900)
        }
        #expect(users.clashes == 0)
        #expect((1...4).contains(users.sessions))
        #expect(pool.counts.total <= 4)
        // A connection that was started for somebody who then got another one is idle when it is there.
        try await eventually("all are idle") { pool.counts.total == pool.counts.idle }
      }
    }

    @Test("waiting is limited in time and number")
    func exhaustion() async throws {
      let clock = ManualClock()
      try await withPool(maximum: 1, maximumWaiters: 1, clock: clock) { pool in
        try await pool.withConnection { _ in
          let waiting = Task { try await failure { try await pool.query("SELECT 1") } }
          try await eventually("one waits") { pool.counts.waiting == 1 }
          let refused = try await failure { try await pool.query("SELECT 1") }
          #expect(refused.code == .poolExhausted)
          #expect(pool.counts.waiting == 1)
          try await eventually("its timer runs") { clock.sleepers == 1 }
          clock.advance(by: .seconds(60))
          #expect(try await waiting.value.code == .poolExhausted)
          #expect(pool.counts.waiting == 0)
        }
        #expect(try await pool.query("SELECT 1").rows.count == 1)
      }
    }

    @Test("a cancelled task waits no longer")
    func cancelledWait() async throws {
      try await withPool(maximum: 1) { pool in
        try await pool.withConnection { _ in
          let task = Task { try await pool.query("SELECT 1") }
          try await eventually("it waits") { pool.counts.waiting == 1 }
          task.cancel()
          let error = try await failure { _ = try await task.value }
          #expect(error.code == .cancelled)
          #expect(pool.counts.waiting == 0)
        }
      }
    }

    @Test("a connection that comes back inside a transaction is replaced")
    func openTransaction() async throws {
      try await withPool(maximum: 1) { pool in
        let first = try await pool.withConnection { connection in
          try await connection.query("BEGIN")
          return try await value("SELECT pg_backend_pid()", on: connection, as: Int.self)
        }
        let second: Int = try await pool.withConnection { connection in
          #expect(await !connection.isInTransaction)
          return try await value("SELECT pg_backend_pid()", on: connection)
        }
        #expect(first != second)
        #expect(pool.counts.total == 1)
      }
    }

    @Test("a connection that dies while idle is replaced before anybody gets it")
    func deadWhileIdle() async throws {
      try await withPool(maximum: 1) { pool in
        let process: Int = try await pool.withConnection { try await value("SELECT pg_backend_pid()", on: $0) }
        try await withConnection { observer in
          try await observer.query("SELECT pg_terminate_backend(\(process))")
          try await eventually("the session ends") {
            try await value("SELECT count(*) FROM pg_stat_activity WHERE pid = \(process)", on: observer) == 0
          }
        }
        let replaced: Int = try await pool.withConnection { try await value("SELECT pg_backend_pid()", on: $0) }
        #expect(replaced != process)
      }
    }

    @Test("after a crash of the server the pool recovers by itself")
    func crash() async throws {
      let server = try await ScratchServer.start()
      let pool = PostgresPool(server.configuration(), maximum: 2)
      let process = try await pool.withConnection { connection in
        pid_t(try await value("SELECT pg_backend_pid()", on: connection, as: Int.self))
      }
      let task = Task { try await pool.query("SELECT pg_sleep(600)") }
      let other = try await PostgresConnection.connect(server.configuration())
      try await eventually("the statement runs") { try await isRunning("%pg_sleep%", on: other) }
      // One backend killed brutally makes the postmaster end all sessions and recover.
      kill(process, SIGKILL)
      let error = try await failure { _ = try await task.value }
      #expect(error.isConnectionFailure)
      try await eventually("the pool works again") {
        do {
          return try await pool.query("SELECT 1").rows.count == 1
        } catch let error as PostgresError {
          #expect(error.isConnectionFailure)
          return false
        }
      }
      await pool.shutdown()
    }

    @Test("a server that is away fails requests at once")
    func away() async throws {
      let port = try freePort()
      let pool = PostgresPool(
        PostgresConfiguration(host: "127.0.0.1", port: port, user: "u"), maximum: 2, acquireTimeout: .seconds(600))
      let error = try await failure { try await pool.query("SELECT 1") }
      #expect(error.code == .connection)
      await pool.shutdown()
    }

    @Test("shutting down refuses new requests, waits for those under way, and closes every session")
    func shutdown() async throws {
      var configuration = try await ScratchServer.shared().configuration()
      configuration.applicationName = uniqueName("pool")
      let name = configuration.applicationName
      let pool = PostgresPool(configuration, maximum: 2)
      let started = AsyncStream<Void>.makeStream()
      let task = Task {
        try await pool.withConnection { connection in
          started.continuation.finish()
          return try await value("SELECT 42 FROM pg_sleep(0.05)", on: connection, as: Int.self)
        }
      }
      for await _ in started.stream {}
      await pool.shutdown(within: .seconds(600))
      #expect(try await task.value == 42)
      let error = try await failure { try await pool.query("SELECT 1") }
      #expect(error.code == .shutDown)
      try await withConnection { observer in
        try await eventually("the sessions end") {
          try await value("SELECT count(*) FROM pg_stat_activity WHERE application_name = \(name)", on: observer) == 0
        }
      }
    }

    @Test("what does not end in time is given up when the pool shuts down")
    func forcedShutdown() async throws {
      let pool = PostgresPool(try await ScratchServer.shared().configuration(), maximum: 1)
      let mark = uniqueName("mark")
      let task = Task { try await pool.query("SELECT pg_sleep(600) AS \(identifier: mark)") }
      try await withConnection { observer in
        try await eventually("the statement runs") { try await isRunning("%\(mark)%", on: observer) }
      }
      await pool.shutdown(within: .milliseconds(10))
      let error = try await failure { _ = try await task.value }
      #expect(error.code == .connection)
    }

    @Test("transactions of a pool commit and roll back")
    func transactions() async throws {
      let table = uniqueName()
      try await withPool(maximum: 2) { pool in
        try await pool.query("CREATE TABLE \(identifier: table) (id integer)")
        try await pool.transaction { try $0.querySync("INSERT INTO \(identifier: table) VALUES (1)") }
        _ = try await failure {
          try await pool.transaction { connection in
            try connection.querySync("INSERT INTO \(identifier: table) VALUES (2)")
            try connection.querySync("SELECT 1/0")
          }
        }
        #expect(try await pool.query("SELECT id FROM \(identifier: table)").rows.count == 1)
        try await pool.query("DROP TABLE \(identifier: table)")
      }
    }
  }
}

/// Who is using which session: more than one at a time is a clash.
private final class UsersOfSessions: Sendable {
  private let state = Mutex<(users: [Int: Int], clashes: Int)>(([:], 0))

  var clashes: Int { state.withLock { $0.clashes } }

  var sessions: Int { state.withLock { $0.users.count } }

  func enter(_ session: Int) {
    state.withLock { state in
      state.users[session, default: 0] += 1
      state.clashes += state.users[session] == 1 ? 0 : 1
    }
  }

  func leave(_ session: Int) {
    state.withLock { $0.users[session, default: 0] -= 1 }
  }
}
