import Subprocess

/// How a process ended.
package enum ProcessExit: Sendable, Hashable, CustomStringConvertible {
  /// It returned or called `exit`.
  case status(Int32)
  /// A signal ended it.
  case signal(Int32)
  /// Nobody could tell how it ended.
  case unknown(String)

  init(_ status: TerminationStatus) {
    switch status {
    case .exited(let code): self = .status(code)
    case .signaled(let number): self = .signal(number)
    }
  }

  /// "exit status 1" or "signal 6 (SIGABRT)".
  package var description: String {
    switch self {
    case .status(127): "exit status 127 (command not found)"
    case .status(126): "exit status 126 (command cannot be executed)"
    case .status(let code): "exit status \(code)"
    case .unknown(let reason): "an unknown end (\(reason))"
    case .signal(let number): "signal \(number)" + (Self.names[number].map { " (\($0))" } ?? "")
    }
  }

  /// Names of the signals that end processes; numbers as on Linux for x86-64 and AArch64, signal(7).
  private static let names: [Int32: String] = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE",
    9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
    24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
  ]
}
