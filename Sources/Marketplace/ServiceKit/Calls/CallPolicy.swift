/// How patiently a service calls another one.
package struct CallPolicy: Sendable {
  /// The time for one attempt.
  package var timeout: Duration

  /// The time to establish a connection.
  package var connectTimeout: Duration

  /// How often a call that may be repeated is tried, at least once.
  package var attempts: Int

  /// Whether a call that got no answer in time is tried again.
  package var repeatsTimeouts: Bool

  /// The pause before the second attempt; it doubles with every further one and varies by half of itself.
  package var backoff: Duration

  /// The largest response body in bytes.
  package var maximumBodyBytes: Int

  /// Creates a policy: 2 s per attempt, 500 ms to connect, three attempts from 50 ms apart, 4 MiB.
  package init(
    timeout: Duration = .seconds(2),
    connectTimeout: Duration = .milliseconds(500),
    attempts: Int = 3,
    repeatsTimeouts: Bool = true,
    backoff: Duration = .milliseconds(50),
    maximumBodyBytes: Int = 4 << 20
  ) {
    self.timeout = timeout
    self.connectTimeout = connectTimeout
    self.attempts = max(1, attempts)
    self.repeatsTimeouts = repeatsTimeouts
    self.backoff = backoff
    self.maximumBodyBytes = maximumBodyBytes
  }

  /// The pause after an attempt that failed (1 is the first), with a random factor of 0.5 to 1.
  func pause(afterAttempt attempt: Int, random: Double) -> Duration {
    backoff * (1 << min(attempt - 1, 6)) * (0.5 + random / 2)
  }
}
