/// Time that only moves forward, for timeouts, caches and rates; tests move it by hand.
package protocol MonotonicClock: Sendable {
  /// The time since an arbitrary origin.
  func now() -> Duration

  /// Waits for that long, or until the task is cancelled.
  func sleep(for duration: Duration) async throws
}

/// The clock of the machine.
package struct SystemMonotonicClock: MonotonicClock {
  private static let origin = ContinuousClock.now

  /// Creates the clock.
  package init() {}

  /// The time since the process first asked.
  package func now() -> Duration { Self.origin.duration(to: .now) }

  /// Waits for that long, or until the task is cancelled.
  package func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}

extension Duration {
  /// The duration in milliseconds.
  var milliseconds: Double {
    Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15
  }
}
