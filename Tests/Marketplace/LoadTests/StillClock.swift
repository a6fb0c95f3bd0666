import ServiceKit
import Synchronization

/// A clock that moves only when somebody sleeps: a load of a minute takes no time at all.
final class StillClock: MonotonicClock {
  private let time = Mutex(Duration.zero)

  func now() -> Duration { time.withLock { $0 } }

  func sleep(for duration: Duration) async throws {
    // Progress lines are not what the time of these tests is for.
    guard duration < .seconds(1) else { return try await Task.sleep(for: .seconds(3600)) }
    time.withLock { $0 += duration }
    await Task.yield()
  }

  func advance(by duration: Duration) { time.withLock { $0 += duration } }
}
