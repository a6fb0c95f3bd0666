import DataContract
import RFC3339
import RunModel

/// Evaluates one rule: chooses how its data is read, and hands what comes out to the report.
struct RuleEvaluation: Sendable {
  let rule: AuditRule
  let access: StoreAccess
  let clock: any WallClock
  /// Findings that are kept, besides those that a baseline accepts.
  let sampleLimit: Int
  let baseline: RuleBaseline
  let history: RuleHistory
  /// Bytes that the keys of the rule may take.
  let memory: Int
  /// Searches of another engine; nil for those of this process.
  var searches: SparkEngine.Searches?
  /// Where repairs are written down; nil when nobody asked for any.
  var repairs: RepairBook?
  /// What the contract cases of the run wrote; nil when there were none.
  var journal: WriteJournal?
  /// What may be kept between audits; nil for nothing.
  var kept: IncrementalState?

  /// Evaluates the rule; throws when it cannot be decided.
  ///
  /// `progress` hears the rows examined so far.
  func run(progress: @escaping @Sendable (Int) -> Void) async throws -> RuleDecision {
    switch rule.check {
    case .reference(let check):
      let plan = try await plan(check)
      // What ages has to be known by name, however much of it there is.
      let limit = check.cascade == nil ? room : max(room, AuditHistory.causesPerRule)
      let (outcome, lines) = try await plan.run(
        sampleLimit: repairs == nil ? limit : max(limit, RepairBook.rowsPerRule), progress: progress)
      // Only a search that came to its end is one to build on.
      if let state = plan.memory?.recorder.state { kept?.keeper.keep(state.encoded, of: rule.description.id) }
      let guesses = await guesses(outcome, plan.target, check)
      if let repairs { await propose(outcome, plan.source, guesses, check, to: repairs) }
      return report.reference(outcome, plan.source, guesses, unsettled: plan.target.unsettled, plan: lines)
    case .query(let check):
      let outcome = try await check.run(on: access.reader(check.store), sampleLimit: room)
      return reported(outcome, check.threshold)
    case .metric(let check): return reported(try await measure(check, progress), check.threshold)
    }
  }

  private func reported(_ outcome: QualityOutcome, _ threshold: Threshold) -> RuleDecision {
    let decision = report.quality(outcome, threshold)
    let open = decision.findingCount - decision.acceptedCount
    if let repairs, open > 0 {
      var own = RuleRepairs(rule: rule.description)
      own.byHand = [
        ManualRepair(
          rowCount: open, reason: "which value is right, only people know",
          query: decision.findings.first { !$0.isAccepted }?.query ?? outcome.query)
      ]
      repairs.add(own)
    }
    return decision
  }

  private var report: RuleReport {
    RuleReport(rule: rule, baseline: baseline, history: history, journal: journal, limit: sampleLimit)
  }

  /// Rows that are read of those in violation: what is accepted must not take the place of what is new.
  private var room: Int { sampleLimit + baseline.room }

  // MARK: References

  /// Keys whose cause is guessed at, of one rule.
  private static let guessedKeys = 20

  /// Writes down what would repair the rows; what goes wrong with that changes no finding.
  private func propose(
    _ outcome: ReferenceReconciler.Outcome, _ source: any KeySource, _ guesses: [Key: KeyGuess],
    _ check: ReferenceCheck,
    to book: RepairBook
  ) async {
    let open = report.openViolations(outcome)
    guard !open.isEmpty else { return }
    var own = RuleRepairs(rule: rule.description)
    own.leftOut = outcome.findingCount - outcome.violations.count
    do {
      switch check.from {
      case .sql(let relation):
        try await SQLRepairer(check: check, side: try await side(relation))
          .propose(open, guesses, to: &own)
      case .firestore(let relation):
        try await FirestoreRepairer(check: check, source: self.source(relation))
          .propose(open, guesses, to: &own)
      }
    } catch {
      (own.statements, own.documents, own.byHand) = ([], [], [])
      own.refuse(open, "the rows cannot be read for it: \(RuleError.reason(of: error))", source)
    }
    book.add(own)
  }

