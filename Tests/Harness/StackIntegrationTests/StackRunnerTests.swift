import Glibc
import HTTP
import Postgres
import RFC3339
import RunModel
import Stack
import Testing
import YAMLSource

@Suite("Running stacks")
struct StackRunnerTests {
  private static let script = "CREATE TABLE things (id INT PRIMARY KEY, name TEXT);\n"
  private static let database = """
    stores:
      db:
        kind: postgresql
        embedded: { database: d, user: u, password: p, init: init.sql }

    """

  private func get(_ url: String) async throws -> String {
    let http = HTTPClient()
    defer { http.shutdown() }
    let response = try await http.send(HTTPRequest(url: url))
    return String(decoding: response.body, as: UTF8.self)
  }

  @Test("stores come first, services in the order of their needs, and all of it ends with the stack")
  func whole() async throws {
    let fixture = try StackFixture(
      Self.database + "services:\n"
        + StackFixture.service("front", "    needs: [back]", environment: ", BACK: \"${services.back.url}\"")
        + "\n" + StackFixture.service("back", environment: ", SAYS: \"${stores.db.url}\""),
      files: ["server.py": StackFixture.server, "init.sql": Self.script])
    let stack = try await fixture.boot()
    let order = fixture.log.all.compactMap { report -> String? in
      switch report.state {
      case .starting: "starting \(report.component.name)"
      case .ready: "ready \(report.component.name)"
      default: nil
      }
    }
    #expect(order == ["starting db", "ready db", "starting back", "ready back", "starting front", "ready front"])
    guard case .postgresql(let owner, let audit, nil) = try #require(stack.stores["db"]) else {
      Issue.record("not PostgreSQL")
      return
    }
    #expect(try await get(stack.baseURL(of: "back") + "/x") == owner.uri(revealingPassword: true))
    #expect(audit.readOnly)
    #expect(stack.failure == nil)
    try await eventually("the log arrives") { stack.lastLogs("back").contains("served /x") }
    #expect(stack.logs("back", from: .distantPast, to: .distantFuture).first?.hasPrefix("listening") == true)
    #expect(!fixture.processes.isEmpty)
    let address = try #require(fixture.log.all.last { $0.component.name == "db" }?.address)
    #expect(address == "127.0.0.1:\(owner.port)/d")
    await stack.stop()
    await stack.stop()
    #expect(fixture.log.states(of: "db") == ["starting", "ready", "stopped"])
    fixture.expectNothingLeft()
  }

  @Test("a child that dies at boot fails at once, with its exit and its last words, and everything is ended")
  func diesAtBoot() async throws {
    let fixture = try StackFixture(
      Self.database + """
        services:
          broken:
            process:
              command: [sh, -c, "echo cannot go on >&2; kill -ABRT $$", "${self.port}"]
            ready: { within: 600s }

        """ + StackFixture.service("fine"), files: ["server.py": StackFixture.server, "init.sql": Self.script])
    let error = await #expect(throws: StackError.self) { try await fixture.boot() }
    #expect(error?.component?.name == "broken")
    #expect(error?.message.contains("signal 6 (SIGABRT)") == true)
    #expect(error?.log == ["cannot go on"])
    #expect(fixture.log.states(of: "broken") == ["starting", "failed"])
    #expect(fixture.log.states(of: "db") == ["starting", "ready", "stopped"])
    fixture.expectNothingLeft()
  }

  @Test("a service that never becomes ready is given up, and the message says what was seen last")
  func neverReady() async throws {
    let fixture = try StackFixture(
      "services:\n"
        + StackFixture.service("slow", "    ready: { path: /ready, within: 700ms }", environment: ", LATE: \"1000\""),
      files: ["server.py": StackFixture.server])
    let error = await #expect(throws: StackError.self) { try await fixture.boot() }
    #expect(error?.message.contains("not ready within 700 ms") == true)
    #expect(
      error?.message.contains("answered 503: still warming up") == true || error?.message.contains("slow") == false)
    #expect(error?.component?.name == "slow")
    fixture.expectNothingLeft()
  }

  @Test("a service that becomes ready late is waited for")
  func readyLate() async throws {
    let fixture = try StackFixture(
      "services:\n" + StackFixture.service("late", environment: ", LATE: \"0.6\""),
      files: ["server.py": StackFixture.server])
    let stack = try await fixture.boot()
    #expect(try await get(stack.baseURL(of: "late")) == "hello")
    await stack.stop()
    fixture.expectNothingLeft()
  }

  @Test("two stacks of one description live side by side")
  func sideBySide() async throws {
    let fixture = try StackFixture(
      Self.database + "services:\n" + StackFixture.service("one"),
      files: ["server.py": StackFixture.server, "init.sql": Self.script])
    async let first = fixture.boot()
    async let second = fixture.boot()
    let stacks = try await [first, second]
    #expect(stacks[0].baseURL(of: "one") != stacks[1].baseURL(of: "one"))
    for stack in stacks { #expect(try await get(stack.baseURL(of: "one")) == "hello") }
    await stacks[0].stop()
    #expect(try await get(stacks[1].baseURL(of: "one")) == "hello")
    await stacks[1].stop()
    fixture.expectNothingLeft()
  }

  @Test("a service that dies in the middle of the run is noticed and reported with its log")
  func diesLater() async throws {
    let fixture = try StackFixture(
      "services:\n" + StackFixture.service("one"), files: ["server.py": StackFixture.server])
    let stack = try await fixture.boot()
    async let failure = stack.waitForFailure()
    let process = try #require(fixture.processes.compactMap(Int32.init).first)
    #expect(kill(process, SIGSEGV) == 0)
    let error = try #require(await failure)
    #expect(error.component?.name == "one")
    #expect(error.message.contains("signal 11 (SIGSEGV)"))
    #expect(error.log.contains { $0.hasPrefix("listening") })
    #expect(stack.failure == error)
    await stack.stop()
    #expect(fixture.log.states(of: "one") == ["starting", "ready", "failed"])
    fixture.expectNothingLeft()
  }

  @Test("a database that dies in the middle of the run is noticed too")
  func databaseDies() async throws {
    let fixture = try StackFixture(Self.database, files: ["init.sql": Self.script])
    let stack = try await fixture.boot()
    let run = try #require(fixture.runFolders.first)
    let text = String(decoding: try Files.read("\(run)/db/data/postmaster.pid"), as: UTF8.self)
    let process = try #require(text.split(separator: "\n").first.flatMap { Int32($0) })
    #expect(kill(process, SIGKILL) == 0)
    #expect(await stack.waitForFailure()?.component?.name == "db")
    await stack.stop()
    fixture.expectNothingLeft()
  }

  @Test("stopping wakes whoever waits for a failure")
  func stopWakes() async throws {
    let fixture = try StackFixture(
      "services:\n" + StackFixture.service("one"), files: ["server.py": StackFixture.server])
    let stack = try await fixture.boot()
    async let failure = stack.waitForFailure()
    await stack.stop()
    #expect(await failure == nil)
  }

  @Test("a boot that is cancelled leaves nothing behind")
  func cancelled() async throws {
    let fixture = try StackFixture(
      Self.database + "services:\n" + StackFixture.service("slow", environment: ", LATE: \"1000\""),
      files: ["server.py": StackFixture.server, "init.sql": Self.script])
    let boot = Task { try await fixture.boot() }
    try await eventually("the service starts") { fixture.log.states(of: "slow") == ["starting"] }
    boot.cancel()
    let error = await #expect(throws: StackError.self) { try await boot.value }
    #expect(error?.code == .interrupted)
    fixture.expectNothingLeft()
  }

  @Test("an external service and an external database are used where they are, the database for reading only")
  func external() async throws {
    let inner = try StackFixture(
      Self.database + "services:\n" + StackFixture.service("one"),
      files: ["server.py": StackFixture.server, "init.sql": Self.script])
    let running = try await inner.boot()
    guard case .postgresql(let owner, _, _) = try #require(running.stores["db"]) else { return }
    var outer = try StackFixture(
      """
      stores:
        legacy: { kind: postgresql, external: { url: "${env.LEGACY_URL}" } }
      services:
        one: { external: { url: "${env.ONE_URL}" } }
      """)
    outer.environment["LEGACY_URL"] = owner.uri(revealingPassword: true)
    outer.environment["ONE_URL"] = running.baseURL(of: "one") + "/"
    let stack = try await outer.boot()
    #expect(stack.baseURL(of: "one") == running.baseURL(of: "one"))
    guard case .postgresql(let legacy, let audit, nil) = try #require(stack.stores["legacy"]) else { return }
    #expect(legacy.readOnly && audit.readOnly)
    #expect(outer.log.all.allSatisfy { $0.mode == .external && $0.address?.contains("u:p") != true })
    await stack.stop()
    #expect(try await get(running.baseURL(of: "one")) == "hello", "what is not ours goes on")
    await running.stop()
    inner.expectNothingLeft()
    outer.expectNothingLeft()
  }

  @Test("a store run by a command of the user's is probed by its protocol")
  func storeProcess() async throws {
    let fixture = try StackFixture(
      """
      stores:
        db:
          kind: postgresql
          process:
            command: [sh, -c, "sleep 600 & exec python3 -c 'print(1)' ${self.port}"]
            url: "postgresql://u:p@127.0.0.1:${self.port}/d"
      """)
    let error = await #expect(throws: StackError.self) { try await fixture.boot() }
    #expect(error?.component?.name == "db")
    #expect(error?.message.contains("exit status 0 before it was ready") == true)
    fixture.expectNothingLeft()
  }

  @Test("ports that were taken in the meantime are replaced by others")
  func portTaken() async throws {
    let fixture = try StackFixture(
      """
      services:
        unlucky:
          process:
            command:
            - sh
            - -c
            - "[ -e tried ] || { touch tried; echo 'Address already in use' >&2; exit 1; }; exec python3 server.py"
            environment: { PORT: "${self.port}" }
      """, files: ["server.py": StackFixture.server])
    let stack = try await fixture.boot()
    #expect(try await get(stack.baseURL(of: "unlucky")) == "hello")
    #expect(fixture.log.states(of: "unlucky") == ["starting", "starting", "ready"])
    await stack.stop()
    fixture.expectNothingLeft()
  }

  @Test("logs are written to files when a folder is given")
  func logFolder() async throws {
    let fixture = try StackFixture(
      "services:\n" + StackFixture.service("one"), files: ["server.py": StackFixture.server])
    let stack = try await fixture.boot(options: .init(logFolder: fixture.folder.path))
    await stack.stop()
    let text = String(decoding: try Files.read("\(fixture.folder.path)/one.log"), as: UTF8.self)
    #expect(text.contains("listening"))
  }

  @Test("a dataset is loaded, and one that is refused is reported with its line")
  func dataset() async throws {
    let fixture = try StackFixture(
      Self.database + "datasets: { good: [good, more], bad: bad, late: late }\n",
      files: [
        "init.sql": Self.script,
        "good/db.sql": "INSERT INTO things VALUES (1, 'a;b');\n\nINSERT INTO things VALUES (2, 'c');\n",
        "more/db.sql": "INSERT INTO things SELECT id + 10, name FROM things;", "more/expected.yaml": "",
        "bad/db.sql": "-- first\nINSERT INTO things VALUES (7, 'x');\n\nINSERT INTO thinks VALUES (8, 'y');\n",
        "late/db.sql":
          "INSERT INTO things VALUES (9, 'x');\n/* two\nlines */\nINSERT INTO things\n  VALUES (9, 'again');\n",
      ])
    let stack = try await fixture.boot()
    try await stack.loadDataset("good")
    let bad = await #expect(throws: StackError.self) { try await stack.loadDataset("bad") }
    #expect(bad?.location?.line == 4)
    #expect(bad?.location?.file.hasSuffix("bad/db.sql") == true)
    let late = await #expect(throws: StackError.self) { try await stack.loadDataset("late") }
    #expect(late?.location?.line == 4, "the statement that breaks the key starts here")
    let unknown = await #expect(throws: StackError.self) { try await stack.loadDataset("goad") }
    #expect(unknown?.remedy == "did you mean 'good'?")
    guard case .postgresql(let owner, _, _) = try #require(stack.stores["db"]) else { return }
    let connection = try await PostgresConnection.connect(owner)
    let result = try await connection.query("SELECT count(*)::int AS n FROM things")
    #expect(try result.rows[0]["n"].decode(Int.self) == 4, "a refused dataset leaves no rows")
    await connection.close()
    await stack.stop()
    fixture.expectNothingLeft()
  }
}
