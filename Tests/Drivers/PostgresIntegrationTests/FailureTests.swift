import ChildProcesses
import Glibc
import Postgres
import ScratchPostgres
import Synchronization
import Testing

extension PostgresServerTests {
  @Suite("Cancellation, hung and dying servers")
  struct FailureTests {
    @Test("cancelling the task cancels the statement, and the connection stays usable")
    func cancelledQuery() async throws {
      try await withConnection { connection in
        for round in 0..<5 {
          let mark = uniqueName("mark")
          let task = Task { try await connection.query("SELECT pg_sleep(600) AS \(identifier: mark)") }
          // In odd rounds the cancellation comes at any moment, even before the statement is sent.
          if round.isMultiple(of: 2) {
            try await withConnection { observer in
              try await eventually("the statement runs") { try await isRunning("%\(mark)%", on: observer) }
            }
          }
          task.cancel()
          let error = try await failure { _ = try await task.value }
          #expect(error.code == .cancelled)
          #expect(try await value("SELECT \(round)::integer", on: connection) == round)
          try await withConnection { observer async throws in
            #expect(try await !isRunning("%pg_sleep(600)%\(mark)%", on: observer))
          }
        }
      }
    }

    @Test("many statements of one connection are cancelled without touching the others")
    func cancelledAmongOthers() async throws {
      try await withConnection { connection in
        try await withThrowingTaskGroup(of: Bool.self) { group in
          for number in 0..<40 {
            group.addTask {
              if number.isMultiple(of: 4) {
                let task = Task { try await connection.query("SELECT pg_sleep(600)") }
                try await Task.sleep(for: .milliseconds(number))
                task.cancel()
                return try await failure { _ = try await task.value }.code == .cancelled
              }
              return try await value("SELECT \(number)::integer", on: connection) == number
            }
          }
          for try await isRight in group {
            #expect(isRight)
          }
        }
      }
    }

    @Test("a server that hangs is given up after the response timeout")
    func stoppedServer() async throws {
      try await withConnection {
        $0.responseTimeout = .milliseconds(100)
      } _: { connection in
        let process = pid_t(try await value("SELECT pg_backend_pid()", on: connection, as: Int.self))
        kill(process, SIGSTOP)
        defer { kill(process, SIGCONT) }
        let error = try await failure { try await connection.query("SELECT 1") }
        #expect(error.code == .timeout)
        // Nobody knows what the server would answer when it wakes up, so the connection is not used again.
        #expect(await connection.isClosed)
        let later = try await failure { try await connection.query("SELECT 1") }
        #expect(later.code == .connection)
      }
    }

    @Test("cancelling the task works on a server that hangs as a whole")
    func cancelledOnStoppedServer() async throws {
      let server = try await ScratchServer.start()
      let connection = try await PostgresConnection.connect(server.configuration())
      let backend = pid_t(try await value("SELECT pg_backend_pid()", on: connection, as: Int.self))
      let postmaster = try server.postmaster()
      kill(postmaster, SIGSTOP)
      kill(backend, SIGSTOP)
      defer {
        kill(backend, SIGCONT)
        kill(postmaster, SIGCONT)
      }
      let task = Task { try await connection.query("SELECT 1") }
      task.cancel()
      let error = try await failure { _ = try await task.value }
      #expect(error.code == .cancelled)

      var configuration = server.configuration()
      configuration.connectTimeout = .milliseconds(100)
      let refused = try await failure { _ = try await PostgresConnection.connect(configuration) }
      #expect(refused.code == .timeout)
    }

    @Test("a statement that is slower than the response timeout ends, and the connection stays usable")
    func slowStatement() async throws {
      try await withConnection {
        $0.responseTimeout = .milliseconds(100)
      } _: { connection in
        let error = try await failure { try await connection.query("SELECT pg_sleep(600)") }
        #expect(error.code == .timeout)
        #expect(try await value("SELECT 1", on: connection) == 1)
      }
    }

    @Test("a session that the server ends is a connection failure")
    func terminated() async throws {
      try await withConnection { connection in
        let process: Int = try await value("SELECT pg_backend_pid()", on: connection)
        let mark = uniqueName("mark")
        let task = Task { try await connection.query("SELECT pg_sleep(600) AS \(identifier: mark)") }
        try await withConnection { observer in
          try await eventually("the statement runs") { try await isRunning("%\(mark)%", on: observer) }
          try await observer.query("SELECT pg_terminate_backend(\(process))")
        }
        let error = try await failure { _ = try await task.value }
        #expect(error.isConnectionFailure)
        #expect(error.sqlState == "57P01")
        #expect(await connection.isClosed)
        #expect(await !connection.isReady())
      }
    }

