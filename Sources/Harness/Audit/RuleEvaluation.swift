import RFC3339

/// Evaluates one rule: chooses how its data is read, and hands what comes out to the report.
struct RuleEvaluation: Sendable {
  let rule: AuditRule
  let access: StoreAccess
  let clock: any WallClock
  let sampleLimit: Int
  /// Bytes that the keys of the rule may take.
  let memory: Int

  /// Evaluates the rule; throws when it cannot be decided.
  ///
  /// `progress` hears the rows examined so far.
  func run(progress: @escaping @Sendable (Int) -> Void) async throws -> RuleReport {
    switch rule.check {
    case .reference(let from, let to):
      let plan = try await plan(from, to)
      let (outcome, lines) = try await plan.run(sampleLimit: sampleLimit, progress: progress)
      return RuleReport(rule: rule, outcome, plan.source, plan: lines)
    case .query(let check):
      return RuleReport(
        rule: rule, try await check.run(on: access.reader(check.store), sampleLimit: sampleLimit), check.threshold)
    case .metric(let check): return RuleReport(rule: rule, try await measure(check, progress), check.threshold)
    }
  }

  /// Both sides of a reference, and how it is best decided.
  func plan(_ from: Relation, _ to: Relation) async throws -> ReferencePlan {
    let planner = ReferencePlanner(memory: memory)
    switch (from, to) {
    case (.sql(let from), .sql(let to)):
      return try await planner.plan(from: try await side(from), to: try await side(to))
    case (.sql(let from), .firestore(let to)):
      return try await planner.plan(from: try await side(from), to: to, try access.client(to.store), clock)
    case (.firestore(let from), .sql(let to)): return lookup(try source(from), try await side(to).target)
    case (.firestore(let from), .firestore(let to)):
      let client = try access.client(to.store)
      return lookup(try source(from), FirestoreKeyTarget(relation: to, client: client, clock: clock))
    }
  }

  private func side(_ relation: SQLRelation) async throws -> SQLSide {
    try await SQLSide(relation, reader: access.reader(relation.store))
  }

  private func source(_ relation: FirestoreRelation) throws -> FirestoreKeySource {
    FirestoreKeySource(relation: relation, client: try access.client(relation.store), clock: clock)
  }

  /// Documents tell no key twice or in order, so each is looked up.
  private func lookup(_ source: FirestoreKeySource, _ target: any KeyTarget) -> ReferencePlan {
    let search = KeyLookup(referrer: source, referent: target)
    return ReferencePlan(
      source: source, target: target, searches: [PlannedSearch(search: search, estimate: Estimate())])
  }

  private func measure(_ check: MetricCheck, _ progress: @Sendable (Int) -> Void) async throws -> QualityOutcome {
    switch check.relation {
    case .sql(let relation):
      try await SQLMetric(check: check, relation: relation, reader: access.reader(relation.store))
        .run(sampleLimit: sampleLimit)
    case .firestore(let relation):
      try await FirestoreMetric(check: check, relation: relation, client: access.client(relation.store), clock: clock)
        .run(sampleLimit: sampleLimit, progress: progress)
    }
  }
}
