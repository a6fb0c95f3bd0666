import DataContract
import JSON
import RFC3339
import RunModel

/// Turns what evaluating a rule showed into what reports show: values masked, findings named, grouped and in order.
struct RuleReport: Sendable {
  let rule: AuditRule
  var baseline = RuleBaseline()
  var history = RuleHistory()
  /// What the contract cases of the run wrote; nil when there were none.
  var journal: WriteJournal?
  /// Findings, and causes, that are kept of those that are accepted and of those that are not.
  var limit = 100

  var description: RuleDescription { rule.description }
  var masking: Masking { rule.masking }

  // MARK: Quality

  /// Reports a quality rule.
  func quality(_ outcome: QualityOutcome, _ threshold: Threshold) -> RuleDecision {
    var decision = RuleDecision(rule: description.id, plan: outcome.plan)
    decision.rowsExamined = outcome.rowsExamined
    guard !outcome.isSatisfied else { return decided(decision, [], []) }
    decision.findingCount = max(1, outcome.offendingRows)
    guard outcome.violations.isEmpty else {
      let findings = outcome.violations.map { finding($0, outcome) }
      let isComplete = outcome.violations.count >= outcome.offendingRows
      return decided(decision, findings, causes(of: findings), of: isComplete ? nil : outcome.offendingRows)
    }
    let measured = shown(outcome.value)
    let fingerprint = Fingerprint.of([description.id.text])
    let standing = baseline.standing(of: fingerprint, rowCount: decision.findingCount) { accepted in
      // Only numbers have a better and a worse; a text is compared as it is shown, which may be masked.
      guard let number = JSONNumber(lexeme: accepted), outcome.value.numberValue != nil else {
        return accepted != measured
      }
      return threshold.isWorse(outcome.value, than: .number(number))
    }
    let cause = FindingCause(
      fingerprint: fingerprint, key: [], rowCount: decision.findingCount, measured: measured, standing: standing,
      firstSeen: history.seen[fingerprint])
    return decided(decision, [finding(outcome, measured, threshold)], [cause])
  }

  /// One offending row.
  private func finding(_ violation: QualityOutcome.Violation, _ outcome: QualityOutcome) -> Finding {
    let isMasked = violation.identity.contains { masking.isMasked($0.name) }
    let fingerprint = masking.fingerprint(of: description.id, violation.identity, [])
    var finding = Finding(
      rule: description.id, severity: description.severity, fingerprint: fingerprint,
      subject: masking.shown(violation.identity, freeText: violation.freeText),
      values: masking.shown(violation.values, freeText: violation.freeText), message: description.title,
      witness: [Finding.Observation("measured", description.subject.store, outcome.position)],
      query: isMasked ? nil : violation.query ?? outcome.query, remedy: description.remedy)
    finding.requests = requests(violation.identity + violation.values)
    return finding
  }

  /// The requests of the run that wrote the row with these fields, or what it refers to.
  func requests(_ fields: [Finding.Field]) -> [WritingRequest] {
    journal?.requests(for: description.subject.object, fields) ?? []
  }

  /// The object as a whole, when no single row is to blame.
  private func finding(_ outcome: QualityOutcome, _ measured: String, _ threshold: Threshold) -> Finding {
    Finding(
      rule: description.id, severity: description.severity, fingerprint: Fingerprint.of([description.id.text]),
      subject: [], values: [.init("measured", measured)], message: "measured \(measured), \(threshold)",
      witness: [Finding.Observation("measured", description.subject.store, outcome.position)], query: outcome.query,
      remedy: description.remedy)
  }

  private func shown(_ value: JSONValue) -> String {
    let measured = value.serialized()
    guard case .string(let text) = value, let field = description.subject.fields.first else { return measured }
    return masking.shown(text, of: field, isFreeText: true) ?? measured
  }

  // MARK: Causes

  /// Rows that stand for themselves; without a primary key, several may be known by the same values.
  func causes(of findings: [Finding]) -> [FindingCause] {
    var counts: [String: Int] = [:]
    for finding in findings { counts[finding.fingerprint, default: 0] += 1 }
    return findings.compactMap { finding in
      guard let count = counts.removeValue(forKey: finding.fingerprint) else { return nil }
      return FindingCause(
        fingerprint: finding.fingerprint, key: finding.subject.isEmpty ? finding.values : finding.subject,
        rowCount: count, standing: baseline.standing(of: finding.fingerprint, rowCount: count),
        firstSeen: history.seen[finding.fingerprint])
    }
  }