    @Test("a connection that dies in a commit says that the outcome is unknown")
    func commitInDoubt() async throws {
      let table = uniqueName()
      try await withConnection { observer in
        // A deferred trigger makes the commit itself slow.
        try await observer.execute(
          script: """
            CREATE TABLE \(table) (id integer);
            CREATE FUNCTION \(table)_wait() RETURNS trigger LANGUAGE plpgsql AS
              'BEGIN PERFORM pg_sleep(600); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER \(table)_slow AFTER INSERT ON \(table) DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW EXECUTE FUNCTION \(table)_wait();
            """)
        try await withConnection { connection in
          let process: Int = try await value("SELECT pg_backend_pid()", on: connection)
          let task = Task {
            try await connection.transaction { try $0.querySync("INSERT INTO \(identifier: table) VALUES (1)") }
          }
          try await eventually("the commit runs") {
            try await value(
              "SELECT count(*) FROM pg_stat_activity WHERE pid = \(process) AND query = 'COMMIT' AND state = 'active'",
              on: observer) == 1
          }
          task.cancel()  // a commit under way is not interrupted
          try await observer.query("SELECT pg_terminate_backend(\(process))")
          let error = try await failure { _ = try await task.value }
          #expect(error.isOutcomeUnknown)
          #expect(error.isConnectionFailure)
        }
        try await observer.execute(script: "DROP TABLE \(table); DROP FUNCTION \(table)_wait")
      }
    }

    @Test("a port where nobody listens is a connection failure that names the address")
    func refused() async throws {
      let port = try freePort()
      let configuration = PostgresConfiguration(
        host: "127.0.0.1", port: port, database: "d", user: "u", password: "hunter2")
      let error = try await failure { _ = try await PostgresConnection.connect(configuration) }
      #expect(error.code == .connection)
      #expect("\(error)".contains("postgresql://u@127.0.0.1:\(port)/d"))
      #expect(!String(reflecting: error).contains("hunter2"))
    }

    @Test("a server that accepts and says nothing is given up after the connect timeout")
    func silentServer() async throws {
      let listener = try SilentListener()
      let configuration = PostgresConfiguration(
        host: "127.0.0.1", port: listener.port, user: "u", connectTimeout: .milliseconds(100))
      let error = try await failure { _ = try await PostgresConnection.connect(configuration) }
      #expect(error.code == .timeout)
    }

    @Test("connecting can be cancelled")
    func cancelledConnect() async throws {
      let listener = try SilentListener()
      let configuration = PostgresConfiguration(
        host: "127.0.0.1", port: listener.port, user: "u", connectTimeout: .seconds(600))
      for delay in [0, 20] {
        let task = Task { try await PostgresConnection.connect(configuration) }
        try await Task.sleep(for: .milliseconds(delay))
        task.cancel()
        let error = try await failure { _ = try await task.value }
        #expect(error.code == .cancelled)
      }
    }

    @Test("a wrong password is refused without being told, a right one is accepted")
    func passwords() async throws {
      let server = try await ScratchServer.shared()
      try await withConnection { owner in
        try await owner.query(
          "CREATE ROLE \(identifier: ScratchServer.locked.user) LOGIN PASSWORD \(literal: ScratchServer.locked.password)"
        )
      }
      var configuration = server.configuration()
      configuration.host = "127.0.0.1"
      configuration.user = ScratchServer.locked.user
      configuration.password = "hunter2"
      let error = try await failure { _ = try await PostgresConnection.connect(configuration) }
      #expect(error.code == .connection)
      #expect("\(error)".contains("password authentication failed"))
      #expect(!String(reflecting: error).contains("hunter2"))

      configuration.password = ScratchServer.locked.password
      let uri = configuration.uri(revealingPassword: true)
      let connection = try await PostgresConnection.connect(PostgresConfiguration(connectionString: uri))
      #expect(try await value("SELECT current_user::text", on: connection) == ScratchServer.locked.user)
      await connection.close()
    }

    @Test("closing is final, and a connection that nobody holds ends its session")
    func closing() async throws {
      try await withConnection { observer in
        var configuration = try await ScratchServer.shared().configuration()
        configuration.applicationName = uniqueName("session")
        let name = configuration.applicationName
        func sessions() async throws -> Int {
          try await value("SELECT count(*) FROM pg_stat_activity WHERE application_name = \(name)", on: observer)
        }
        let closed = try await PostgresConnection.connect(configuration)
        #expect(try await sessions() == 1)
        await closed.close()
        let error = try await failure { try await closed.query("SELECT 1") }
        #expect(error.code == .connection)
        try await eventually("the closed session ends") { try await sessions() == 0 }

        do {
          let dropped = try await PostgresConnection.connect(configuration)
          #expect(try await value("SELECT 1", on: dropped) == 1)
        }
        try await eventually("the dropped session ends") { try await sessions() == 0 }
      }
    }

    @Test("waiting connections do not hold up other tasks")
    func cooperativePool() async throws {
      try await withThrowingTaskGroup(of: Void.self) { group in
        let mark = uniqueName("mark")
        for _ in 0..<8 {
          group.addTask {
            try await withConnection { connection in
              _ = try await failure { try await connection.query("SELECT pg_sleep(600) AS \(identifier: mark)") }
            }
          }
        }
        // With eight blocked threads of the pool, neither this connection nor its queries would get on.
        try await withConnection { observer in
          try await eventually("all wait") {
            try await value(
              "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE \("%AS \"\(mark)\"%")",
              on: observer) == 8
          }
        }
        group.cancelAll()
        try await group.waitForAll()
      }
    }
  }
}
