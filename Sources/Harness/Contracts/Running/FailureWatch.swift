import RunModel
import Synchronization

/// Ends a run early when enough cases did not pass.
final class FailureWatch: Sendable {
  private let limit: Int?
  private let state = Mutex((count: 0, stop: (@Sendable () -> Void)?.none))

  /// Watches for so many failures; nil never ends anything.
  init(limit: Int?) { self.limit = limit }

  /// Whether the run was ended.
  var hasEnded: Bool { state.withLock { count in limit.map { count.count >= $0 } ?? false } }

  /// Says what ends the run.
  func onLimit(_ stop: @escaping @Sendable () -> Void) { state.withLock { $0.stop = stop } }

  /// Takes note of a finished case.
  func note(_ status: CaseResult.Status) {
    switch status {
    case .passed, .skipped: return
    case .failed, .errored: break
    }
    let stop = state.withLock { state -> (@Sendable () -> Void)? in
      state.count += 1
      return state.count == limit ? state.stop : nil
    }
    stop?()
  }
}
