import Glibc

/// Runs a line as a person would who copied it from a report.
enum Shell {
  /// Whether `curl` is there.
  static let hasCurl = access("/usr/bin/curl", X_OK) == 0 || access("/usr/local/bin/curl", X_OK) == 0

  /// Runs a line in `sh` and returns its exit code; output is thrown away.
  static func run(_ line: String, environment: [String: String] = [:]) async throws -> Int32 {
    let assignments = environment.sorted { $0.key < $1.key }.map {
      "\($0.key)='\($0.value.replacing("'", with: "'\\''"))'"
    }
    let script = assignments.map { $0 + "; " }.joined() + "{ \(line)\n} >/dev/null 2>&1"
    var child = pid_t()
    let words = ["/bin/sh", "-c", script]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    guard posix_spawn(&child, "/bin/sh", nil, nil, &arguments, environ) == 0 else { return -1 }
    var status: Int32 = 0
    // Polled, because waiting would block a thread that tests share.
    while waitpid(child, &status, WNOHANG) == 0 { try await Task.sleep(for: .milliseconds(5)) }
    return (status >> 8) & 0xFF
  }
}
