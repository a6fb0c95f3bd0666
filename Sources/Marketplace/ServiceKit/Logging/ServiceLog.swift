package import Logging
internal import RFC3339

/// Loggers that write one line per event to standard error.
package enum ServiceLog {
  /// A logger for a service; `LOG_LEVEL` sets how much it says, "info" unless set.
  package static func logger(service: String, environment: [String: String] = [:]) -> Logger {
    var logger = Logger(label: service) { StandardErrorLog(label: $0, clock: SystemWallClock()) }
    logger.logLevel = environment["LOG_LEVEL"].flatMap(Logger.Level.init(rawValue:)) ?? .info
    return logger
  }

  /// Writes one error line with the id of the current request.
  package static func error(_ message: String) {
    logger(service: "service").error("\(message)")
  }
}

/// Writes `time level service message key=value …` as one line, the form that people and grep read.
struct StandardErrorLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel: Logger.Level = .info

  private let label: String
  private let clock: any WallClock

  init(label: String, clock: any WallClock) {
    self.label = label
    self.clock = clock
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    StandardError.write(line: Self.line(event, label: label, metadata: metadata, time: clock.now()))
  }

  static func line(_ event: LogEvent, label: String, metadata: Logger.Metadata, time: Timestamp) -> String {
    var line = "\(time.rfc3339Milliseconds) \(event.level) \(label) \(escaped("\(event.message)"))"
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }
    ) {
      line += " \(key)=\(escaped("\(value)"))"
    }
    if let scope = RequestScope.current { line += " request_id=\(scope.requestID)" }
    return line
  }

  /// Keeps one event on one line: control characters become escapes.
  private static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { return text }
    return text.unicodeScalars.map { scalar in
      scalar.value < 0x20 || scalar.value == 0x7F ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
  }
}
