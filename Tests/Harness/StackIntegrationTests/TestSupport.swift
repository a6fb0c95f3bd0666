import Glibc
import RFC3339
import Stack
import Testing

/// A folder that is removed with its last reference.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/concord-test-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(path, 0o755)
  }

  deinit { remove(path) }

  func write(_ text: String, to name: String) throws -> String {
    let file = "\(path)/\(name)"
    let folder = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
    if !exists(folder) { try #require(mkdir(folder, 0o755) == 0) }
    let stream = try #require(fopen(file, "w"))
    defer { fclose(stream) }
    fputs(text, stream)
    return file
  }

  private func remove(_ path: String) {
    for name in (try? Files.list(path)) ?? [] {
      let child = "\(path)/\(name)"
      if unlink(child) != 0 { remove(child) }
    }
    rmdir(path)
  }
}

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Environment of the test process, with a cache of its own unless the suite shares one.
func testEnvironment(cache: String? = nil) -> [String: String] {
  var environment: [String: String] = [:]
  for name in ["PATH", "HOME", "CONCORD_PG_BIN", "TMPDIR"] {
    if let value = getenv(name) { environment[name] = String(cString: value) }
  }
  environment["CONCORD_CACHE"] = cache ?? "/tmp/concord-test-cache-\(geteuid())"
  return environment
}

/// Processes of a run that are still there, by the mark that each of them inherits.
func processes(of runFolder: String) -> [String] {
  let entry = Array("CONCORD_RUN=\(runFolder)".utf8)
  return ((try? Files.list("/proc")) ?? []).filter { name in
    guard Int(name) != nil, let environment = try? Files.read("/proc/\(name)/environ") else { return false }
    return environment.split(separator: 0).contains { $0.elementsEqual(entry) }
  }
}

/// Waits until a condition holds, for at most two minutes.
func eventually(_ what: Comment, _ condition: () async throws -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(120)
  while ContinuousClock.now < deadline {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("never happened: \(what)")
}

/// Runs a body with a supervisor that is finished afterwards, whatever happens.
func withSupervisor(
  environment: [String: String] = testEnvironment(), _ body: (Supervisor) async throws -> Void
) async throws {
  let supervisor = try await Supervisor.start(clock: SystemWallClock(), environment: environment)
  do {
    try await body(supervisor)
  } catch {
    await supervisor.finish()
    throw error
  }
  await supervisor.finish()
  #expect(!exists(supervisor.folder.path), "the run folder is gone")
  #expect(processes(of: supervisor.folder.path).isEmpty, "no process of the run is left")
}

extension Supervisor {
  /// Starts a shell script as a process of the run.
  func shell(_ script: String, grace: Duration = .seconds(5)) async throws -> ChildProcess {
    var command = ChildProcess.Command(["sh", "-c", script], environment: environment)
    command.grace = grace
    return try await launch(command, log: LogStore(clock: clock))
  }
}

/// Path of a program that was built beside the tests; nil when it was not built.
func builtProgram(_ name: String) -> String? {
  var buffer = [CChar](repeating: 0, count: 4096)
  let count = readlink("/proc/self/exe", &buffer, buffer.count)
  let runner = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  // The runner is the test bundle itself, or a helper that got the bundle as an argument.
  for path in [runner] + CommandLine.arguments {
    var folder = path
    while let slash = folder.lastIndex(of: "/") {
      folder = String(folder[..<slash])
      if exists("\(folder)/\(name)") { return "\(folder)/\(name)" }
    }
  }
  return nil
}
