/// Reads the settings of a service from environment variables once, and notes every problem instead of the first.
///
/// Messages name variables, never their values: many of them are secrets.
package final class EnvironmentReader {
  private let environment: [String: String]
  private var issues: [SettingsError.Issue] = []

  private init(_ environment: [String: String]) { self.environment = environment }

  /// Reads all settings of a service.
  ///
  /// - Throws: all problems at once.
  package static func read<T>(
    _ environment: [String: String], for service: String, _ body: (EnvironmentReader) -> T
  ) throws(SettingsError) -> T {
    let reader = EnvironmentReader(environment)
    let settings = body(reader)
    guard reader.issues.isEmpty else { throw SettingsError(service: service, issues: reader.issues) }
    return settings
  }

  /// Notes that a variable is wrong in a way the readers do not know.
  package func problem(_ name: String, _ message: String) {
    issues.append(SettingsError.Issue(variable: name, message: message))
  }

  /// The value of a variable; nil when it is unset or empty.
  package func optional(_ name: String) -> String? {
    guard let value = environment[name], !value.isEmpty else { return nil }
    return value
  }

  /// A string; required unless a default is given.
  package func string(_ name: String, default fallback: String? = nil) -> String {
    if let value = optional(name) ?? fallback { return value }
    problem(name, "is required")
    return ""
  }

  /// An integer within the range; required unless a default is given.
  package func integer(_ name: String, in range: ClosedRange<Int>, default fallback: Int? = nil) -> Int {
    guard let text = optional(name) else {
      if let fallback { return fallback }
      problem(name, "is required")
      return range.lowerBound
    }
    guard let value = Int(text), range.contains(value) else {
      problem(name, "must be an integer from \(range.lowerBound) to \(range.upperBound)")
      return range.lowerBound
    }
    return value
  }

  /// The port to listen on, from `PORT`; 0 lets the system choose one.
  package func port(default standard: Int) -> Int { integer("PORT", in: 0...65535, default: standard) }

  /// A span of time in whole milliseconds, at most one hour.
  package func milliseconds(_ name: String, default fallback: Duration) -> Duration {
    guard optional(name) != nil else { return fallback }
    return .milliseconds(integer(name, in: 1...3_600_000))
  }

  /// The base URL of another service, without a trailing slash; required unless a default is given.
  package func serviceURL(_ name: String, default fallback: String? = nil) -> String {
    var url = string(name, default: fallback)
    while url.last == "/" { url.removeLast() }
    let host = url.split(separator: "://", maxSplits: 1).dropFirst().first ?? ""
    if !url.isEmpty, !StringRule.httpURL.matches(url) || host.contains(where: { "/?#@".contains($0) }) {
      problem(name, "must be a URL such as http://127.0.0.1:3001, without path and credentials")
    }
    return url
  }

  /// A "host:port" address as Google's emulators are named by; nil when unset.
  package func hostAndPort(_ name: String) -> String? {
    guard let value = optional(name) else { return nil }
    let parts = value.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains("/"), let port = UInt16(parts[1]), port > 0 else {
      problem(name, "must be host:port without a scheme, such as 127.0.0.1:8081")
      return nil
    }
    return value
  }
}
