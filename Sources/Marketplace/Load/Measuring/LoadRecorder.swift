private import Synchronization

/// Collects what became of every call.
package final class LoadRecorder: Sendable {
  private struct State {
    var figures: [LoadOperation: LoadFigures] = [:]
    var refusals: [LoadReport.Occasion: Int] = [:]
    var surprises: [LoadReport.Occasion: Int] = [:]
    var samples: [LoadReport.Sample] = []
    var calls = 0
    var unexpected = 0
    /// Latencies since the last progress line.
    var recent = LatencyHistogram()
  }

  private let state = Mutex(State())
  /// So many unexpected answers are kept with their request ids.
  private static let sampleCount = 10

  /// Creates an empty recorder.
  package init() {}

  /// Notes one call.
  package func record(_ operation: LoadOperation, _ verdict: Verdict, latency: Duration, requestID: String) {
    state.withLock { state in
      state.calls += 1
      state.recent.record(latency)
      var figures = state.figures[operation] ?? LoadFigures()
      figures.note(verdict, latency: latency)
      state.figures[operation] = figures
      switch verdict {
      case .kept, .throttled, .unavailable: break
      case .refused(let refusal):
        state.refusals[LoadReport.Occasion(operation: operation, what: "\(refusal)"), default: 0] += 1
      case .unexpected(let what):
        let occasion = LoadReport.Occasion(operation: operation, what: what)
        state.unexpected += 1
        state.surprises[occasion, default: 0] += 1
        if state.samples.count < Self.sampleCount {
          state.samples.append(LoadReport.Sample(occasion: occasion, requestID: requestID))
        }
      }
    }
  }

  /// Everything so far.
  func report(settings: LoadSettings, elapsed: Duration, isInterrupted: Bool, unbegun: Int) -> LoadReport {
    state.withLock { state in
      LoadReport(
        pace: settings.pace, shoppers: settings.shoppers, seed: settings.seed, elapsed: elapsed,
        isInterrupted: isInterrupted, unbegun: unbegun, figures: state.figures, refusals: state.refusals,
        surprises: state.surprises, samples: state.samples)
    }
  }

  /// What happened since the last time this was asked.
  func progress(elapsed: Duration, since last: LoadProgress?) -> LoadProgress {
    state.withLock { state in
      defer { state.recent = LatencyHistogram() }
      return LoadProgress(
        elapsed: elapsed, calls: state.calls, recentCalls: state.calls - (last?.calls ?? 0),
        recentTime: elapsed - (last?.elapsed ?? .zero), p95: state.recent.percentile(95),
        unexpected: state.unexpected)
    }
  }
}

/// How many calls there were of one kind, how they ended and how long they took.
package struct LoadFigures: Sendable, Hashable {
  /// All latencies, whatever the answer.
  package private(set) var latencies = LatencyHistogram()
  /// Refusals that are part of the game.
  package private(set) var refused = 0
  /// 429.
  package private(set) var throttled = 0
  /// 503.
  package private(set) var unavailable = 0
  /// Answers that nobody expects.
  package private(set) var unexpected = 0

  /// Creates figures of nothing.
  package init() {}

  /// All calls.
  package var calls: Int { latencies.count }

  mutating func note(_ verdict: Verdict, latency: Duration) {
    latencies.record(latency)
    switch verdict {
    case .kept: break
    case .refused: refused += 1
    case .throttled: throttled += 1
    case .unavailable: unavailable += 1
    case .unexpected: unexpected += 1
    }
  }

  mutating func add(_ other: LoadFigures) {
    latencies.add(other.latencies)
    refused += other.refused
    throttled += other.throttled
    unavailable += other.unavailable
    unexpected += other.unexpected
  }
}

/// A moment of a running load.
package struct LoadProgress: Sendable {
  let elapsed: Duration
  let calls: Int
  let recentCalls: Int
  let recentTime: Duration
  let p95: Duration
  let unexpected: Int

  /// One line.
  package var line: String {
    let rate = LoadText.decimal(Double(recentCalls) / max(0.001, recentTime.inSeconds))
    return
      "load \(LoadText.decimal(elapsed.inSeconds)) s  \(calls) calls  \(rate)/s  p95 \(LoadText.milliseconds(p95)) ms"
      + "  \(unexpected) unexpected"
  }
}
