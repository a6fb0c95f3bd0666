import Postgres
import Synchronization
import Testing

extension PostgresServerTests {
  @Suite("Statements and sessions")
  struct StatementTests {
    @Test("results tell columns, rows changed and the command")
    func results() async throws {
      try await withConnection { connection in
        try await connection.query("CREATE TEMP TABLE t (id integer PRIMARY KEY, name text)")
        let inserted = try await connection.query("INSERT INTO t SELECT n, 'x' FROM generate_series(1, 3) n")
        #expect(inserted.affected == 3)
        #expect(inserted.command == "INSERT 0 3")
        let selected = try await connection.query("SELECT id, name FROM t ORDER BY id")
        #expect(selected.columns.map(\.name) == ["id", "name"])
        #expect(selected.columns.map(\.typeID) == [.int4, .text])
        #expect(try selected.rows.map { try $0["id"].decode(Int.self) } == [1, 2, 3])
        #expect(try await connection.query("DELETE FROM t WHERE id > \(1)").affected == 2)
      }
    }

    @Test("the session is set up in the start-up message")
    func session() async throws {
      try await withConnection {
        $0.readOnly = true
        $0.applicationName = "it's us"
        $0.statementTimeout = .seconds(61)
        $0.lockTimeout = .milliseconds(1500)
        $0.idleInTransactionTimeout = .seconds(120)
      } _: { connection async throws in
        let expected = [
          "client_encoding": "UTF8", "TimeZone": "UTC", "DateStyle": "ISO, MDY", "extra_float_digits": "1",
          "bytea_output": "hex", "application_name": "it's us", "default_transaction_read_only": "on",
          "statement_timeout": "61s", "lock_timeout": "1500ms", "idle_in_transaction_session_timeout": "2min",
        ]
        for (name, setting) in expected {
          #expect(try await value("SELECT current_setting(\(name))", on: connection) == setting)
        }
        #expect(await connection.serverVersion >= 120_000)
      }
    }

    @Test("a server's error brings code, table, constraint and statement; the connection stays usable")
    func serverErrors() async throws {
      try await withConnection { connection in
        try await connection.query("CREATE TEMP TABLE users (email text CONSTRAINT users_email_key UNIQUE)")
        let email = "ada@example.org"
        try await connection.query("INSERT INTO users VALUES (\(email))")
        let error = try await failure { try await connection.query("INSERT INTO users VALUES (\(email))") }
        #expect(error.isUniqueViolation)
        #expect(error.code == .server)
        #expect(error.table == "users")
        #expect(error.constraint == "users_email_key")
        #expect(error.statement == "INSERT INTO users VALUES ($1)")
        #expect(!"\(error)".contains(email))
        #expect(try await value("SELECT count(*) FROM users", on: connection) == 1)
      }
    }

    @Test("writing on a read-only connection is refused by the server, and a read-write transaction before it")
    func readOnly() async throws {
      try await withConnection {
        $0.readOnly = true
      } _: { connection in
        let error = try await failure {
          try await connection.query("CREATE TABLE \(identifier: uniqueName()) (id int)")
        }
        #expect(error.sqlState == "25006")
        #expect(error.isReadOnlyViolation)
        let refused = try await failure { try await connection.transaction(access: .readWrite) { _ in } }
        #expect(refused.code == .invalidRequest)
      }
    }

    @Test("read-only survives options that the user sends along")
    func readOnlyWins() async throws {
      try await withConnection {
        $0.readOnly = true
        $0.additionalOptions["options"] = "-c default_transaction_read_only=off -c search_path=pg_catalog"
      } _: { connection async throws in
        #expect(try await value("SHOW default_transaction_read_only", on: connection) == "on")
        #expect(try await value("SHOW search_path", on: connection) == "pg_catalog")
      }
    }

    @Test("the statement timeout of the server is 57014")
    func statementTimeout() async throws {
      try await withConnection {
        $0.statementTimeout = .milliseconds(50)
      } _: { connection in
        let error = try await failure { try await connection.query("SELECT pg_sleep(60)") }
        #expect(error.sqlState == "57014")
        #expect(error.code == .server)
        #expect(try await value("SELECT 1", on: connection) == 1)
      }
    }

    @Test("the lock timeout is 55P03")
    func lockTimeout() async throws {
      let table = uniqueName()
      try await withConnection { holder in
        try await holder.query("CREATE TABLE \(identifier: table) (id integer)")
        try await holder.query("BEGIN")
        try await holder.query("LOCK TABLE \(identifier: table)")
        try await withConnection {
          $0.lockTimeout = .milliseconds(50)
        } _: { connection in
          let error = try await failure { try await connection.query("SELECT * FROM \(identifier: table)") }
          #expect(error.sqlState == "55P03")
          #expect(error.isLockTimeout)
        }
        try await holder.query("ROLLBACK")
        try await holder.query("DROP TABLE \(identifier: table)")
      }
    }

