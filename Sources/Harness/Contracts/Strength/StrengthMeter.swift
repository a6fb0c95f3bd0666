// Mutation testing turned round: not the program is changed but what it answered, so nothing has to be built or booted
// again, and thousands of defects are tried in a second. A defect of a kind counts once, however many answers show it:
// it is noticed when any of them gives it away, as it would be in a run.

import HTTP
import JSON
package import RunModel

/// Measures which defects of services the suites of a run would notice.
package struct StrengthMeter: Sendable {
  private let log: ExchangeLog
  private let patterns: PatternCache

  /// Answers that are tried for one kind of defect before it counts as unnoticed.
  private static let attemptsPerMutation = 48

  /// Measures what was run with a log.
  package init(_ suites: ContractSuites, log: ExchangeLog) {
    self.log = log
    patterns = suites.patterns
  }

  /// Mutates every kind of answer in every way, and judges the mutants again.
  package func measure() -> SuiteStrength {
    var trials: [SuiteStrength.Mutation: Trial] = [:]
    var mutantCount = 0
    let calls = log.calls, samples = log.samples
    let others = Self.values(in: calls.flatMap(\.self) + samples)
    let judge = MutantJudge(patterns: patterns)
    func tryAll(_ entry: ExchangeLog.Entry, later: ArraySlice<ExchangeLog.Entry>) {
      let kind = ExchangeLog.Kind(operation: entry.linked.reference, status: entry.response.status)
      for mutation in ResponseMutator(entry: entry, others: others[kind] ?? [:]).mutations {
        let key = SuiteStrength.Mutation(
          operation: kind.operation, status: kind.status, place: mutation.place, kind: mutation.mutation.rawValue)
        var trial = trials[key] ?? Trial(example: entry.id)
        if case .noticed = trial.outcome { continue }
        guard trial.attempts < Self.attemptsPerMutation else { continue }
        let answer = mutation.answer()
        trial.take(judge.outcome(answer.response, answer.body, of: entry, later: later))
        mutantCount += 1
        trials[key] = trial
      }
    }
    for entries in calls {
      for (index, entry) in entries.enumerated() { tryAll(entry, later: entries[(index + 1)...]) }
    }
    for entry in samples { tryAll(entry, later: []) }
    return SuiteStrength(
      trials: trials.map { .init(mutation: $0.key, outcome: $0.value.outcome, example: $0.value.example) },
      mutantCount: mutantCount)
  }

  private struct Trial {
    /// An answer that had the defect.
    let example: CaseID
    private(set) var outcome = SuiteStrength.Outcome.unnoticed
    private(set) var attempts = 0

    init(example: CaseID) { self.example = example }

    mutating func take(_ other: SuiteStrength.Outcome) {
      attempts += 1
      if other != .unnoticed { outcome = other }
    }
  }

  /// Values that one place has in different answers, by the kind of the answers.
  private static func values(
    in entries: [ExchangeLog.Entry]
  ) -> [ExchangeLog.Kind: [String: Set<JSONValue>]] {
    var values: [ExchangeLog.Kind: [String: Set<JSONValue>]] = [:]
    for entry in entries {
      guard let root = entry.body.json else { continue }
      let kind = ExchangeLog.Kind(operation: entry.linked.reference, status: entry.response.status)
      for part in ResponseMutator.parts(of: root) {
        switch part.value {
        case .object, .array: continue
        default: break
        }
        if values[kind]?[part.place]?.count ?? 0 < 8 {
          values[kind, default: [:]][part.place, default: []].insert(part.value)
        }
      }
    }
    return values
  }
}
