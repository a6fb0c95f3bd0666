private import Synchronization

/// Stops calling a service that keeps failing, so that waiting for it does not drag its callers down.
///
/// After a number of failures in a row the circuit opens and calls fail at once. When the pause is over a single
/// call may probe the service: its success closes the circuit, its failure opens it for another pause.
package final class CircuitBreaker: Sendable {
  private let state: Mutex<BreakerState>
  private let clock: any MonotonicClock

  /// Creates a closed circuit that opens after so many failures in a row, for that long.
  package init(
    threshold: Int = 5, pause: Duration = .seconds(1), clock: any MonotonicClock = SystemMonotonicClock()
  ) {
    state = Mutex(BreakerState(threshold: threshold, pause: pause))
    self.clock = clock
  }

  /// Whether a call may be made now; a true answer must be followed by ``record(success:)``.
  package func admit() -> Bool {
    let now = clock.now()
    return state.withLock { $0.admit(at: now) }
  }

  /// Tells how an admitted call ended.
  package func record(success: Bool) {
    let now = clock.now()
    state.withLock { $0.record(success: success, at: now) }
  }
}

/// The states of a circuit, free of clocks and locks.
struct BreakerState {
  private enum Phase {
    case closed(failures: Int)
    case open(until: Duration)
    case probing(until: Duration)
  }

  private let threshold: Int
  private let pause: Duration
  private var phase = Phase.closed(failures: 0)

  init(threshold: Int, pause: Duration) {
    self.threshold = threshold
    self.pause = pause
  }

  mutating func admit(at now: Duration) -> Bool {
    switch phase {
    case .closed:
      return true
    case .open(let until), .probing(let until):
      // A probe that never reports back, its task cancelled say, must not keep the circuit open for ever.
      guard now >= until else { return false }
      phase = .probing(until: now + pause)
      return true
    }
  }

  mutating func record(success: Bool, at now: Duration) {
    guard !success else {
      phase = .closed(failures: 0)
      return
    }
    switch phase {
    case .closed(let failures) where failures + 1 < threshold: phase = .closed(failures: failures + 1)
    case .closed, .probing: phase = .open(until: now + pause)
    case .open: break
    }
  }
}
