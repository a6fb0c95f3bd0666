import Dispatch
import Postgres
import Synchronization
import Testing

extension PostgresServerTests {
  @Suite("Transactions")
  struct TransactionTests {
    private struct Refusal: Error {}

    @Test("the body's value is returned and its changes are kept")
    func commit() async throws {
      try await withConnection { connection in
        try await connection.query("CREATE TEMP TABLE t (id integer)")
        let count = try await connection.transaction(isolation: .serializable) { connection in
          try connection.querySync("INSERT INTO t VALUES (\(1)), (\(2))")
          return try connection.querySync("SELECT count(*) FROM t").rows[0][0].decode(Int.self)
        }
        #expect(count == 2)
        #expect(await !connection.isInTransaction)
        #expect(try await value("SELECT count(*) FROM t", on: connection) == 2)
      }
    }

    @Test("isolation and access are what was asked for")
    func characteristics() async throws {
      try await withConnection { connection in
        for isolation in PostgresIsolation.allCases {
          let settings = try await connection.transaction(isolation: isolation, access: .readOnly) { connection in
            let row = try connection.querySync(
              "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')"
            ).rows[0]
            return [row[0].text, row[1].text]
          }
          #expect(settings == [isolation.rawValue.lowercased(), "on"])
        }
      }
    }

    @Test("a body that throws leaves nothing behind")
    func rollback() async throws {
      try await withConnection { connection in
        try await connection.query("CREATE TEMP TABLE t (id integer)")
        await #expect(throws: Refusal.self) {
          try await connection.transaction { connection in
            try connection.querySync("INSERT INTO t VALUES (1)")
            throw Refusal()
          }
        }
        let error = try await failure {
          try await connection.transaction { connection in
            try connection.querySync("INSERT INTO t VALUES (1)")
            try connection.querySync("SELECT 1/0")
          }
        }
        #expect(error.sqlState == "22012")
        #expect(await !connection.isInTransaction)
        #expect(try await value("SELECT count(*) FROM t", on: connection) == 0)
      }
    }

    @Test("a body that swallows the error of a statement does not look committed")
    func swallowedError() async throws {
      try await withConnection { connection in
        try await connection.query("CREATE TEMP TABLE t (id integer)")
        let error = try await failure {
          try await connection.transaction { connection in
            try connection.querySync("INSERT INTO t VALUES (1)")
            _ = try? connection.querySync("SELECT 1/0")
          }
        }
        #expect(error.code == .transactionAborted)
        #expect(try await value("SELECT count(*) FROM t", on: connection) == 0)
      }
    }

    @Test("a body that ends the transaction by itself is an error, and so is a transaction inside another")
    func misuse() async throws {
      try await withConnection { connection in
        let ended = try await failure {
          try await connection.transaction { connection in
            _ = try connection.querySync("COMMIT")
          }
        }
        #expect(ended.code == .transactionAborted)
        let nested = try await failure {
          try await connection.transaction { connection in
            try connection.transactionSync {}
          }
        }
        #expect(nested.code == .invalidRequest)
        #expect(try await value("SELECT 1", on: connection) == 1)
      }
    }

    @Test("a savepoint undoes its own changes alone")
    func savepoint() async throws {
      try await withConnection { connection in
        try await connection.query("CREATE TEMP TABLE t (id integer PRIMARY KEY)")
        try await connection.transaction { connection in
          try connection.querySync("INSERT INTO t VALUES (1)")
          try connection.savepointSync { try connection.querySync("INSERT INTO t VALUES (2)") }
          #expect(throws: PostgresError.self) {
            try connection.savepointSync {
              try connection.querySync("INSERT INTO t VALUES (3)")
              try connection.querySync("INSERT INTO t VALUES (1)")
            }
          }
        }
        let ids = try await connection.query("SELECT id FROM t ORDER BY id").rows.map { try $0[0].decode(Int.self) }
        #expect(ids == [1, 2])
      }
    }

    @Test("a serialization failure repeats the body, as often as allowed")
    func retries() async throws {
      let table = uniqueName()
      try await withConnection { first in
        try await first.query("CREATE TABLE \(identifier: table) (n integer)")
        try await first.query("INSERT INTO \(identifier: table) VALUES (0)")
        try await withConnection { second in
          let runs = Atomic<Int>(0)
          // In the first runs another transaction changes the row after this one has taken its snapshot.
          let conflicts = 2
          func increment(retries: Int) async throws {
            runs.store(0, ordering: .relaxed)
            let other = second
            try await first.transaction(isolation: .repeatableRead, retries: retries) { first in
              let run = runs.add(1, ordering: .relaxed).newValue
              _ = try first.querySync("SELECT n FROM \(identifier: table)")
              if run <= conflicts {
                try waitFor { try await other.query("UPDATE \(identifier: table) SET n = n + 10") }
              }
              try first.querySync("UPDATE \(identifier: table) SET n = n + 1")
            }
          }
          try await increment(retries: 2)
          #expect(runs.load(ordering: .relaxed) == 3)
          #expect(try await value("SELECT n FROM \(identifier: table)", on: first) == 21)
          let error = try await failure { try await increment(retries: 1) }
          #expect(error.isSerializationFailure)
          #expect(runs.load(ordering: .relaxed) == 2)
          #expect(await !first.isInTransaction)
        }
        try await first.query("DROP TABLE \(identifier: table)")
      }
    }

    @Test("cancelling the task interrupts the body and rolls back")
    func cancellation() async throws {
      let mark = uniqueName("mark")
      try await withConnection { connection in
        try await connection.query("CREATE TEMP TABLE t (id integer)")
        let task = Task {
          try await connection.transaction { connection in
            try connection.querySync("INSERT INTO t VALUES (1)")
            // A constant of this test, to find the statement by.
            try connection.querySync("SELECT pg_sleep(600) AS \(identifier: mark)")
          }
        }
        try await withConnection { observer in
          try await eventually("the statement runs") { try await isRunning("%pg_sleep%\(mark)%", on: observer) }
        }
        task.cancel()
        let error = try await failure { try await task.value }
        #expect(error.code == .cancelled)
        #expect(await !connection.isInTransaction)
        #expect(try await value("SELECT count(*) FROM t", on: connection) == 0)
      }
    }
  }
}

/// Waits for an asynchronous operation from a connection's own thread, which may block.
private func waitFor(_ operation: @escaping @Sendable () async throws -> Void) throws {
  let outcome = Mutex<Result<Void, any Error>?>(nil)
  let done = DispatchSemaphore(value: 0)
  Task {
    do {
      try await operation()
      outcome.withLock { $0 = .success(()) }
    } catch {
      outcome.withLock { $0 = .failure(error) }
    }
    done.signal()
  }
  done.wait()
  try outcome.withLock { try $0?.get() }
}
