internal import HTTP
package import ServiceKit
private import Synchronization

/// Runs a load from the first call to the last answer.
///
/// When the time is over, or somebody asks it to stop, no further call begins, and those under way are waited for:
/// whoever looks at the stores afterwards sees a stack at rest.
package struct LoadRunner: Sendable {
  private let settings: LoadSettings
  private let line: GatewayLine
  private let recorder = LoadRecorder()
  private let stop: StopRequest
  private let mostUnderWay: Int
  private let onProgress: @Sendable (LoadProgress) -> Void

  /// How often progress is told.
  private static let progressInterval = Duration.seconds(3)
  /// The longest sleep between two looks at the request to stop.
  private static let attention = Duration.milliseconds(100)

  /// Prepares a load over a transport.
  ///
  /// - Parameter mostUnderWay: How many calls an open loop has under way at most: against a gateway that stalls it would
  ///   otherwise grow without end. Calls that are due meanwhile begin late, or are reported as never begun.
  package init(
    _ settings: LoadSettings, transport: any HTTPTransport, clock: any MonotonicClock = SystemMonotonicClock(),
    stop: StopRequest = StopRequest(), mostUnderWay: Int = 5_000,
    onProgress: @escaping @Sendable (LoadProgress) -> Void = { _ in }
  ) {
    self.settings = settings
    self.stop = stop
    self.mostUnderWay = max(1, mostUnderWay)
    self.onProgress = onProgress
    line = GatewayLine(
      gateway: settings.gateway, transport: transport, clock: clock, ids: RequestNumbers(prefix: settings.name))
  }

  /// Runs to the end.
  ///
  /// - Throws: ``LoadError`` when the load cannot begin.
  package func run() async throws -> LoadReport {
    let (shop, administrator) = try await Opening(settings: settings, line: line).openShop()
    let start = line.clock.now()
    let end = start + settings.duration
    let unbegun = await withDiscardingTaskGroup(returning: Int.self) { group in
      group.addTask { [self] in await reportProgress(from: start) }
      defer { group.cancelAll() }
      switch settings.pace {
      case .asFastAsAnswered:
        await runClosed(until: end, shop, administrator)
        return 0
      case .perSecond(let rate):
        return await runOpen(from: start, until: end, rate: rate, shop, administrator)
      }
    }
    return recorder.report(
      settings: settings, elapsed: line.clock.now() - start, isInterrupted: stop.isRequested, unbegun: unbegun)
  }

  private func shopper(_ number: Int, _ shop: Shop) -> Shopper {
    Shopper(number: number, name: settings.name, seed: settings.seed, shop: shop)
  }

  private func mayGoOn(until end: Duration) -> Bool { !stop.isRequested && line.clock.now() < end }

  // MARK: - Closed loop

  private func runClosed(until end: Duration, _ shop: Shop, _ administrator: Administrator?) async {
    await withDiscardingTaskGroup { group in
      for number in 0..<settings.shoppers {
        group.addTask { [self] in await live(shopper(number, shop), until: end) }
      }
      if let administrator { group.addTask { [self] in await live(administrator, until: end) } }
    }
  }

  private func live(_ user: some VirtualUser, until end: Duration) async {
    var user = user
    while mayGoOn(until: end) {
      switch await user.act(through: line, recorder: recorder) {
      case .kept, .refused, .unexpected: break
      // Whoever is turned away does not hammer at the door.
      case .throttled, .unavailable: try? await line.clock.sleep(for: Self.attention)
      }
    }
  }

  // MARK: - Open loop

  /// Answers how many calls were due and never begun.
  private func runOpen(
    from start: Duration, until end: Duration, rate: Double, _ shop: Shop, _ administrator: Administrator?
  ) async -> Int {
    let crowd = Crowd(seed: settings.seed) { [self] number in shopper(number, shop) }
    for _ in 0..<settings.shoppers { crowd.giveBack(crowd.newcomer()) }
    if let administrator { crowd.giveBack(administrator) }
    let underWay = CallsUnderWay()
    return await withDiscardingTaskGroup(returning: Int.self) { group in
      var call = 0
      while mayGoOn(until: end) {
        let due = start + .seconds(Double(call) / rate)
        guard due < end else { return 0 }
        let wait = due - line.clock.now()
        if wait > .zero || underWay.count >= mostUnderWay {
          try? await line.clock.sleep(for: wait > .zero ? min(wait, Self.attention) : Self.attention)
          continue
        }
        call += 1
        underWay.begin()
        group.addTask { [self] in
          defer { underWay.end() }
          var user = crowd.take()
          _ = await user.act(through: line, recorder: recorder, intended: due)
          crowd.giveBack(user)
        }
      }
      let due = min(line.clock.now(), end) - start
      return max(0, Int((due / .seconds(1) * rate).rounded(.up)) - call)
    }
  }

  // MARK: -

  private func reportProgress(from start: Duration) async {
    var last: LoadProgress?
    while (try? await line.clock.sleep(for: Self.progressInterval)) != nil, !Task.isCancelled {
      let progress = recorder.progress(elapsed: line.clock.now() - start, since: last)
      onProgress(progress)
      last = progress
    }
  }
}

/// Counts the calls that wait for their answers.
private final class CallsUnderWay: Sendable {
  private let calls = Mutex(0)

  var count: Int { calls.withLock { $0 } }

  func begin() { calls.withLock { $0 += 1 } }

  func end() { calls.withLock { $0 -= 1 } }
}
