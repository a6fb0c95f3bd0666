/// Which defects of services the suites would notice, of those that were tried.
package struct SuiteStrength: Sendable, Hashable {
  /// A defect of one operation's answers with one status.
  package struct Mutation: Sendable, Hashable {
    package let operation: OperationReference
    package let status: Int
    /// What is defect: a JSON Pointer with `-` for the items of lists, `body`, a header's name, or `→` and a status.
    package let place: String
    /// Id of the way in which it is defect: `shift-number`.
    package let kind: String

    /// Names a defect.
    package init(operation: OperationReference, status: Int, place: String, kind: String) {
      self.operation = operation
      self.status = status
      self.place = place
      self.kind = kind
    }
  }

  /// What became of a defect.
  package enum Outcome: Sendable, Hashable {
    /// A check failed; its id.
    case noticed(by: String)
    /// No check looked at it, but a later request would have been another one; what comes of that only a service tells.
    case carried
    case unnoticed
  }

  /// A defect with its outcome.
  package struct Trial: Sendable, Hashable {
    package let mutation: Mutation
    package let outcome: Outcome
    /// A case whose answer had the defect.
    package let example: CaseID

    /// Records what became of a defect.
    package init(mutation: Mutation, outcome: Outcome, example: CaseID) {
      self.mutation = mutation
      self.outcome = outcome
      self.example = example
    }
  }

  /// How many of some defects were noticed; carried ones do not count.
  package struct Figure: Sendable, Hashable {
    package var noticed: Int
    package var total: Int

    /// Counts.
    package init(noticed: Int = 0, total: Int = 0) {
      self.noticed = noticed
      self.total = total
    }

    /// From 0 to 1; 1 where there was nothing to notice.
    package var share: Double { total == 0 ? 1 : Double(noticed) / Double(total) }
  }

  /// Every defect that was tried, by operation, status, place and kind.
  package let trials: [Trial]
  /// Answers that were made and judged for it.
  package let mutantCount: Int

  /// Records what became of all defects.
  package init(trials: [Trial], mutantCount: Int) {
    self.trials = trials.sorted { left, right in
      let (left, right) = (left.mutation, right.mutation)
      return (left.operation.service, left.operation.id, left.status, left.place, left.kind)
        < (right.operation.service, right.operation.id, right.status, right.place, right.kind)
    }
    self.mutantCount = mutantCount
  }

  /// The figure of the whole.
  package var figure: Figure { figure { _ in true } }

  /// The figure of some of the defects.
  package func figure(where isCounted: (Mutation) -> Bool) -> Figure {
    var figure = Figure()
    for trial in trials where trial.outcome != .carried && isCounted(trial.mutation) {
      figure.total += 1
      if trial.outcome != .unnoticed { figure.noticed += 1 }
    }
    return figure
  }

  /// Defects with an outcome.
  package func trials(_ outcome: Outcome) -> [Trial] { trials.filter { $0.outcome == outcome } }
}
