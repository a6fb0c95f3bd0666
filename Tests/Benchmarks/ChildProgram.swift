import FoundationEssentials
import Glibc

/// A program that was started and has to be waited for.
struct ChildProgram {
  let processID: pid_t

  /// Starts a program; what it prints goes to a file, if one is named, else to where ours goes.
  init(_ path: String, _ arguments: [String], environment extra: [String: String] = [:], output: String? = nil) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let output {
      posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    }
    let variables = ProcessInfo.processInfo.environment.merging(extra) { $1 }
    var words = ([path] + arguments).map { strdup($0) } + [nil]
    var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + settings { free(text) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, path, &actions, nil, &words, &settings)
    guard code == 0 else { throw BenchmarkFailure(message: "\(path) cannot be started: error \(code)") }
    processID = child
  }

  /// Waits for the end; answers the exit status, 128 plus the signal that ended it, and the peak resident KiB.
  func wait() -> (status: Int32, peak: Int) {
    var status: Int32 = 0
    var usage = rusage()
    while wait4(processID, &status, 0, &usage) == -1, errno == EINTR {}
    let signal = status & 0x7F
    return (signal == 0 ? (status >> 8) & 0xFF : 128 + signal, usage.ru_maxrss)
  }
}

/// A folder of its own, removed at the end.
func withScratchFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "concord-bench-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  // The scratch servers run as an unprivileged user, who must be able to reach what is in it.
  chmod(folder, 0o755)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await body(folder)
}
