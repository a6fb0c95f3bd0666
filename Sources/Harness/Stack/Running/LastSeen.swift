import Synchronization

/// The latest of several remarks, for the message that nothing better came.
final class LastSeen: Sendable {
  private let remark = Mutex<String?>(nil)

  var text: String? { remark.withLock { $0 } }

  func set(_ text: String) { remark.withLock { $0 = text } }
}

extension Duration {
  /// "15 s" or "500 ms".
  var brief: String {
    let (seconds, attoseconds) = components
    let milliseconds = attoseconds / 1_000_000_000_000_000
    if milliseconds == 0 { return "\(seconds) s" }
    return seconds == 0 ? "\(milliseconds) ms" : "\(seconds * 1000 + milliseconds) ms"
  }
}
