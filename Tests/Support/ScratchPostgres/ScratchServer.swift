// A cluster is made once per test process, which takes a second or two; each server starts on a copy of it. Servers are
// owned by a shell that ends them and removes their folders when this process ends, whatever ends it.

internal import ChildProcesses
internal import FoundationEssentials
package import Glibc
package import Postgres

/// A throwaway PostgreSQL server on a Unix socket, and on TCP where a test wants that.
package final class ScratchServer: Sendable {
  /// How clients reach a server.
  package enum Listening: Sendable {
    /// By a Unix socket in the server's folder.
    case socket
    /// By a Unix socket, and by a free port of 127.0.0.1.
    case socketAndTCP
  }

  /// What keeps a server from being used, with the end of its log.
  package struct Failure: Error, CustomStringConvertible {
    /// What is wrong.
    package let description: String

    init(_ text: String, log folder: String? = nil) {
      let log = folder.flatMap { try? String(contentsOfFile: "\($0)/log", encoding: .utf8) } ?? ""
      description = log.isEmpty ? text : "\(text)\n\(log)"
    }
  }

  /// The name of the superuser.
  package static let owner = "postgres"

  /// The role that must give a password over TCP, and the password.
  package static let locked = (user: "locked", password: "correct horse")

  /// Why no server can be started here, nil when one can.
  package static let obstacle: String? = {
    if programs == nil { return "PostgreSQL is not installed: apt install postgresql" }
    if geteuid() == 0, getpwnam("postgres") == nil { return "there is no user postgres to run the server as" }
    return nil
  }()

  /// Where its socket is: the host that clients name.
  package let folder: String

  /// The port of its socket, and of TCP where it listens there.
  package let port: Int

  /// The shell that owns the server; every line starts it again once it has ended.
  let shell: TetheredShell

  private init(folder: String, port: Int, shell: TetheredShell) {
    self.folder = folder
    self.port = port
    self.shell = shell
  }

  /// Makes a database from an init script under `fixtures/database`, for one test alone.
  package static func database(from script: String) async throws -> PostgresConfiguration {
    try await ScratchDatabases.shared.make(from: script)
  }

  /// How to connect as the owner, by the socket.
  package func configuration(database: String = "postgres") -> PostgresConfiguration {
    PostgresConfiguration(host: folder, port: port, database: database, user: Self.owner, applicationName: "tests")
  }

  /// Starts a server of the caller's own; it ends with this process.
  ///
  /// Settings such as `shared_buffers=1GB` come after those of tests; none has a blank in it.
  package static func start(listening: Listening = .socket, settings: [String] = []) async throws -> ScratchServer {
    try await start(
      listening: listening, settings: settings, from: "cp -a \"$1/data\" \"$2/data\"", try await template.value)
  }

  /// Starts a replica of a server, which replays commits so many milliseconds after they were made.
  package static func start(
    replicaOf primary: ScratchServer, delay milliseconds: Int, settings: [String] = []
  ) async throws -> ScratchServer {
    try await start(
      listening: .socket, settings: ["recovery_min_apply_delay=\(milliseconds)ms"] + settings,
      from: "$4 \"$3/pg_basebackup\" -h \"$1\" -p \(primary.port) -U \(owner) -D \"$2/data\" -R -X stream -c fast",
      primary.folder)
  }

  private static func start(
    listening: Listening, settings: [String], from copy: String, _ origin: String
  ) async throws -> ScratchServer {
    let programs = try programFolder()
    let folder = try makeFolder()
    let port = listening == .socket ? 5432 : try freePort()
    let shell = try run(
      """
      start() {
        $4 "$3/postgres" -D "$2/data" -k "$2" -c "listen_addresses=$5" -p "$6" -F -c max_connections=300 \
          -c shared_buffers=16MB -c max_prepared_transactions=0 -c log_min_messages=fatal $7 &
        server=$!
      }
      \(copy)
      start "$@"
      while read -r command; do
        wait $server
        start "$@"
      done
      kill -QUIT $server
      wait $server
      rm -rf "$2"
      """,
      [
        origin, folder, programs, demotion, listening == .socket ? "" : "127.0.0.1", String(port),
        settings.map { "-c \($0)" }.joined(separator: " "),
      ],
      in: folder)
    let server = ScratchServer(folder: folder, port: port, shell: shell)
    try await server.awaitConnections()
    return server
  }

  /// Waits until the server accepts connections.
  func awaitConnections() async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
      do {
        let connection = try await PostgresConnection.connect(configuration())
        await connection.close()
        return
      } catch {
        guard ContinuousClock.now < deadline else { throw Failure("no server after 60 s: \(error)", log: folder) }
        try await Task.sleep(for: .milliseconds(20))
      }
    }
  }

  /// The process that all others of the server come from.
  package func postmaster() throws -> pid_t {
    let text = try String(contentsOfFile: "\(folder)/data/postmaster.pid", encoding: .utf8)
    guard let id = text.split(separator: "\n").first.flatMap({ Int32($0) }) else {
      throw Failure("no process id in \(folder)/data/postmaster.pid")
    }
    return id
  }

  private static let template = Task { try await makeTemplate() }

  private static func makeTemplate() async throws -> String {
    let programs = try programFolder()
    let folder = try makeFolder()
    try run(
      """
      if $3 "$2/initdb" -D "$1/data" -U "$4" --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync &&
        { echo "host all $5 127.0.0.1/32 scram-sha-256"; cat "$1/data/pg_hba.conf"; } > "$1/hba" &&
        cat "$1/hba" > "$1/data/pg_hba.conf"
      then : > "$1/ready"; else : > "$1/failed"; fi
      cat >&2
      rm -rf "$1"
      """,
      [folder, programs, demotion, owner, locked.user],
      in: folder)
    let deadline = ContinuousClock.now + .seconds(120)
    while !FileManager.default.fileExists(atPath: "\(folder)/ready") {
      guard !FileManager.default.fileExists(atPath: "\(folder)/failed"), ContinuousClock.now < deadline else {
        throw Failure("initdb failed", log: folder)
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    return folder
  }

  /// Runs a script that must not depend on who runs the tests and where.
  @discardableResult
  private static func run(_ script: String, _ arguments: [String], in folder: String) throws -> TetheredShell {
    try TetheredShell(
      "cd /\n" + script, arguments, log: "\(folder)/log",
      environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"])
  }

  /// The folder of initdb, postgres and pg_basebackup.
  private static let programs: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    let packaged = versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "/usr/lib/postgresql/\($0)/bin" }
    let needed = ["initdb", "postgres", "pg_basebackup"]
    return (path.split(separator: ":").map(String.init) + packaged).first { folder in
      needed.allSatisfy { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
    }
  }()

  private static func programFolder() throws -> String {
    guard let programs else { throw Failure(obstacle ?? "PostgreSQL is not installed") }
    return programs
  }

  /// The words before a command that must not run as root.
  private static var demotion: String {
    geteuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --clear-groups" : ""
  }

  /// A short path, because the address of a Unix socket has 107 bytes at most.
  private static func makeFolder() throws -> String {
    var pattern = Array("/tmp/cpgXXXXXX".utf8CString)
    guard mkdtemp(&pattern) != nil else { throw Failure("no temporary folder (errno \(errno))") }
    let folder = String(decoding: pattern.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    if geteuid() == 0, let user = getpwnam("postgres") {
      chown(folder, user.pointee.pw_uid, user.pointee.pw_gid)
    }
    return folder
  }
}
