package import RFC3339
internal import Synchronization

/// A clock that moves only by hand.
package final class MovableClock: WallClock {
  /// 2026-01-01T00:00:00Z.
  package static let start: Int64 = 1_767_225_600

  private let time = Mutex(Timestamp(seconds: MovableClock.start))

  /// Creates a clock that stands at the start.
  package init() {}

  package func now() -> Timestamp { time.withLock { $0 } }

  /// Moves the clock, also backwards.
  package func advance(_ duration: Duration) { time.withLock { $0 = $0.adding(duration) } }
}
