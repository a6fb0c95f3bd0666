import RFC3339
import Synchronization
import Testing
import YAMLSource

@testable import Stack

@Suite("Parts of process supervision")
struct ProcessPartsTests {
  /// A clock that counts up by a second each time.
  private final class CountingClock: WallClock {
    private let count = Mutex<Int64>(0)
    func now() -> Timestamp {
      count.withLock { count in
        count += 1
        return Timestamp(seconds: count, nanoseconds: 0)
      }
    }
  }

  private func append(_ text: String, to log: LogStore) {
    var text = text
    text.withUTF8 { log.append(UnsafeRawBufferPointer($0)) }
  }

  @Test("a log joins pieces to lines, drops carriage returns and keeps the last line without a break")
  func lines() {
    let log = LogStore(clock: CountingClock())
    append("one\r\ntw", to: log)
    append("o\n\nthr", to: log)
    #expect(log.tail(9) == ["one", "two", ""])
    append("ee", to: log)
    log.finish()
    #expect(log.tail(2) == ["", "three"])
    #expect(
      log.lines(from: Timestamp(seconds: 2, nanoseconds: 0), to: Timestamp(seconds: 3, nanoseconds: 0)).map(\.text) == [
        "two", "",
      ])
  }

  @Test("a log forgets the oldest lines, cuts long ones and blanks secrets")
  func bounds() {
    var limits = LogStore.Limits()
    limits.lines = 100
    limits.bytes = 500
    limits.lineBytes = 20
    let log = LogStore(clock: CountingClock(), secrets: ["hunter2", ""], limits: limits)
    for number in 0..<1000 { append("line \(number)\n", to: log) }
    #expect(log.tail(2) == ["line 998", "line 999"])
    #expect(log.tail(1000).count <= 62)
    append(String(repeating: "x", count: 50) + "\nurl hunter2!\n", to: log)
    #expect(log.tail(2) == [String(repeating: "x", count: 20), "url ***!"])
  }

  @Test("a latch wakes all who wait, keeps its first value, and lets go of who is cancelled")
  func latch() async {
    let latch = Latch<Int>()
    let waiting = Task { await latch.wait() }
    let cancelled = Task { await latch.wait() }
    cancelled.cancel()
    #expect(await cancelled.value == nil)
    #expect(latch.set(1))
    #expect(!latch.set(2))
    #expect(await waiting.value == 1)
    #expect(await latch.wait() == 1)
  }

  @Test("run folders lie where TMPDIR says, else in memory when there is plenty, else in /tmp")
  func runFolders() {
    var generator = SystemRandomNumberGenerator()
    func parent(_ temporary: String?, free: UInt64) -> String {
      let environment = temporary.map { ["TMPDIR": $0] } ?? [:]
      let folder = RunFolder.propose(environment: environment, using: &generator) { $0 == "/dev/shm" ? free : 0 }
      return StackFiles.folder(of: folder.path)
    }
    #expect(parent("/var/tmp/", free: 8 << 30) == "/var/tmp")
    #expect(parent(nil, free: 8 << 30) == "/dev/shm")
    #expect(parent(nil, free: 1 << 30) == "/tmp")
    #expect(parent("relative", free: 0) == "/tmp")
    #expect(parent("/" + String(repeating: "x", count: 60), free: 0) == "/tmp")
  }

  @Test("exits are told with the name of the signal")
  func exits() {
    #expect(ProcessExit.signal(6).description == "signal 6 (SIGABRT)")
    #expect(ProcessExit.signal(62).description == "signal 62")
    #expect(ProcessExit.status(1).description == "exit status 1")
    #expect(ProcessExit.status(127).description == "exit status 127 (command not found)")
  }

  @Test("ports are below those of outgoing connections, free, and never given twice")
  func ports() throws {
    let ports = PortAllocator()
    var seen: Set<Int> = []
    for _ in 0..<200 {
      let port = try ports.next()
      #expect((12_000..<32_000).contains(port))
      #expect(seen.insert(port).inserted)
    }
    let preferred = try #require(seen.first)
    #expect(try ports.next(preferred: preferred) != preferred)
    #expect(PortAllocator.reportsTakenPort("bind(): Address already in use (errno: 98)"))
    #expect(PortAllocator.reportsTakenPort("Error: listen EADDRINUSE: 127.0.0.1:3000"))
    #expect(!PortAllocator.reportsTakenPort("address in use by nobody"))
  }

  @Test("the newest PostgreSQL comes first, one that is chosen comes alone")
  func installations() {
    let list: (String) -> [String] = { folder in
      switch folder {
      case "/usr/lib/postgresql": ["13", "15", "9.6", "16", "old"]
      case "/usr": ["bin", "pgsql-17"]
      default: []
      }
    }
    #expect(
      PostgresInstallation.candidates(environment: ["PATH": "/a:/b"], list: list)
        == ["/usr/pgsql-17/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/15/bin", "/a", "/b"])
    #expect(PostgresInstallation.candidates(environment: ["CONCORD_PG_BIN": "/x", "PATH": "/a"], list: list) == ["/x"])
    #expect(PostgresInstallation.version(in: "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)") == "15.18")
    #expect(PostgresInstallation.version(in: "postgres: not found") == nil)
  }

  @Test("what psql says about a failing script becomes an error at a line")
  func psql() {
    let error = InitScriptFailure.error(
      from: [
        "hello", "psql:/a b/init.sql:7: NOTICE:  fine", "psql:/a b/init.sql:12: ERROR:  relation \"x\" does not exist",
        "LINE 3: FROM x", "             ^",
      ], exit: .status(3), script: "/a b/init.sql")
    #expect(error.location == SourceLocation(file: "/a b/init.sql", line: 12, column: 1))
    #expect(error.message == "the init script failed: relation \"x\" does not exist")
    #expect(error.log == ["LINE 3: FROM x", "             ^"])
    let unclear = InitScriptFailure.error(from: ["psql: error: x"], exit: .signal(9), script: "i.sql")
    #expect(unclear.message.contains("signal 9"))
    #expect(unclear.log == ["psql: error: x"])
  }

  @Test("the name of a template changes with everything that it is made of")
  func templateNames() {
    func key(_ database: String, _ user: String, _ script: String, version: String = "15.1", userID: UInt32 = 1)
      -> String
    {
      let account = ServerAccount(name: "x", userID: userID, groupID: 1, isForeign: false, prefix: [])
      let scratch = ScratchDatabase(database: database, user: user, password: "p")
      return ClusterCache.key(scratch, script: Array(script.utf8), version: version, account: account)
    }
    let keys = [
      key("d", "u", "s"), key("du", "", "s"), key("d", "u", "s2"), key("d", "u", "s", version: "15.2"),
      key("d", "u", "s", userID: 2),
    ]
    #expect(Set(keys).count == keys.count)
    #expect(key("d", "u", "s") == keys[0])
    #expect(keys[0].hasPrefix("postgresql-15-"))
    #expect(!keys[0].contains("."))
    var hash = FNV1a()
    hash.add(Array("foobar".utf8))
    #expect(hash.text == "343e1662793c64bf6f0d3597ba446f18", "test vector of RFC 9923")
    #expect(ScratchDatabase.readsOtherFiles(Array("SELECT 1;\n  \\ir other.sql\n".utf8)))
    #expect(!ScratchDatabase.readsOtherFiles(Array("\\echo hello\nSELECT '\\i';\n".utf8)))
  }

  @Test(
    "addresses of services and emulators",
    arguments: [
      ("http://h", "h", 80, "http://h"), ("https://h/base/", "h", 443, "https://h/base"),
      ("http://h:8080/", "h", 8080, "http://h:8080"),
      ("http://[::1]:9", "::1", 9, "http://[::1]:9"),
    ])
  func urls(text: String, host: String, port: Int, url: String) {
    let address = HTTPAddress(url: text)
    #expect(address?.host == host)
    #expect(address?.port == port)
    #expect(address?.url == url)
  }

  @Test(
    "what is no address is refused",
    arguments: ["h", "ftp://h", "http://", "http://u:p@h", "http://h:0", "http://h:99999", "http://h x"])
  func noURLs(text: String) { #expect(HTTPAddress(url: text) == nil) }

  @Test("emulators print their address with or without a scheme")
  func emulators() {
    #expect(HTTPAddress(address: "127.0.0.1:81")?.url == "http://127.0.0.1:81")
    #expect(HTTPAddress(address: "http://127.0.0.1:81")?.address == "127.0.0.1:81")
    #expect(HTTPAddress(address: "[::1]:81")?.address == "[::1]:81")
    #expect(HTTPAddress(address: "127.0.0.1") == nil)
  }
}
