/// What a run says to whoever asked whether this may go out.
package enum Verdict: String, Sendable, Hashable {
  case passed
  /// A contract case failed, or the audit found violations.
  case failed
  /// The stack or a store failed, so part of the question is open; never green.
  case undecided
  case interrupted

  /// Exit code of the command, as documented in the README.
  package var exitCode: ExitCode {
    switch self {
    case .passed: .pass
    case .failed: .violations
    case .undecided: .stackFailed
    case .interrupted: .interrupted
    }
  }
}

/// Every exit code of `concord`.
package enum ExitCode: Int32, Sendable, CaseIterable {
  case pass = 0
  /// Contract failures or audit findings.
  case violations = 1
  /// Contracts or options that cannot be used; nothing was started.
  case badInput = 2
  /// The stack or a store failed.
  case stackFailed = 3
  /// Wrong usage of the command line (`EX_USAGE`).
  case usage = 64
  /// Ended by SIGINT or SIGTERM.
  case interrupted = 130
}
