import FoundationEssentials
import Glibc
import Postgres
import Synchronization
import Testing

// Each server belongs to a small shell that started it and that waits for the end of its standard input. The other end
// of that pipe is open in the test process only, so however the tests end, the shell stops its server and removes its
// folder. The cluster is made once per test process; a server starts on a copy.

/// A PostgreSQL server for tests, reachable by a Unix socket and by TCP.
final class ScratchServer: Sendable {
  /// The name of the superuser.
  static let owner = "concord_owner"

  /// The role that must give a password over TCP, and the password.
  static let locked = (user: "locked", password: "correct horse")

  /// Why no server can be started here, nil when one can.
  static let obstacle: Comment? = {
    if programs == nil { return "PostgreSQL is not installed: apt install postgresql" }
    if geteuid() == 0, getpwnam("postgres") == nil { return "there is no user postgres to run the server as" }
    return nil
  }()

  /// The server that most tests share; whoever disturbs a server starts one of their own.
  static func shared() async throws -> ScratchServer { try await sharedTask.value }

  private static let sharedTask = Task { try await ScratchServer.start() }
  private static let template = Task { try await makeTemplate() }

  let folder: String
  let port: Int

  private init(folder: String, port: Int) {
    self.folder = folder
    self.port = port
  }

  /// How to connect as the owner, by the socket.
  func configuration() -> PostgresConfiguration {
    PostgresConfiguration(host: folder, port: port, database: "postgres", user: Self.owner, applicationName: "tests")
  }

  /// Starts a server on a copy of the template.
  static func start() async throws -> ScratchServer {
    let template = try await template.value
    let programs = try #require(programs)
    let folder = try makeFolder()
    let server = ScratchServer(folder: folder, port: try freePort())
    try spawn(
      """
      cp -a "$1/data" "$2/data"
      $4 "$3/postgres" -D "$2/data" -k "$2" -h 127.0.0.1 -p "$5" -F -c max_connections=300 \
        -c shared_buffers=16MB -c max_prepared_transactions=0 -c log_min_messages=fatal &
      server=$!
      cat >&2
      kill -QUIT $server
      wait $server
      rm -rf "$2"
      """,
      [template, folder, programs, demotion, String(server.port)],
      log: folder + "/log"
    )
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
      do {
        let connection = try await PostgresConnection.connect(server.configuration())
        await connection.close()
        return server
      } catch {
        guard ContinuousClock.now < deadline else { throw Failure("no server after 60 s: \(error)", log: folder) }
        try await Task.sleep(for: .milliseconds(20))
      }
    }
  }

  /// The process that all others of the server come from.
  func postmaster() throws -> pid_t {
    let text = try String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8)
    return pid_t(try #require(text.split(separator: "\n").first.flatMap { Int32($0) }))
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ text: String, log folder: String) {
      let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
      description = "\(text)\n\(log)"
    }
  }

  /// The folder of initdb and postgres.
  private static let programs: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    let packaged = versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "/usr/lib/postgresql/\($0)/bin" }
    return (path.split(separator: ":").map(String.init) + packaged).first { folder in
      ["initdb", "postgres"].allSatisfy { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
    }
  }()

  /// The words before a command that must not run as root.
  private static var demotion: String {
    geteuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --clear-groups" : ""
  }

  private static func makeTemplate() async throws -> String {
    let programs = try #require(programs)
    let folder = try makeFolder()
    try spawn(
      """
      if $3 "$2/initdb" -D "$1/data" -U "$4" --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync &&
        { echo "host all $5 127.0.0.1/32 scram-sha-256"; cat "$1/data/pg_hba.conf"; } > "$1/hba" &&
        cat "$1/hba" > "$1/data/pg_hba.conf"
      then : > "$1/ready"; else : > "$1/failed"; fi
      cat >&2
      rm -rf "$1"
      """,
      [folder, programs, demotion, owner, locked.user],
      log: folder + "/log"
    )
    let deadline = ContinuousClock.now + .seconds(120)
    while !FileManager.default.fileExists(atPath: folder + "/ready") {
      guard !FileManager.default.fileExists(atPath: folder + "/failed"), ContinuousClock.now < deadline else {
        throw Failure("initdb failed", log: folder)
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    return folder
  }

  /// A short path, because the address of a Unix socket has 107 bytes at most.
  private static func makeFolder() throws -> String {
    var pattern = Array("/tmp/cpgXXXXXX".utf8CString)
    guard mkdtemp(&pattern) != nil else { throw Failure("no temporary folder (errno \(errno))", log: "") }
    let folder = String(decoding: pattern.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    if geteuid() == 0, let user = getpwnam("postgres") {
      chown(folder, user.pointee.pw_uid, user.pointee.pw_gid)
    }
    return folder
  }

  private static func freePort() throws -> Int {
    let listener = try SilentListener()
    return listener.port
  }

  /// Starts a shell in a session of its own whose standard input ends with this process.
  private static func spawn(_ script: String, _ arguments: [String], log: String) throws {
    // One at a time, so that no other child inherits the pipe before it is marked close-on-exec.
    try spawning.withLock { _ in try spawnAlone(script, arguments, log: log) }
  }

  private static let spawning = Mutex<Void>(())

  private static func spawnAlone(_ script: String, _ arguments: [String], log: String) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure("no pipe (errno \(errno))", log: "") }
    defer { close(ends[0]) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of Swift block signals, and a child would inherit that.
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | 0x80 /* POSIX_SPAWN_SETSID */)

    let words = ["sh", "-c", script, "sh"] + arguments
    let settings = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"]
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] = settings.map { strdup($0) } + [nil]
    defer { (argv + environment).forEach { free($0) } }
    var child = pid_t()
    let result = posix_spawn(&child, "/bin/sh", &actions, &attributes, &argv, &environment)
    guard result == 0 else {
      close(ends[1])
      throw Failure("cannot start a shell (error \(result))", log: "")
    }
  }
}

/// A TCP port that accepts connections and never says a word, as a hung server does.
final class SilentListener: Sendable {
  let port: Int
  private let descriptor: Int32

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (descriptor, size) = (descriptor, length)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(descriptor, generic, size) == 0 && listen(descriptor, 8) == 0
          && getsockname(descriptor, generic, &length) == 0
      }
    }
    try #require(isBound)
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit {
    close(descriptor)
  }
}
