import Firestore
import FirestoreModel
import JSON
import Postgres
import RFC3339
package import RunModel

/// Tells how rules would be decided; asks the stores for their catalogues and estimates only.
struct RuleExplainer: Sendable {
  let access: StoreAccess
  let evaluation: RuleEvaluation

  /// Explains the rule; what goes wrong is part of the answer.
  func explain() async -> RuleExplanation {
    let rule = evaluation.rule
    do {
      switch rule.check {
      case .reference(let check): return try await reference(check)
      case .query(let check):
        let reader = try access.reader(check.store)
        // Only who wrote the query knows which of its rows are the judged ones.
        let plan = try await serverPlan(of: check.query.sql, by: reader)
        return explanation(plan, rows: nil, "\(check.store.name): \(check.query.oneLine)")
      case .metric(let check): return try await metric(check)
      }
    } catch {
      return RuleExplanation(rule: rule.description, rows: nil, ways: [], problem: RuleError.reason(of: error))
    }
  }

  private func reference(_ check: ReferenceCheck) async throws -> RuleExplanation {
    let plan = try await evaluation.plan(check)
    let ways = plan.searches.map { planned in
      let estimate = planned.estimate
      return RuleExplanation.Way(
        plan: planned.search.plan + plan.notes, seconds: estimate.seconds, bytes: estimate.bytes,
        firestoreReads: estimate.firestoreReads, memory: estimate.memory)
    }
    return RuleExplanation(rule: evaluation.rule.description, rows: plan.referrerRows, ways: ways)
  }

  private func count(_ relation: FirestoreRelation) async throws -> Int64 {
    try await access.client(relation.store).count(relation.query, parent: relation.collection.parent)
  }

  private func metric(_ check: MetricCheck) async throws -> RuleExplanation {
    switch check.relation {
    case .sql(let relation):
      let reader = try access.reader(relation.store)
      let kinds = try await ColumnProbe(reader: reader).kinds(of: relation)
      let figures = SQLMetric(check: check, relation: relation, reader: reader).figures(kinds)
      let plan = try await serverPlan(of: figures, by: reader)
      return explanation(plan, rows: plan.map(Self.mostRows), "\(relation.store.name): \(figures.text)")
    case .firestore(let relation):
      if case .outlived = check.measure {
        // Only what breaks the rule is read.
        let plan = "\(relation.store): documents of \(relation.collection) that are too old"
        return RuleExplanation(
          rule: evaluation.rule.description, rows: nil,
          ways: [.init(plan: [plan], seconds: CostModel.streamedDocument / 1e6, bytes: 0, firestoreReads: 1, memory: 0)]
        )
      }
      let count = Double(try await count(relation))
      let isCounted = check.measure == .rowCount
      let reads = isCounted ? (count / 1000).rounded(.up) : count
      return RuleExplanation(
        rule: evaluation.rule.description, rows: count,
        ways: [
          .init(
            plan: ["\(relation.store): \(isCounted ? "count of" : "every document of") \(relation.collection)"],
            seconds: reads * CostModel.streamedDocument / 1e6, bytes: isCounted ? 0 : count * CostModel.documentBytes,
            firestoreReads: reads, memory: 0)
        ])
    }
  }

  /// One statement that a server answers by itself.
  private func explanation(_ plan: JSONValue?, rows: Double?, _ line: String) -> RuleExplanation {
    let seconds = (plan?["Total Cost"]?.doubleValue ?? 0) * CostModel.serverCost / 1e6
    let way = RuleExplanation.Way(plan: [line], seconds: seconds, bytes: 0, firestoreReads: 0, memory: 0)
    return RuleExplanation(rule: evaluation.rule.description, rows: rows, ways: [way])
  }

  private func serverPlan(of statement: SQL, by reader: SQLReader) async throws -> JSONValue? {
    try await reader.snapshot { try $0.querySync("EXPLAIN (FORMAT JSON) \(statement)").plan }.value
  }

  /// The rows of the largest step.
  private static func mostRows(_ node: JSONValue) -> Double {
    let inner = (node["Plans"]?.arrayValue ?? []).map(mostRows)
    return inner.reduce(node["Plan Rows"]?.doubleValue ?? 0, max)
  }
}

extension Auditor {
  /// Tells how every rule would be decided, and decides none.
  package func explain() async -> [RuleExplanation] {
    let access = StoreAccess(stores: stores, rulesAtOnce: width, limits: limits)
    var explanations: [RuleExplanation] = []
    for rule in rules.rules {
      let evaluation = RuleEvaluation(
        rule: rule, access: access, clock: clock, sampleLimit: sampleLimit, baseline: RuleBaseline(),
        history: RuleHistory(),
        memory: limits.memory / width, kept: kept)
      explanations.append(await RuleExplainer(access: access, evaluation: evaluation).explain())
    }
    await access.close()
    return explanations
  }
}