  /// Completes a decision; `total` tells how many causes there are when not all of them are at hand.
  func decided(
    _ decision: RuleDecision, _ findings: [Finding], _ causes: [FindingCause], of total: Int? = nil
  ) -> RuleDecision {
    var decision = decision
    decision.acceptedCount = causes.reduce(0) { $0 + ($1.isAccepted ? $1.rowCount : 0) }
    decision.causeCount = total ?? causes.count
    for cause in causes.prefix(AuditHistory.causesPerRule) {
      decision.seen[cause.fingerprint] = history.firstSeen(cause.fingerprint)
    }
    // What was not read may be what an entry is about.
    let found = Set(causes.map(\.fingerprint)).union(decision.seen.keys)
    decision.settled = total == nil ? baseline.settled(unlessIn: found) : []
    let accepted = Set(causes.filter(\.isAccepted).map(\.fingerprint))
    let marked = findings.map { finding in
      var finding = finding
      finding.isAccepted = accepted.contains(finding.cause)
      return finding
    }
    decision.findings = bounded(Self.inOrder(marked), by: \.isAccepted)
    decision.causes = bounded(causes.sorted { Self.isBefore($0.key, $1.key) }, by: \.isAccepted)
    return decision
  }

  /// What is not accepted, then what is, each up to the limit.
  private func bounded<Element>(_ elements: [Element], by isAccepted: (Element) -> Bool) -> [Element] {
    Array(
      elements.filter { !isAccepted($0) }.prefix(limit)
        + elements.filter(isAccepted).prefix(max(limit, baseline.entries.count)))
  }

  /// Findings by their subject, each once: without a primary key, several rows may be known by the same values.
  private static func inOrder(_ findings: [Finding]) -> [Finding] {
    var seen: Set<String> = []
    return findings.filter { seen.insert($0.fingerprint).inserted }
      .sorted { isBefore($0.subject + $0.values, $1.subject + $1.values) }
  }

  private static func isBefore(_ left: [Finding.Field], _ right: [Finding.Field]) -> Bool {
    for (one, other) in zip(left, right) where one.value != other.value { return one.value.precedes(other.value) }
    return false
  }
}

/// What evaluating a rule showed, ready for reports.
struct RuleDecision: Sendable {
  let rule: RuleID
  var findingCount = 0
  var findings: [Finding] = []
  var causes: [FindingCause] = []
  var causeCount = 0
  var acceptedCount = 0
  var settled: [SettledEntry] = []
  var suspects: [Suspect] = []
  var suspectCount = 0
  /// When each cause was seen first, also of those that are suspect only.
  var seen: [String: Timestamp] = [:]
  var rowsExamined = 0
  var keysCompared = 0
  let plan: [String]

  init(rule: RuleID, plan: [String]) {
    self.rule = rule
    self.plan = plan
  }

  /// The rule's result.
  func result(after duration: Duration) -> RuleResult {
    RuleResult(
      rule: rule, status: findingCount == 0 ? .held : .violated, findingCount: findingCount, findings: findings,
      causes: causes, causeCount: causeCount, acceptedCount: acceptedCount, settled: settled, suspects: suspects,
      suspectCount: suspectCount,
      rowsExamined: rowsExamined, keysCompared: keysCompared, duration: duration, plan: plan)
  }
}

extension Masking {
  /// Fields as a report may show them.
  func shown(_ fields: [Finding.Field], freeText: Set<String> = []) -> [Finding.Field] {
    fields.map { Finding.Field($0.name, shown($0.value, of: $0.name, isFreeText: freeText.contains($0.name))) }
  }

  /// The name of a violation: its rule, what identifies the row, and those of the values that are not classified.
  func fingerprint(
    of rule: RuleID, _ identity: [Finding.Field], _ values: [Finding.Field]
  ) -> String {
    let isAlone = identity.isEmpty
    let fields = identity + values.filter { isAlone || !isMasked($0.name) }
    return Fingerprint.of([rule.text] + fields.flatMap { [$0.name, $0.value] })
  }
}

extension Finding.Observation {
  init(_ what: String, _ store: String, _ position: ReadPosition) {
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
