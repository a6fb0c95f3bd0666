internal import Dispatch
internal import Glibc
internal import Synchronization

/// A program started by a test: killed, and its standard input closed, when the test lets go of it.
package final class ChildProcess: Sendable {
  private let id: pid_t
  private let input: Int32
  private let output: Int32?
  private let state = Mutex((isInputOpen: true, isReaped: false))

  /// Starts a program with a pipe at its standard input.
  ///
  /// Without a log its output is a pipe too and its errors are this process's; with one, both are appended to it.
  package init(
    _ path: String, _ arguments: [String], environment: [String: String]? = nil, log: String? = nil
  ) throws {
    let inputs = try makePipe()
    defer { close(inputs.readEnd) }
    input = inputs.writeEnd
    do {
      if let log {
        output = nil
        id = try spawn(
          [path] + arguments, SpawnOptions(input: inputs.readEnd, log: log, environment: environment))
      } else {
        let outputs = try makePipe()
        defer { close(outputs.writeEnd) }
        output = outputs.readEnd
        do {
          id = try spawn(
            [path] + arguments,
            SpawnOptions(input: inputs.readEnd, output: outputs.writeEnd, environment: environment))
        } catch {
          close(outputs.readEnd)
          throw error
        }
      }
    } catch {
      close(inputs.writeEnd)
      throw error
    }
  }

  deinit {
    signal(SIGKILL)
    closeInput()
    if let output { close(output) }
  }

  /// Sends a signal, unless the program is known to have ended: its number may belong to another one by now.
  package func signal(_ number: Int32) {
    state.withLock { if !$0.isReaped { kill(id, number) } }
  }

  /// Ends its standard input.
  package func closeInput() {
    state.withLock { state in
      if state.isInputOpen { close(input) }
      state.isInputOpen = false
    }
  }

  /// The next line of the program's output; nil when it ends before.
  package func line() async -> String? {
    guard let output else { return nil }
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
  package func exitCode(within limit: Duration = .seconds(20)) async throws -> Int32? {
    guard let code = try await ChildProcesses.exitCode(of: id, within: limit) else { return nil }
    state.withLock { $0.isReaped = true }
    return code
  }

  /// The folder of the running test program, where the package's executables are built too.
  package static func productsFolder() throws -> String {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else { throw SpawnFailure(description: "the test program's own path is unknown") }
    let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
  }
}
