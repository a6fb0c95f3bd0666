internal import ChildProcesses
internal import FoundationEssentials
internal import Glibc
internal import Postgres

extension ScratchServer {
  /// Kills every process of the server at once, as a machine that loses power would; what was committed is on disk.
  ///
  /// The server is started without fsync, which is only about the machine: what a process wrote outlives it.
  package func crash() throws {
    let postmaster = try postmaster()
    // Stopped first, so that it starts no other process meanwhile.
    kill(postmaster, SIGSTOP)
    let children = Self.children(of: postmaster)
    for process in children + [postmaster] { kill(process, SIGKILL) }
  }

  /// Starts the server again after a crash, and waits until it has recovered.
  package func restart() async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    // A server does not start while a process of the one before holds its shared memory.
    while Self.processes(in: "\(folder)/data").contains(where: { kill($0, 0) == 0 }) {
      guard ContinuousClock.now < deadline else { throw Failure("the crashed server does not end") }
      try await Task.sleep(for: .milliseconds(5))
    }
    shell.send("start")
    try await awaitConnections()
  }

  /// Ends the server for good and removes its folder; call at most once.
  package func stop() async throws {
    try await shell.end()
  }

  /// Makes a database from an init script under `fixtures/database`.
  package func makeDatabase(_ name: String, from script: String) async throws {
    let administrator = try await PostgresConnection.connect(configuration())
    _ = try await administrator.query("CREATE DATABASE \(identifier: name)")
    await administrator.close()
    let connection = try await PostgresConnection.connect(configuration(database: name))
    try await connection.execute(script: ScratchDatabases.text(ofFixture: script))
    await connection.close()
  }

  private static func children(of process: pid_t) -> [pid_t] {
    let text = try? String(contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)
    return text?.split(separator: " ").compactMap { pid_t($0) } ?? []
  }

  /// The processes that work in a folder; a zombie works nowhere any more.
  private static func processes(in folder: String) -> [pid_t] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.compactMap { pid_t($0) }.filter { id in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/cwd")) == folder
    }
  }
}
