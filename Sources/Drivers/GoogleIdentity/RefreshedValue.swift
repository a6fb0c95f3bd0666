internal import RFC3339

/// Keeps a value that has to be fetched again from time to time, and fetches it once however many ask for it.
///
/// While a fetch is under way everybody waits for the same one; when it fails, the value from before serves until it
/// is really over. A fetch that failed is not repeated before a pause has passed: its failure is the answer until
/// then, at once, so that a server that hangs does not hold up request after request.
actor RefreshedValue<Value: Sendable, Failure: Error> {
  /// A value with the times between which it may be used.
  struct Lease: Sendable {
    let value: Value
    /// When it was fetched.
    let obtainedAt: Timestamp
    /// From when on a newer one is wanted.
    let refreshAt: Timestamp
    /// Until when it serves if there is no newer one.
    let usableUntil: Timestamp

    /// A clock that was set back must not keep a value alive: one from the future is an old one.
    fileprivate func isFresh(at now: Timestamp) -> Bool { obtainedAt <= now && now < refreshAt }

    fileprivate func isUsable(at now: Timestamp) -> Bool { obtainedAt <= now && now < usableUntil }
  }

  /// A lease with its place in the line of all of them, so that it can be told from its successor.
  struct Kept: Sendable {
    let lease: Lease
    let generation: Int

    var value: Value { lease.value }
  }

  /// Who waits for a value that is due.
  enum Renewal: Sendable {
    /// Whoever asks: the old value is second best.
    case beforeUse
    /// Nobody, as long as the old value is as good as the new one.
    case besideUse
  }

  private let clock: any WallClock
  private let pause: Duration
  private let renewal: Renewal
  private let fetch: @Sendable () async throws(Failure) -> Lease
  private var kept: Kept?
  private var flight: Task<Result<Kept, Failure>, Never>?
  private var lastEnd: (at: Timestamp, failure: Failure?)?

  /// Creates a keeper; `pause` is the least time between a fetch and another one that is not due.
  init(
    clock: any WallClock, pause: Duration, renewal: Renewal,
    fetch: @escaping @Sendable () async throws(Failure) -> Lease
  ) {
    self.clock = clock
    self.pause = pause
    self.renewal = renewal
    self.fetch = fetch
  }

  /// The value of now; throws when it cannot be had and the one from before is over.
  func current() async throws(Failure) -> Kept {
    if let kept, kept.lease.isFresh(at: clock.now()) { return kept }
    if renewal == .besideUse, let kept, kept.lease.isUsable(at: clock.now()) {
      if flight == nil, !isPausing { _ = startFlight() }
      return kept
    }
    switch await refreshed() {
    case .success(let kept): return kept
    case .failure(let error):
      guard let kept, kept.lease.isUsable(at: clock.now()) else { throw error }
      return kept
    }
  }

  /// A value that was fetched after this one, unless the last fetch is too recent to ask again.
  ///
  /// Nil when there is none; throws when there might be one, but the value at hand is due and cannot be refreshed.
  func newer(than known: Kept) async throws(Failure) -> Kept? {
    if let kept, kept.generation > known.generation { return kept }
    if flight == nil, isPausing, lastEnd?.failure == nil { return nil }
    switch await refreshed() {
    case .success(let kept): return kept
    case .failure(let error):
      if let kept, kept.lease.isFresh(at: clock.now()) { return nil }
      throw error
    }
  }

  private var isPausing: Bool {
    guard let lastEnd else { return false }
    let now = clock.now()
    return lastEnd.at <= now && now < lastEnd.at.adding(pause)
  }

  private func refreshed() async -> Result<Kept, Failure> {
    if let flight { return await flight.value }
    if isPausing, let failure = lastEnd?.failure { return .failure(failure) }
    return await startFlight().value
  }

  /// Fetches in a task of its own: whoever asked first may be cancelled, and the others still wait.
  private func startFlight() -> Task<Result<Kept, Failure>, Never> {
    let flight = Task { await run() }
    self.flight = flight
    return flight
  }

  private func run() async -> Result<Kept, Failure> {
    let result: Result<Kept, Failure>
    do throws(Failure) {
      let kept = Kept(lease: try await fetch(), generation: (kept?.generation ?? 0) + 1)
      self.kept = kept
      result = .success(kept)
      lastEnd = (clock.now(), nil)
    } catch {
      result = .failure(error)
      lastEnd = (clock.now(), error)
    }
    flight = nil
    return result
  }
}
