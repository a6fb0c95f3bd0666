import RFC3339

/// Evaluates one rule: chooses how its data is read, and hands what comes out to the report.
struct RuleEvaluation: Sendable {
  let rule: AuditRule
  let access: StoreAccess
  let clock: any WallClock
  let sampleLimit: Int

  /// Evaluates the rule; throws when it cannot be decided.
  ///
  /// `progress` hears the rows examined so far.
  func run(progress: @escaping @Sendable (Int) -> Void) async throws -> RuleReport {
    switch rule.check {
    case .reference(let from, let to):
      let referrer = try await source(from)
      let referent = try await target(to)
      let reconciler = ReferenceReconciler(referrer: referrer, referent: referent, sampleLimit: sampleLimit)
      return RuleReport(rule: rule, try await reconciler.run(progress: progress), referrer, referent)
    case .query(let check):
      return RuleReport(
        rule: rule, try await check.run(on: access.reader(check.store), sampleLimit: sampleLimit), check.threshold)
    case .metric(let check): return RuleReport(rule: rule, try await measure(check, progress), check.threshold)
    }
  }

  private func source(_ relation: Relation) async throws -> any KeySource {
    switch relation {
    case .sql(let relation):
      let reader = try access.reader(relation.store)
      return SQLKeySource(
        relation: relation, reader: reader, kinds: try await ColumnProbe(reader: reader).kinds(of: relation))
    case .firestore(let relation):
      return FirestoreKeySource(relation: relation, client: try access.client(relation.store), clock: clock)
    }
  }

  private func target(_ relation: Relation) async throws -> any KeyTarget {
    switch relation {
    case .sql(let relation):
      let reader = try access.reader(relation.store)
      return SQLKeyTarget(
        relation: relation, reader: reader, kinds: try await ColumnProbe(reader: reader).kinds(of: relation))
    case .firestore(let relation):
      return FirestoreKeyTarget(relation: relation, client: try access.client(relation.store), clock: clock)
    }
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
