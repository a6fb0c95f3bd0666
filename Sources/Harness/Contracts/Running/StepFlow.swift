import Arazzo

/// Decides where control goes after an attempt (Arazzo 1.0.1, Success Action and Failure Action Objects).
struct StepFlow {
  /// What comes next.
  enum Decision: Sendable, Hashable {
    /// The next step of the workflow.
    case proceed
    /// The end of the workflow.
    case end
    case go(ActionTarget)
    /// The same step again, after a delay and after calling `via`.
    case retry(after: Duration, via: ActionTarget?)
  }

  private let step: Step
  private let patterns: PatternCache
  /// Repetitions that each action has had, by its name.
  private var repetitions: [String: Int] = [:]

  init(_ step: Step, patterns: PatternCache) {
    self.step = step
    self.patterns = patterns
  }

  /// The first action whose criteria hold decides; without one, success leads on and failure ends the workflow.
  mutating func decision(after attempt: StepAttempt, in context: StepContext) -> Decision {
    if attempt.isSuccess {
      guard let action = step.onSuccess.first(where: { holds($0.criteria, in: context) }) else { return .proceed }
      switch action.kind {
      case .end: return .end
      case .goto(let target): return .go(target)
      }
    }
    // What was not attempted cannot have failed.
    guard attempt.skipReason == nil, let action = step.onFailure.first(where: { holds($0.criteria, in: context) })
    else { return .end }
    switch action.kind {
    case .end: return .end
    case .goto(let target): return .go(target)
    case .retry(let delay, let limit, let via):
      // The limit counts repetitions, not attempts; when it is reached, the step has failed.
      let count = repetitions[action.name, default: 0]
      guard count < limit else { return .end }
      repetitions[action.name] = count + 1
      return .retry(after: delay, via: via)
    }
  }

  private func holds(_ criteria: [Criterion], in context: StepContext) -> Bool {
    criteria.allSatisfy { $0.evaluate(in: context, patterns: patterns).isSatisfied }
  }
}
