// Tests of repositories need a real PostgreSQL, and must leave nothing behind whatever ends them. So a shell owns the
// server, and the test process holds the other end of the shell's standard input: when this process ends, crash and
// kill included, the shell reads end of file, stops the server and removes its folder.

internal import Glibc
package import Postgres

/// One throwaway PostgreSQL server per test process, and a fresh database per test.
package actor ScratchServer {
  /// What keeps the server from being used.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  private static let shared = ScratchServer()

  private var boot: Task<(folder: String, administrator: PostgresConnection), any Error>?
  private var templates: [String: Task<String, any Error>] = [:]
  private var lastCopy: Task<Void, any Error>?
  private var count = 0

  /// Makes a database from an init script under `fixtures/database`, for one test alone.
  package static func database(from script: String) async throws -> PostgresConfiguration {
    try await shared.makeDatabase(from: script)
  }

  private func makeDatabase(from script: String) async throws -> PostgresConfiguration {
    let server = try await started()
    let template = try await template(from: script, on: server)
    count += 1
    let name = "test_\(count)"
    try await createDatabase(name, from: template, on: server.administrator)
    return try Self.configuration(server.folder, name)
  }

  private func started() async throws -> (folder: String, administrator: PostgresConnection) {
    if boot == nil { boot = Task { try await Self.start() } }
    guard let boot else { throw Failure(description: "the server was not started") }
    return try await boot.value
  }

  private func template(
    from script: String, on server: (folder: String, administrator: PostgresConnection)
  ) async throws -> String {
    let making =
      templates[script]
      ?? Task {
        let name = "template_\(script.prefix { $0 != "." && $0 != "-" })"
        try await createDatabase(name, from: "template0", on: server.administrator)
        let connection = try await PostgresConnection.connect(Self.configuration(server.folder, name))
        try await connection.execute(script: Self.text(ofFixture: script))
        await connection.close()
        return name
      }
    templates[script] = making
    return try await making.value
  }

  // One at a time: of two copies at once PostgreSQL may refuse one, because the template is in use.
  private func createDatabase(_ name: String, from template: String, on server: PostgresConnection) async throws {
    let previous = lastCopy
    let copy = Task {
      _ = try? await previous?.value
      _ = try await server.query("CREATE DATABASE \(identifier: name) TEMPLATE \(identifier: template)")
    }
    lastCopy = copy
    try await copy.value
  }

  private static func configuration(_ folder: String, _ database: String) throws -> PostgresConfiguration {
    try PostgresConfiguration(connectionString: "host=\(folder) user=postgres dbname=\(database)")
  }

  private static func start() async throws -> (folder: String, administrator: PostgresConnection) {
    var template = Array("/tmp/concord-scratch-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure(description: "no temporary folder: errno \(errno)") }
    let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    try spawn(["/bin/sh", "-c", script, "scratch-postgres", folder])
    let configuration = try configuration(folder, "postgres")
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(60)
    while clock.now < deadline {
      if let administrator = try? await PostgresConnection.connect(configuration) { return (folder, administrator) }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw Failure(description: "PostgreSQL did not start within a minute; see \(folder)")
  }

  /// What the shell does: runs the server in the folder `$1` until standard input ends.
  private static let script = """
    dir=$1
    bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    as=
    if [ "$(id -u)" = 0 ]; then
      chown postgres "$dir"
      as="setpriv --reuid=postgres --regid=postgres --clear-groups"
    fi
    cd "$dir"
    $as "$bin/initdb" -D "$dir/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1
    $as "$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c max_connections=300 \
      >"$dir/log" 2>&1 &
    server=$!
    cat >/dev/null
    kill -QUIT $server
    wait $server
    cd /
    rm -rf "$dir"
    """

  private static func spawn(_ arguments: [String]) throws {
    var ends: [CInt] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure(description: "no pipe: errno \(errno)") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    // Not our standard output: whoever reads it would wait for the shell, which outlives us by a moment.
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own: Ctrl-C ends the tests, and the tests' end ends the server in order.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var pointers = arguments.map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    pointers.append(nil)
    var child = pid_t()
    let code = posix_spawn(&child, arguments[0], &actions, &attributes, pointers, environ)
    guard code == 0 else { throw Failure(description: "no shell: error \(code)") }
    // The write end, ends[1], stays open until this process ends: that is the whole point.
    close(ends[0])
  }

  private static func text(ofFixture name: String) throws -> String {
    // …/Tests/Marketplace/ScratchPostgres/ScratchServer.swift: the repository is four levels up.
    let parts = #filePath.split(separator: "/").dropLast(4)
    let path = "/" + parts.joined(separator: "/") + "/fixtures/database/\(name)"
    guard let file = fopen(path, "r") else { throw Failure(description: "cannot read \(path)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