    @Test("notices go to their function, with severity and code")
    func notices() async throws {
      let received = Mutex<[PostgresNotice]>([])
      try await withConnection(onNotice: { notice in received.withLock { $0.append(notice) } }) { connection in
        try await connection.execute(
          script: "DO $$ BEGIN RAISE NOTICE 'made %', 3; RAISE WARNING 'hm' USING HINT = 'look'; END $$")
        try await connection.query("DROP TABLE IF EXISTS no_such_table")
      }
      let notices = received.withLock { $0 }
      #expect(notices.map(\.message) == ["made 3", "hm", "table \"no_such_table\" does not exist, skipping"])
      #expect(notices.map(\.severity) == ["NOTICE", "WARNING", "NOTICE"])
      #expect(notices.map(\.sqlState) == ["00000", "01000", "00000"])
      #expect(notices[1].hint == "look")
    }

    // MARK: Prepared statements

    @Test("statements that come again are prepared, and the least used make room")
    func preparedStatements() async throws {
      try await withConnection {
        $0.preparedStatements = 2
      } _: { connection in
        for round in 0..<3 {
          for number in 0..<5 {
            // The numbers are constants of this test: they make five different texts.
            let sql: SQL = "SELECT \(raw: "\(number)") + \(round)"
            #expect(try await value(sql, on: connection) == number + round)
            #expect(try await value(sql, on: connection) == number + round)
            #expect(await connection.preparedStatementCount <= 2)
          }
        }
        // The evicted ones are deallocated with the next preparation.
        let onServer: Int = try await value("SELECT count(*) FROM pg_prepared_statements", on: connection)
        #expect(onServer <= 3)
        #expect(await connection.preparedStatementCount >= 1)
      }
    }

    @Test("a prepared statement survives a change of its table and DISCARD ALL")
    func stalePreparedStatements() async throws {
      try await withConnection { connection in
        try await connection.query("CREATE TEMP TABLE t AS SELECT 1 AS a")
        for _ in 0..<3 {
          #expect(try await connection.query("SELECT * FROM t").columns.count == 1)
        }
        try await connection.query("ALTER TABLE t ADD b integer")
        #expect(try await connection.query("SELECT * FROM t").columns.count == 2)
        #expect(try await connection.query("SELECT * FROM t").columns.count == 2)
        #expect(try await value("SELECT 5", on: connection) == 5)
        #expect(try await value("SELECT 5", on: connection) == 5)
        try await connection.query("DEALLOCATE ALL")
        #expect(try await value("SELECT 5", on: connection) == 5)
      }
    }

    @Test("without a cache nothing is prepared")
    func noPreparedStatements() async throws {
      try await withConnection {
        $0.preparedStatements = 0
      } _: { connection async throws in
        for _ in 0..<3 {
          #expect(try await value("SELECT count(*) FROM pg_prepared_statements", on: connection) == 0)
        }
      }
    }

    // MARK: Scripts

    @Test("a script runs as a whole, with results and copies thrown away")
    func script() async throws {
      try await withConnection { connection in
        try await connection.execute(
          script: """
            CREATE TEMP TABLE t (id integer);
            INSERT INTO t SELECT generate_series(1, 1000);
            SELECT * FROM t; -- nobody reads these
            COPY t TO STDOUT;
            ;
            UPDATE t SET id = id + 1;
            """)
        #expect(try await value("SELECT sum(id) FROM t", on: connection) == 501_500)
        try await connection.execute(script: "")
        try await connection.execute(script: "-- nothing")
      }
    }

    @Test("the error of a script tells the statement and the position in characters; nothing of the script stays")
    func scriptErrors() async throws {
      try await withConnection { connection in
        let table = uniqueName()
        let error = try await failure {
          try await connection.execute(
            script:
              "CREATE TABLE \(table) (id integer); -- äöü\nSELECT 'é';\n  SELECT '漢', no_such_column FROM \(table);\n")
        }
        #expect(error.sqlState == "42703")
        #expect(error.script?.statement == 3)
        #expect(error.script?.line == 3)
        #expect(error.script?.column == 15)
        #expect(try await value("SELECT to_regclass(\(table)) IS NULL", on: connection) == true)

        let syntax = try await failure { try await connection.execute(script: "SELECT 1;\nSELEC 2;") }
        #expect(syntax.sqlState == "42601")
        #expect(syntax.script?.line == 2)
        #expect(syntax.script?.column == 1)
        #expect(syntax.script?.statement == nil)

        let late = try await failure { try await connection.execute(script: "SELECT 1; SELECT 1/0; SELECT 2") }
        #expect(late.sqlState == "22012")
        #expect(late.script?.statement == 2)
        #expect(late.script?.line == nil)
      }
    }

    @Test("a script that asks for data is an error, and the connection stays usable")
    func copyFromStandardInput() async throws {
      try await withConnection { connection in
        let error = try await failure {
          try await connection.execute(script: "CREATE TEMP TABLE t (a text); COPY t FROM STDIN; SELECT 1")
        }
        #expect(error.sqlState == "57014")
        #expect(error.script?.statement == 2)
        let query = try await failure { try await connection.query("COPY pg_class TO STDOUT") }
        #expect(query.code == .invalidRequest)
        #expect(try await value("SELECT 1", on: connection) == 1)
      }
    }
  }
}
