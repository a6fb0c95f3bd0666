// Servers of tests must leave nothing behind whatever ends the tests. So a shell owns the server, and the test process
// holds the other end of the shell's standard input: when this process ends, crash and kill included, the shell reads
// the end of its input and cleans up.

internal import Glibc

/// A shell script whose standard input ends with this process, at the latest.
package struct TetheredShell: Sendable {
  private let id: pid_t
  private let input: Int32

  /// Starts a script in a session of its own, so that Ctrl-C reaches it as the end of its input only.
  ///
  /// Output and errors are appended to the log: whoever reads this process's own output must not have to wait for the
  /// shell, which outlives it by a moment.
  package init(
    _ script: String, _ arguments: [String] = [], log: String = "/dev/null", environment: [String: String]? = nil
  ) throws {
    // The write end stays open until `end()` or the end of this process: that is the whole point.
    let pipe = try makePipe()
    defer { close(pipe.readEnd) }
    do {
      id = try spawn(
        ["/bin/sh", "-c", script, "sh"] + arguments,
        SpawnOptions(input: pipe.readEnd, log: log, environment: environment, leadsSession: true))
    } catch {
      close(pipe.writeEnd)
      throw error
    }
    input = pipe.writeEnd
  }

  /// Sends the script a line.
  package func send(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(input, bytes, bytes.count)
  }

  /// Ends the standard input and waits for the script to end; call at most once.
  package func end() async throws {
    close(input)
    _ = try await exitCode(of: id, within: .seconds(20))
  }
}
