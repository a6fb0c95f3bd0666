import Dispatch
import Glibc
import Synchronization

/// A program started by a test: ended, and its standard input closed, when the test lets go of it.
final class ChildProcess: Sendable {
  struct Failure: Error {
    let what: String
  }

  let id: pid_t
  private let input: Int32
  private let output: Int32

  /// Starts a program with pipes at its standard input and output.
  init(_ path: String, _ arguments: [String]) throws {
    (id, input, output) = try Self.starting.withLock { _ in try Self.start(path, arguments) }
  }

  /// Held while a child is made: another made at the same time would inherit pipes that are not yet closed on exec, and
  /// keep them open.
  private static let starting = Mutex(())

  private static func start(_ path: String, _ arguments: [String]) throws -> (pid_t, Int32, Int32) {
    var inputs: [Int32] = [0, 0]
    var outputs: [Int32] = [0, 0]
    guard pipe(&inputs) == 0, pipe(&outputs) == 0 else { throw Failure(what: "no pipe") }
    for end in inputs + outputs { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, inputs[0], 0)
    posix_spawn_file_actions_adddup2(&actions, outputs[1], 1)
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child = pid_t()
    let code = posix_spawn(&child, path, &actions, nil, &words, environ)
    close(inputs[0])
    close(outputs[1])
    guard code == 0 else {
      close(inputs[1])
      close(outputs[0])
      throw Failure(what: "\(path) cannot be started: error \(code)")
    }
    return (child, inputs[1], outputs[0])
  }

  deinit {
    kill(id, SIGKILL)
    close(output)
  }

  func signal(_ number: Int32) { kill(id, number) }

  /// Call at most once.
  func closeInput() { close(input) }

  /// The next line of the program's output; nil when it ends before.
  func line() async -> String? {
    let output = output
    return await withCheckedContinuation { continuation in
      DispatchQueue(label: "child-output").async {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(output, &byte, 1) == 1 {
          guard byte != UInt8(ascii: "\n") else {
            return continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
          }
          bytes.append(byte)
        }
        continuation.resume(returning: nil)
      }
    }
  }

  /// The exit code once the program has ended: 128 and more for signals, nil when it is still there at the deadline.
  func exitCode(within limit: Duration = .seconds(20)) async throws -> Int32? {
    let deadline = ContinuousClock.now.advanced(by: limit)
    while ContinuousClock.now < deadline {
      var status: Int32 = 0
      if waitpid(id, &status, WNOHANG) == id {
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
      }
      try await Task.sleep(for: .milliseconds(5))
    }
    return nil
  }

  /// The folder of the running test program, where the package's executables are built too.
  static func productsFolder() throws -> String {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else { throw Failure(what: "the test program's own path is unknown") }
    let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
  }
}
