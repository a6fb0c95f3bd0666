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
      let reference = try await reference(from, to)
      let (outcome, plan) = try await reference.run(sampleLimit: sampleLimit, progress: progress)
      return RuleReport(rule: rule, outcome, reference.source, plan: plan)
    case .query(let check):
      return RuleReport(
        rule: rule, try await check.run(on: access.reader(check.store), sampleLimit: sampleLimit), check.threshold)
    case .metric(let check): return RuleReport(rule: rule, try await measure(check, progress), check.threshold)
    }
  }

  /// Both sides of a reference, and how it is best decided.
  func reference(_ from: Relation, _ to: Relation) async throws -> PlannedReference {
    let planner = ReferencePlanner(memory: memory)
    switch (from, to) {
    case (.sql(let from), .sql(let to)):
      let (source, target) = (try await probe(from), try await probe(to))
      return PlannedReference(
        from, source, to, target, try await planner.plan(from: from, source, to: to, target), memory: memory)
    case (.sql(let from), .firestore(let to)):
      let source = try await probe(from)
      let client = try access.client(to.store)
      return PlannedReference(
        from, source, to, client, try await planner.plan(from: from, source, to: to, client), clock, memory: memory)
    case (.firestore(let from), .sql(let to)):
      let target = try await probe(to)
      return PlannedReference(
        looking: FirestoreKeySource(relation: from, client: try access.client(from.store), clock: clock),
        in: SQLKeyTarget(relation: to, reader: target.reader, kinds: target.kinds))
    case (.firestore(let from), .firestore(let to)):
      return PlannedReference(
        looking: FirestoreKeySource(relation: from, client: try access.client(from.store), clock: clock),
        in: FirestoreKeyTarget(relation: to, client: try access.client(to.store), clock: clock))
    }
  }

  private func probe(_ relation: SQLRelation) async throws -> CatalogueProbe {
    let reader = try access.reader(relation.store)
    return CatalogueProbe(reader: reader, kinds: try await ColumnProbe(reader: reader).kinds(of: relation))
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
