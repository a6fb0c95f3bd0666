/// How much a violation matters to the gate.
package enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Worth knowing; never fails a gate by default (a cached name that drifted).
  case info
  /// Probably wrong; fails a gate only on request.
  case warning
  /// Wrong; fails the gate.
  case error

  package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .error: 2
    }
  }
}
