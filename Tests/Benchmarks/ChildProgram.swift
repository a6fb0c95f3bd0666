import Dispatch
import FoundationEssentials
import Glibc
import Synchronization

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
  ///
  /// What the system reports of an ended child is no less than what its parent had when it started it, so the mark is
  /// read while the child runs; a few milliseconds before its end may escape.
  func wait() -> (status: Int32, peak: Int) {
    let watch = MemoryWatch(processID)
    var status: Int32 = 0
    while waitpid(processID, &status, 0) == -1, errno == EINTR {}
    let signal = status & 0x7F
    return (signal == 0 ? (status >> 8) & 0xFF : 128 + signal, watch.stop())
  }
}

/// Reads the high-water mark of a process's memory, over and over on a thread of its own.
private final class MemoryWatch: Sendable {
  private let peak = Atomic(0)
  private let isOver = Atomic(false)
  private let hasStopped = DispatchSemaphore(value: 0)

  init(_ processID: pid_t) {
    DispatchQueue.global().async { [self] in
      while !isOver.load(ordering: .relaxed) {
        let text = (try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        if let mark = line?.split(separator: " ").dropLast().last?.split(separator: "\t").last.flatMap({ Int($0) }) {
          peak.store(mark, ordering: .relaxed)
        }
        usleep(3000)
      }
      hasStopped.signal()
    }
  }

  /// Ends the watch; answers the mark in KiB.
  func stop() -> Int {
    isOver.store(true, ordering: .relaxed)
    hasStopped.wait()
    return peak.load(ordering: .relaxed)
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
