import DataContract
import JSON
import RunModel

/// What evaluating a rule showed, as reports show it: values masked, findings named and in order.
struct RuleReport: Sendable {
  private let rule: AuditRule
  private let status: RuleResult.Status
  private let findingCount: Int
  private let findings: [Finding]
  private let rowsExamined: Int
  private let keysCompared: Int
  private let plan: [String]

  /// The rule's result.
  func result(after duration: Duration) -> RuleResult {
    RuleResult(
      rule: rule.description.id, status: status, findingCount: findingCount, findings: findings,
      rowsExamined: rowsExamined, keysCompared: keysCompared, duration: duration, plan: plan)
  }

  // MARK: References

  /// Reports a reference.
  init(rule: AuditRule, _ outcome: ReferenceReconciler.Outcome, _ referrer: any KeySource, plan: [String]) {
    self.rule = rule
    status = outcome.findingCount == 0 ? .held : .violated
    findingCount = outcome.findingCount
    findings = Self.inOrder(outcome.violations.map { Self.finding($0, of: rule, referrer) })
    rowsExamined = outcome.rowsExamined
    keysCompared = outcome.keysCompared
    self.plan = plan
  }

  private static func finding(
    _ violation: ReferenceReconciler.Violation, of rule: AuditRule, _ referrer: any KeySource
  ) -> Finding {
    let (row, masking, description) = (violation.row, rule.masking, rule.description)
    let values = zip(description.subject.fields, row.key.parts).map { Finding.Field($0, $1) }
    let target = if case .reference(let target) = description.kind { target } else { description.subject }
    let isMasked = values.contains { masking.isMasked($0.name) }
    let shown = masking.shown(values)
    let query: String? =
      if !isMasked {
        referrer.query(showing: row.key)
      } else if row.identity.isEmpty || row.identity.contains(where: { masking.isMasked($0.name) }) {
        nil
      } else {
        referrer.query(showing: row.identity)
      }
    let witness = violation.witness
    return Finding(
      rule: description.id, severity: description.severity,
      fingerprint: masking.fingerprint(of: description.id, row.identity, values),
      subject: masking.shown(row.identity), values: shown,
      message: "\(shown.map { $0.value ?? "NULL" }.joined(separator: ", ")) does not exist as \(target)",
      witness: [
        Finding.Observation("absent", target.store, witness.firstAbsent),
        Finding.Observation("present", description.subject.store, witness.present),
        Finding.Observation("absent", target.store, witness.secondAbsent),
      ], query: query, remedy: description.remedy)
  }

  // MARK: Quality

  /// Reports a quality rule.
  init(rule: AuditRule, _ outcome: QualityOutcome, _ threshold: Threshold) {
    self.rule = rule
    rowsExamined = outcome.rowsExamined
    keysCompared = 0
    plan = outcome.plan
    guard !outcome.isSatisfied else {
      status = .held
      findingCount = 0
      findings = []
      return
    }
    status = .violated
    findingCount = max(1, outcome.offendingRows)
    let rows = outcome.violations.map { Self.finding($0, of: rule, outcome) }
    findings = rows.isEmpty ? [Self.finding(of: rule, outcome, threshold)] : Self.inOrder(rows)
  }

  /// One offending row.
  private static func finding(
    _ violation: QualityOutcome.Violation, of rule: AuditRule, _ outcome: QualityOutcome
  ) -> Finding {
    let (masking, description) = (rule.masking, rule.description)
    let isMasked = violation.identity.contains { masking.isMasked($0.name) }
    return Finding(
      rule: description.id, severity: description.severity,
      fingerprint: masking.fingerprint(of: description.id, violation.identity, []),
      subject: masking.shown(violation.identity, freeText: violation.freeText),
      values: masking.shown(violation.values, freeText: violation.freeText), message: description.title,
      witness: [Finding.Observation("measured", description.subject.store, outcome.position)],
      query: isMasked ? nil : violation.query ?? outcome.query, remedy: description.remedy)
  }

  /// The object as a whole, when no single row is to blame.
  private static func finding(of rule: AuditRule, _ outcome: QualityOutcome, _ threshold: Threshold) -> Finding {
    let description = rule.description
    var measured = outcome.value.serialized()
    if case .string(let text) = outcome.value, let field = description.subject.fields.first {
      measured = rule.masking.shown(text, of: field, isFreeText: true) ?? measured
    }
    return Finding(
      rule: description.id, severity: description.severity, fingerprint: Fingerprint.of([description.id.text]),
      subject: [], values: [.init("measured", measured)], message: "measured \(measured), \(threshold)",
      witness: [Finding.Observation("measured", description.subject.store, outcome.position)], query: outcome.query,
      remedy: description.remedy)
  }

  // MARK: Order

  /// Findings by their subject, each once: without a primary key, several rows may be known by the same values.
  private static func inOrder(_ findings: [Finding]) -> [Finding] {
    var seen: Set<String> = []
    return findings.filter { seen.insert($0.fingerprint).inserted }.sorted { left, right in
      for (one, other) in zip(left.subject + left.values, right.subject + right.values) where one.value != other.value {
        return one.value.precedes(other.value)
      }
      return false
    }
  }
}

extension Masking {
  /// Fields as a report may show them.
  fileprivate func shown(_ fields: [Finding.Field], freeText: Set<String> = []) -> [Finding.Field] {
    fields.map { Finding.Field($0.name, shown($0.value, of: $0.name, isFreeText: freeText.contains($0.name))) }
  }

  /// The name of a violation: its rule, what identifies the row, and those of the values that are not classified.
  fileprivate func fingerprint(
    of rule: RuleID, _ identity: [Finding.Field], _ values: [Finding.Field]
  ) -> String {
    let isAlone = identity.isEmpty
    let fields = identity + values.filter { isAlone || !isMasked($0.name) }
    return Fingerprint.of([rule.text] + fields.flatMap { [$0.name, $0.value] })
  }
}

extension Finding.Observation {
  fileprivate init(_ what: String, _ store: String, _ position: ReadPosition) {
    self.init(what: what, store: store, at: position.at, position: position.position)
  }
}

extension String? {
  /// Order for people: NULL first, numbers by value, all else by bytes.
  fileprivate func precedes(_ other: String?) -> Bool {
    guard let self else { return other != nil }
    guard let other else { return false }
    if let one = Int64(self), let two = Int64(other) { return one < two }
    return self.utf8.lexicographicallyPrecedes(other.utf8)
  }
}