  /// Why the first missing keys may be missing.
  ///
  /// The findings are proved already: what goes wrong here costs the guesses and nothing else.
  private func guesses(
    _ outcome: ReferenceReconciler.Outcome, _ target: any KeyTarget, _ check: ReferenceCheck
  ) async -> [Key: KeyGuess] {
    // Whoever has counted the documents that may be read has not counted these.
    if case .firestore = check.to, access.isFirestoreLimited { return [:] }
    let accepted = report.acceptedKeys(outcome)
    let keys = outcome.missing.map(\.key).filter { !accepted.contains($0) }.prefix(
      repairs == nil ? Self.guessedKeys : RepairBook.guessedKeys)
    guard !keys.isEmpty else { return [:] }
    let other = if let relation = check.inAnyState { try? await self.target(relation) } else { (any KeyTarget)?.none }
    return (try? await target.guesses(for: Array(keys), inAnyState: other)) ?? [:]
  }

  private func target(_ relation: Relation) async throws -> any KeyTarget {
    switch relation {
    case .sql(let relation): try await side(relation).target
    case .firestore(let relation):
      FirestoreKeyTarget(relation: relation, client: try access.client(relation.store), clock: clock)
    }
  }

  /// Both sides of a reference, and how it is best decided.
  func plan(_ check: ReferenceCheck) async throws -> ReferencePlan {
    var plan =
      if let found = searches?[rule.description.id] {
        try await given(found.get(), check)
      } else {
        try await plan(check.from, check.to)
      }
    if let condition = (plan.target as? SQLKeyTarget)?.absence.condition { plan.notes.append(condition) }
    if let kept = check.kept {
      let target = KeepingTarget(target: plan.target, kept: kept)
      plan.target = target
      plan.notes.append(target.exceptions)
    }
    return plan
  }

  /// Both sides of a reference whose candidates are known.
  private func given(_ search: SparkSearch, _ check: ReferenceCheck) async throws -> ReferencePlan {
    let source: any KeySource =
      switch check.from {
      case .sql(let relation): try await side(relation).source
      case .firestore(let relation): try source(relation)
      }
    return ReferencePlan(
      source: source, target: try await target(check.to),
      searches: [PlannedSearch(search: search, estimate: Estimate())])
  }

  private func plan(_ from: Relation, _ to: Relation) async throws -> ReferencePlan {
    let planner = ReferencePlanner(memory: memory)
    switch (from, to) {
    case (.sql(let from), .sql(let to)):
      return try await planner.plan(from: try await side(from), to: try await side(to)) { codec in
        try ReferenceMemory(of: rule, from: from, to: to, codec, access, kept, memory: memory, clock: clock)
      }
    case (.sql(let from), .firestore(let to)):
      let kept = try ReferenceMemory(of: rule, from: from, to: to, access, kept, memory: memory, clock: clock)
      var plan = try await planner.plan(
        from: try await side(from), to: to, try access.client(to.store), clock, memory: kept)
      plan.memory = kept
      return plan
    case (.firestore(let from), .sql(let to)):
      return try await planner.plan(from: try source(from), to: try await side(to))
    case (.firestore(let from), .firestore(let to)):
      return try await planner.plan(from: try source(from), to: to, try access.client(to.store), clock)
    }
  }

  private func side(_ relation: SQLRelation) async throws -> SQLSide {
    try await SQLSide(relation, reader: access.reader(relation.store))
  }

  private func source(_ relation: FirestoreRelation) throws -> FirestoreKeySource {
    FirestoreKeySource(relation: relation, client: try access.client(relation.store), clock: clock)
  }

  private func measure(_ check: MetricCheck, _ progress: @Sendable (Int) -> Void) async throws -> QualityOutcome {
    switch check.relation {
    case .sql(let relation):
      try await SQLMetric(check: check, relation: relation, reader: access.reader(relation.store))
        .run(sampleLimit: room)
    case .firestore(let relation):
      try await FirestoreMetric(check: check, relation: relation, client: access.client(relation.store), clock: clock)
        .run(sampleLimit: room, progress: progress)
    }
  }
}
