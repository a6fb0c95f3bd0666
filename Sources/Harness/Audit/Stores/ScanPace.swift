// A server that is asked for rows as fast as it can give them has less time for others. The pace is kept by not reading:
// the server fills its socket's buffer and waits, which costs it nothing.

import Glibc
import Synchronization

/// Keeps the scans of one store, all together, to a number of rows per second.
final class ScanPace: Sendable {
  /// Rows per second; nil for as many as there are.
  let rowsPerSecond: Int?
  /// When the next rows are due.
  private let due = Mutex(ContinuousClock.now)
  /// Longest that a scan waits without looking whether it is still wanted.
  private static let step = Duration.milliseconds(50)

  /// Keeps a pace; nil lets every scan run as fast as it can.
  init(rowsPerSecond: Int? = nil) { self.rowsPerSecond = rowsPerSecond }

  /// Waits until rows that were just read were due, on a connection's own thread.
  func wait(for rows: Int) throws(CancellationError) {
    guard let time = reserve(rows) else { return }
    var rest = time - .now
    while rest > .zero {
      let part = min(rest, Self.step)
      usleep(UInt32(part / .microseconds(1)))
      if Task.isCancelled { throw CancellationError() }
      rest = time - .now
    }
  }

  /// Gives rows their place behind those of the other scans; nil when there is no pace to keep.
  func reserve(_ rows: Int, now: ContinuousClock.Instant = .now) -> ContinuousClock.Instant? {
    guard let rowsPerSecond else { return nil }
    return due.withLock { due in
      // Time that nobody used is not saved up: that would let a burst through.
      due = max(due, now) + .seconds(Double(rows) / Double(rowsPerSecond))
      return due
    }
  }
}
