import FoundationEssentials
import Glibc
import RFC3339

/// Who and where this process is, read from the system once at the edge.
enum RunIdentity {
  /// The environment of the process.
  static let environment = ProcessInfo.processInfo.environment

  /// Name of the machine.
  static let host = ProcessInfo.processInfo.hostName

  /// The command as typed; no option takes a secret, so nothing needs redacting.
  static let command = (["concord"] + CommandLine.arguments.dropFirst()).joined(separator: " ")

  /// The folder that holds this program and its companions.
  static let binaries: String = {
    let path =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(filePath: path).deletingLastPathComponent().path
  }()

  /// A run's id: when it started and which process it was, unique on a machine and sortable by time.
  static func make(startedAt start: Timestamp) -> String {
    let digits = start.rfc3339.filter(\.isNumber).prefix(14)
    return "\(digits)-\(String(getpid(), radix: 36))"
  }
}
