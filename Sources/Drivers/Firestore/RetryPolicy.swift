/// How often and after which pauses a call is tried again.
///
/// Each pause is drawn evenly between zero and a bound that doubles ("full jitter"), so that many clients that failed
/// together do not come back together.
package struct RetryPolicy: Sendable {
  /// How often a call is tried in all, at least once.
  package var attempts: Int

  /// The bound of the first pause.
  package var firstPause: Duration

  /// The bound that no later one exceeds.
  package var longestPause: Duration

  /// Waits; throws when the task is cancelled meanwhile.
  package var sleep: @Sendable (Duration) async throws -> Void

  /// Draws a number from 0 up to but not including 1.
  package var random: @Sendable () -> Double

  /// Creates a policy: five attempts, pauses up to 0.1, 0.2, 0.4 and 0.8 s unless given.
  package init(
    attempts: Int = 5,
    firstPause: Duration = .milliseconds(100),
    longestPause: Duration = .seconds(5),
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    self.attempts = attempts
    self.firstPause = firstPause
    self.longestPause = longestPause
    self.sleep = sleep
    self.random = random
  }

  /// Never tries again.
  package static let never = RetryPolicy(attempts: 1)

  /// The pause before the attempt of this number, where 1 is the second attempt of all.
  func pause(before attempt: Int) -> Duration {
    // Beyond 2^30 the bound is the longest pause anyway.
    let bound = min(longestPause, firstPause * (1 << min(max(0, attempt - 1), 30)))
    return bound * random()
  }
}
