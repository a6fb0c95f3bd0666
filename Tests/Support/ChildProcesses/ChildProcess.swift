internal import Dispatch
internal import Glibc

/// A program started by a test: killed, and its standard input closed, when the test lets go of it.
package final class ChildProcess: Sendable {
  private let id: pid_t
  private let input: Int32
  private let output: Int32

  /// Starts a program with pipes at its standard input and output.
  package init(_ path: String, _ arguments: [String]) throws {
    let inputs = try makePipe()
    let outputs = try makePipe()
    defer {
      close(inputs.readEnd)
      close(outputs.writeEnd)
    }
    (input, output) = (inputs.writeEnd, outputs.readEnd)
    do {
      id = try spawn([path] + arguments, SpawnOptions(input: inputs.readEnd, output: outputs.writeEnd))
    } catch {
      close(inputs.writeEnd)
      close(outputs.readEnd)
      throw error
    }
  }

  deinit {
    kill(id, SIGKILL)
    close(output)
  }

  /// Sends a signal.
  package func signal(_ number: Int32) { kill(id, number) }

  /// Ends its standard input; call at most once.
  package func closeInput() { close(input) }

  /// The next line of the program's output; nil when it ends before.
  package func line() async -> String? {
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
  package func exitCode(within limit: Duration = .seconds(20)) async throws -> Int32? {
    try await ChildProcesses.exitCode(of: id, within: limit)
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
