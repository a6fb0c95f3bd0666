package import ServiceKit
private import Synchronization

/// Limits requests per user or address with token buckets, bounded in number.
package final class RateLimiter: Sendable {
  private let state: Mutex<RateLimiterState>
  private let clock: any MonotonicClock

  /// Creates a limiter that allows `burst` requests at once and `perSecond` in the long run.
  package init(
    perSecond: Int, burst: Int, maximumKeys: Int = 10_000, clock: any MonotonicClock = SystemMonotonicClock()
  ) {
    state = Mutex(RateLimiterState(perSecond: perSecond, burst: burst, maximumKeys: maximumKeys))
    self.clock = clock
  }

  /// Takes a token for a key; nil when there was one, else the seconds until there is.
  package func admit(_ key: String) -> Int? {
    let now = clock.now()
    return state.withLock { $0.admit(key, at: now) }
  }
}

/// The buckets, free of clocks and locks.
///
/// A bucket is kept as the time at which it will be full (the "theoretical arrival time" of GCRA), so that idle ones
/// need no upkeep: a time in the past is a full bucket and can be forgotten.
struct RateLimiterState {
  private let interval: Duration
  private let depth: Duration
  private let maximumKeys: Int
  private var fullAt: [String: Duration] = [:]

  init(perSecond: Int, burst: Int, maximumKeys: Int) {
    interval = .seconds(1) / max(1, perSecond)
    depth = interval * max(1, burst)
    self.maximumKeys = maximumKeys
  }

  mutating func admit(_ key: String, at now: Duration) -> Int? {
    let full = max(fullAt[key] ?? now, now) + interval
    guard full - now <= depth else {
      let wait = full - now - depth
      return Int(wait.components.seconds) + (wait.components.attoseconds > 0 ? 1 : 0)
    }
    if fullAt[key] == nil, fullAt.count >= maximumKeys { makeRoom(at: now) }
    fullAt[key] = full
    return nil
  }

  /// Forgets full buckets; when all are in use, all: a moment of generosity costs less than unbounded memory.
  private mutating func makeRoom(at now: Duration) {
    fullAt = fullAt.filter { $0.value > now }
    if fullAt.count >= maximumKeys { fullAt = [:] }
  }
}
