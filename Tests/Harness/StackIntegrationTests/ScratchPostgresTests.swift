import Glibc
import Postgres
import RFC3339
import Stack
import Testing
import YAMLSource

@Suite("Scratch PostgreSQL")
struct ScratchPostgresTests {
  private func query(_ configuration: PostgresConfiguration, _ sql: SQL) async throws -> String? {
    let connection = try await PostgresConnection.connect(configuration)
    do {
      let result = try await connection.query(sql)
      await connection.close()
      return result.rows.first?["value"].text
    } catch {
      await connection.close()
      throw error
    }
  }

  private func start(
    _ supervisor: Supervisor, _ scratch: ScratchDatabase, name: String = "db", port: Int = 0
  ) async throws -> ScratchPostgres {
    let host = try await ScratchPostgres.Host.find(supervisor, ports: PortAllocator())
    return try await ScratchPostgres.start(
      scratch, name: name, port: port, on: host, log: LogStore(clock: supervisor.clock))
  }

  @Test("a server comes up with the owner's database, the init script's tables and a read-only audit role")
  func content() async throws {
    let folder = try TemporaryFolder()
    let script = try folder.write(
      """
      \\echo making things
      CREATE TABLE things (id SERIAL PRIMARY KEY, name TEXT);
      INSERT INTO things (name) VALUES ('a'), ('b');
      """, to: "init.sql")
    let scratch = ScratchDatabase(
      database: "things db", user: "things_user", password: "p@ss/w:rd'", initScript: script)
    try await withSupervisor(environment: testEnvironment(cache: folder.path + "/cache")) { supervisor in
      let server = try await start(supervisor, scratch)
      #expect(try await query(server.owner, "SELECT count(*)::text AS value FROM things") == "2")
      #expect(try await query(server.owner, "SELECT current_setting('fsync') AS value") == "off")
      _ = try await query(server.owner, "INSERT INTO things (name) VALUES ('c')")
      _ = try await query(server.owner, "CREATE TABLE later AS SELECT 1 AS one")
      #expect(try await query(server.audit, "SELECT count(*)::text AS value FROM things") == "3")
      #expect(try await query(server.audit, "SELECT one::text AS value FROM later") == "1")
      await #expect(throws: (any Error).self) { try await query(server.audit, "DELETE FROM things") }
      var wrong = server.owner
      wrong.password = "wrong"
      await #expect(throws: (any Error).self) { try await query(wrong, "SELECT '1' AS value") }
      await server.process.stop()
    }
  }

  @Test("the second server of a kind is a copy of the template, and a changed script makes a new one")
  func template() async throws {
    let folder = try TemporaryFolder()
    let cache = folder.path + "/cache"
    func templates() -> [String] { ((try? Files.list(cache)) ?? []).filter { !$0.contains(".") } }
    let environment = testEnvironment(cache: cache)
    for (text, count) in [("SELECT 1;", 1), ("SELECT 1;", 1), ("SELECT 2;", 2)] {
      let script = try folder.write(text, to: "init.sql")
      let scratch = ScratchDatabase(database: "d", user: "u", password: "p", initScript: script)
      try await withSupervisor(environment: environment) { supervisor in
        let server = try await start(supervisor, scratch)
        #expect(try await query(server.owner, "SELECT 'up' AS value") == "up")
      }
      #expect(templates().count == count)
    }
  }

  @Test("runs that build the same template at once share it, and both come up")
  func concurrency() async throws {
    let folder = try TemporaryFolder()
    let environment = testEnvironment(cache: folder.path + "/cache")
    let scratch = ScratchDatabase(database: "d", user: "u", password: "p")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<3 {
        group.addTask {
          try await withSupervisor(environment: environment) { supervisor in
            let server = try await start(supervisor, scratch)
            #expect(try await query(server.owner, "SELECT 'up' AS value") == "up")
          }
        }
      }
      try await group.waitForAll()
    }
    let names = try Files.list(folder.path + "/cache")
    #expect(names.filter { !$0.contains(".") }.count == 1)
    #expect(names.allSatisfy { !$0.hasSuffix(".half") })
  }

  @Test("what a killed run left half-copied is not taken for a template")
  func half() async throws {
    let folder = try TemporaryFolder()
    let environment = testEnvironment(cache: folder.path + "/cache")
    let scratch = ScratchDatabase(database: "d", user: "u", password: "p")
    try await withSupervisor(environment: environment) { supervisor in _ = try await start(supervisor, scratch) }
    let key = try #require(try Files.list(folder.path + "/cache").first { !$0.contains(".") })
    let template = "\(folder.path)/cache/\(key)"
    try #require(rename(template, template + ".half") == 0)
    try #require(unlink(template + ".half/PG_VERSION") == 0)
    try await withSupervisor(environment: environment) { supervisor in
      let server = try await start(supervisor, scratch)
      #expect(try await query(server.owner, "SELECT 'up' AS value") == "up")
    }
    #expect(exists(template + "/PG_VERSION"))
    #expect(!exists(template + ".half"))
  }

  @Test("an init script that fails is reported with file, line and the server's words")
  func brokenScript() async throws {
    let folder = try TemporaryFolder()
    let script = try folder.write("SELECT 1;\n\nCREATE TABEL x (id INT);\nSELECT 2;\n", to: "init.sql")
    let scratch = ScratchDatabase(database: "d", user: "u", password: "p", initScript: script)
    try await withSupervisor(environment: testEnvironment(cache: folder.path + "/cache")) { supervisor in
      let error = await #expect(throws: StackError.self) { try await start(supervisor, scratch) }
      #expect(error?.location?.file == script)
      #expect(error?.location?.line == 3)
      #expect(error?.message.contains("TABEL") == true)
      #expect(error?.code == .data)
    }
    #expect(try Files.list(folder.path + "/cache").allSatisfy { $0.contains(".") }, "no template of a broken script")
  }

  @Test("an init script may be named by a path that is relative to the current folder")
  func relativeScript() async throws {
    let folder = try TemporaryFolder()
    let script = try folder.write("CREATE TABLE t (id INT);", to: "init.sql")
    let current = try #require(getcwd(nil, 0))
    defer { free(current) }
    let up = String(repeating: "../", count: String(cString: current).split(separator: "/").count)
    let scratch = ScratchDatabase(
      database: "d", user: "u", password: "p", initScript: up + script.dropFirst())
    try await withSupervisor(environment: testEnvironment(cache: folder.path + "/cache")) { supervisor in
      let server = try await start(supervisor, scratch)
      #expect(try await query(server.owner, "SELECT count(*)::text AS value FROM t") == "0")
    }
  }

  @Test("a preferred port that is taken is no error")
  func takenPort() async throws {
    let scratch = ScratchDatabase(database: "d", user: "u", password: "p")
    try await withSupervisor { supervisor in
      let first = try await start(supervisor, scratch, name: "first")
      let second = try await start(supervisor, scratch, name: "second", port: first.port)
      #expect(second.port != first.port)
      #expect(try await query(second.owner, "SELECT 'up' AS value") == "up")
    }
  }

  @Test("a machine without PostgreSQL is told the package to install")
  func missing() async throws {
    var environment = testEnvironment()
    environment["CONCORD_PG_BIN"] = "/no/such/folder"
    try await withSupervisor(environment: environment) { supervisor in
      let error = await #expect(throws: StackError.self) {
        try await PostgresInstallation.find(supervisor)
      }
      #expect(error?.code == .postgresMissing)
      #expect(error?.remedy?.contains("apt-get install postgresql") == true)
    }
  }
}
