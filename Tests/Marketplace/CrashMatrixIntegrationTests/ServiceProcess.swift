import ChildProcesses
import FoundationEssentials
import Glibc

/// A service of the marketplace as a process of its own.
final class ServiceProcess: Sendable {
  /// The port that it chose.
  let port: Int
  private let child: ChildProcess

  private init(_ child: ChildProcess, port: Int) {
    self.child = child
    self.port = port
  }

  /// Starts a service and waits until it listens.
  static func start(_ name: String, environment: [String: String], log: String) async throws -> ServiceProcess {
    var environment = environment
    environment["PORT"] = "0"
    environment["CONCORD_PARENT_WATCH"] = "stdin"
    environment["PATH"] = "/usr/bin:/bin"
    let child = try ChildProcess(
      ChildProcess.productsFolder() + "/marketplace", [name], environment: environment, log: log)
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      if let port = port(in: log) { return ServiceProcess(child, port: port) }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw StackFailure(description: "\(name) does not listen: \((try? text(of: log)) ?? "no log")")
  }

  /// Ends it without a chance to say anything.
  func kill() { child.signal(SIGKILL) }

  /// Ends it and waits until it is gone.
  func end() async throws {
    kill()
    guard try await child.exitCode() != nil else { throw StackFailure(description: "a service does not end") }
  }

  private static func port(in log: String) -> Int? {
    guard let line = try? text(of: log).split(separator: "\n").first(where: { $0.hasPrefix("listening ") }) else {
      return nil
    }
    return line.split(separator: ":").last.flatMap { Int($0) }
  }

  private static func text(of log: String) throws -> String { try String(contentsOfFile: log, encoding: .utf8) }
}

/// Why the stack of a worker cannot be used.
struct StackFailure: Error, CustomStringConvertible {
  let description: String
}
