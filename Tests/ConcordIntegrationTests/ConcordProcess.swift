// The command is tested from outside, as a user meets it: the built program, real arguments, real signals, what it
// prints and how it exits, and what is left on the machine afterwards.

import FoundationEssentials
import Glibc
import Synchronization
import Testing

/// A running `concord`.
final class ConcordProcess: Sendable {
  /// How a process ended and what it printed.
  struct Result: Sendable {
    /// Exit status, or 128 plus the signal that ended it.
    let status: Int32
    let output: String
    let errors: String
  }

  let processID: pid_t
  private let output: Collector
  private let errors: Collector

  /// Root of the package, where the README's commands are typed.
  static let root = URL(filePath: #filePath).appending(path: "../../..").standardized.path

  /// The built program, beside the test bundle.
  static let program: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return URL(filePath: path).deletingLastPathComponent().appending(path: "concord").path
  }()

  /// Starts the program in a folder, the package's root if none is named; another program if one is.
  init(
    _ arguments: [String], environment: [String: String] = [:], folder: String = root, program: String = program
  ) throws {
    output = try Collector()
    errors = try Collector()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, output.writeEnd, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors.writeEnd, STDERR_FILENO)
    // A mask of blocked signals is not passed on.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // A shell changes the folder and becomes the program: posix_spawn cannot in a portable way.
    let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder, program] + arguments
    var words = shell.map { strdup($0) } + [nil]
    var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + settings { free(text) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, shell[0], &actions, &attributes, &words, &settings)
    try #require(code == 0, "\(program) must be built")
    processID = child
    output.collect()
    errors.collect()
  }

  /// What was printed so far.
  var outputSoFar: String { output.text }

  /// What was printed to standard error so far.
  var errorsSoFar: String { errors.text }

  /// Sends a signal to the process alone.
  func send(_ signal: Int32) { kill(processID, signal) }

  /// Waits for the end.
  func wait() async -> Result {
    let child = processID
    let status = await withCheckedContinuation { continuation in
      // A thread of its own: waiting must not take one of the few that run the tests.
      let thread = Thread {
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1, errno == EINTR {}
        continuation.resume(returning: status)
      }
      thread.start()
    }
    let signal = status & 0x7F
    return Result(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: output.finish(), errors: errors.finish())
  }

  /// Runs the program to its end.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], folder: String = root, program: String = program
  ) async throws -> Result {
    try await ConcordProcess(arguments, environment: environment, folder: folder, program: program).wait()
  }
}

/// Reads one end of a pipe to its end on a thread of its own.
private final class Collector: Sendable {
  let writeEnd: Int32
  private let readEnd: Int32
  private let bytes = Mutex<[UInt8]>([])
  private let done = Mutex<Thread?>(nil)

  init() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    (readEnd, writeEnd) = (ends[0], ends[1])
    // A child of another test must not hold the pipe open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  /// Starts reading; the child holds the write end from now on.
  func collect() {
    close(writeEnd)
    let thread = Thread { [self] in
      var buffer = [UInt8](repeating: 0, count: 16_384)
      while true {
        let count = read(readEnd, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        bytes.withLock { $0 += buffer.prefix(count) }
      }
      close(readEnd)
    }
    done.withLock { $0 = thread }
    thread.start()
  }

  var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

  /// Everything that was written, once the last writer is gone.
  func finish() -> String {
    done.withLock { $0 }?.join()
    return text
  }
}

/// A thread that can be waited for.
private final class Thread: Sendable {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private let body: Body
  private let handle = Mutex<pthread_t?>(nil)

  init(_ run: @escaping @Sendable () -> Void) { body = Body(run) }

  func start() {
    handle.withLock { handle in
      var thread = pthread_t()
      let context = Unmanaged.passRetained(body).toOpaque()
      pthread_create(
        &thread, nil,
        { context in
          context.map { Unmanaged<Body>.fromOpaque($0).takeRetainedValue().run() }
          return nil
        }, context)
      handle = thread
    }
  }

  func join() {
    if let thread = handle.withLock({ $0 }) { pthread_join(thread, nil) }
  }
}
