internal import Logging
internal import Synchronization

/// Keeps every line that services log, debug lines included.
package final class LogRecorder: Sendable {
  private let recorded = Mutex<[String]>([])

  /// All lines so far.
  package var lines: [String] { recorded.withLock { $0 } }

  /// A logger whose lines are kept.
  func logger(_ service: String) -> Logger {
    var logger = Logger(label: service) { RecordingLog(label: $0, recorder: self) }
    logger.logLevel = .trace
    return logger
  }

  fileprivate func record(_ line: String) { recorded.withLock { $0.append(line) } }
}

private struct RecordingLog: LogHandler {
  let label: String
  let recorder: LogRecorder
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel: Logger.Level = .trace

  init(label: String, recorder: LogRecorder) {
    self.label = label
    self.recorder = recorder
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let values = metadata.merging(event.metadata ?? [:]) { $1 }
    recorder.record("\(event.level) \(label) \(event.message) \(values)")
  }
}
