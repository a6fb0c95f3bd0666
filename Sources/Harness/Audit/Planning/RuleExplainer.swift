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
      case .reference(let from, let to): return try await reference(from, to)
      case .query(let check):
        let reader = try access.reader(check.store)
        let rows = try await rows(of: check.query.sql, by: reader)
        return explanation(rows, plan: "\(check.store.name): \(check.query.oneLine)")
      case .metric(let check): return try await metric(check)
      }
    } catch {
      return RuleExplanation(rule: rule.description, rows: nil, ways: [], problem: RuleError.reason(of: error))
    }
  }

  private func reference(_ from: Relation, _ to: Relation) async throws -> RuleExplanation {
    let reference = try await evaluation.reference(from, to)
    let ways = reference.plan.searches.map { planned in
      let estimate = planned.estimate
      return RuleExplanation.Way(
        plan: reference.search(planned.path).plan, seconds: estimate.seconds, bytes: estimate.bytes,
        firestoreReads: estimate.firestoreReads, memory: estimate.memory)
    }
    return RuleExplanation(rule: evaluation.rule.description, rows: reference.plan.referrerRows, ways: ways)
  }

  private func metric(_ check: MetricCheck) async throws -> RuleExplanation {
    switch check.relation {
    case .sql(let relation):
      let reader = try access.reader(relation.store)
      let kinds = try await ColumnProbe(reader: reader).kinds(of: relation)
      let figures = SQLMetric(check: check, relation: relation, reader: reader).figures(kinds)
      return explanation(try await rows(of: figures, by: reader), plan: "\(relation.store.name): \(figures.text)")
    case .firestore(let relation):
      let client = try access.client(relation.store)
      let count = Double(try await client.count(relation.query, parent: relation.collection.parent))
      let isCounted = check.measure == .rowCount
      let reads = isCounted ? (count / 1000).rounded(.up) : count
      return RuleExplanation(
        rule: evaluation.rule.description, rows: count,
        ways: [
          .init(
            plan: ["\(relation.store): \(isCounted ? "count of" : "every document of") \(relation.collection)"],
            seconds: reads * CostModel.streamedDocument / 1e6, bytes: isCounted ? 0 : count * 250,
            firestoreReads: reads, memory: 0)
        ])
    }
  }

  /// One statement that a server answers by itself.
  private func explanation(_ rows: Double?, plan: String) -> RuleExplanation {
    let way = RuleExplanation.Way(
      plan: [plan], seconds: (rows ?? 0) * CostModel.judgedRow / 1e6, bytes: 0, firestoreReads: 0, memory: 0)
    return RuleExplanation(rule: evaluation.rule.description, rows: rows, ways: [way])
  }

  /// The rows of the largest step of a statement, as the server plans it.
  private func rows(of statement: SQL, by reader: SQLReader) async throws -> Double? {
    try await reader.snapshot { connection in
      guard let text = try connection.querySync("EXPLAIN (FORMAT JSON) \(statement)").rows.first?[0].text else {
        return nil
      }
      return try JSONValue(parsing: Array(text.utf8)).arrayValue?.first?["Plan"].map(Self.mostRows)
    }.value
  }

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
        rule: rule, access: access, clock: clock, sampleLimit: sampleLimit, memory: limits.memory / width)
      explanations.append(await RuleExplainer(access: access, evaluation: evaluation).explain())
    }
    await access.close()
    return explanations
  }
}
