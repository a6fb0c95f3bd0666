import RFC3339
import RunModel

extension RuleReport {
  /// Reports a reference; `unsettled` tells why nothing is proved of what changed at each look.
  func reference(
    _ outcome: ReferenceReconciler.Outcome, _ referrer: any KeySource, _ guesses: [Key: KeyGuess] = [:],
    unsettled: String, plan: [String]
  ) -> RuleDecision {
    var decision = RuleDecision(rule: description.id, plan: plan)
    decision.rowsExamined = outcome.rowsExamined
    decision.keysCompared = outcome.keysCompared
    decision.findingCount = outcome.findingCount
    decision.suspectCount = outcome.suspectCount
    for suspect in outcome.suspects {
      let reason =
        switch suspect.reason {
        case .recent: "written too lately to be judged"
        case .unsettled: unsettled
        }
      var since: Timestamp?
      if !areKeysMasked {
        // What is suspect ages, and an entry of the baseline about it is not gone.
        let fingerprint = fingerprint(of: suspect.key)
        since = history.seen[fingerprint]
        decision.seen[fingerprint] = history.firstSeen(fingerprint)
      }
      decision.suspects.append(
        Suspect(
          key: masking.shown(fields(suspect.key)), rowCount: suspect.rowCount, reason: reason, firstSeen: since))
    }
    decision =
      areKeysMasked
      ? byRow(decision, outcome, referrer) : byKey(decision, outcome, referrer, guesses)
    decision.suspects = Array(decision.suspects.prefix(limit))
    let named = areKeysMasked ? 0 : outcome.suspects.reduce(0) { $0 + $1.rowCount }
    // What is suspect and has no name here may be what an entry is about.
    if named < outcome.suspectCount { decision.settled = [] }
    return decision
  }

  /// Groups findings by the key that is missing.
  private func byKey(
    _ decision: RuleDecision, _ outcome: ReferenceReconciler.Outcome, _ referrer: any KeySource,
    _ guesses: [Key: KeyGuess]
  ) -> RuleDecision {
    var decision = decision
    let all = outcome.missing.map { missing in
      let fingerprint = fingerprint(of: missing.key)
      return FindingCause(
        fingerprint: fingerprint, key: masking.shown(fields(missing.key)), rowCount: missing.rowCount,
        likely: guesses[missing.key]?.cause(isMasked: false),
        standing: baseline.standing(of: fingerprint, rowCount: missing.rowCount), firstSeen: history.seen[fingerprint])
    }
    let isComplete = outcome.missing.count == outcome.missingCount
    let listed = all.reduce(0) { $0 + $1.rowCount }
    let causes = aged(all, unlisted: isComplete ? 0 : outcome.findingCount - listed, &decision)
    let judged = Set(causes.map(\.fingerprint))
    let findings = outcome.violations.map { finding($0, referrer, cause: fingerprint(of: $0.row.key)) }
      .filter { judged.contains($0.cause) }
    return decided(decision, findings, causes, of: isComplete ? nil : outcome.missingCount - (all.count - causes.count))
  }

  /// Lets each row stand for itself: a classified key is not even hashed where a row has anything else to be known by,
  /// since keys can be guessed.
  private func byRow(
    _ decision: RuleDecision, _ outcome: ReferenceReconciler.Outcome, _ referrer: any KeySource
  ) -> RuleDecision {
    var decision = decision
    let findings = outcome.violations.map { finding($0, referrer) }
    let all = causes(of: findings)
    let isComplete = outcome.violations.count == outcome.findingCount
    let causes = aged(all, unlisted: isComplete ? 0 : outcome.findingCount - outcome.violations.count, &decision)
    let judged = Set(causes.map(\.fingerprint))
    return decided(
      decision, findings.filter { judged.contains($0.fingerprint) }, causes,
      of: isComplete ? nil : outcome.findingCount - (all.count - causes.count))
  }

  /// The causes that had their time; all others are suspects, and so is what is too much to be known by name.
  private func aged(_ causes: [FindingCause], unlisted: Int, _ decision: inout RuleDecision) -> [FindingCause] {
    guard case .reference(let check) = rule.check, let time = check.cascade else { return causes }
    let judged = causes.filter { history.now - history.firstSeen($0.fingerprint) >= time }
    let known = Set(judged.map(\.fingerprint))
    let waiting = causes.filter { !known.contains($0.fingerprint) }
    for cause in waiting {
      let since = history.firstSeen(cause.fingerprint)
      decision.seen[cause.fingerprint] = since
      decision.suspects.append(
        Suspect(
          key: cause.key, rowCount: cause.rowCount,
          reason: "what refers to a deleted row has until \(since.adding(time)) to be deleted too", firstSeen: since))
    }
    let rows = waiting.reduce(0) { $0 + $1.rowCount } + unlisted
    decision.suspectCount += rows
    decision.findingCount -= rows
    return judged
  }

  // MARK: Keys

  /// The missing keys that the baseline accepts.
  func acceptedKeys(_ outcome: ReferenceReconciler.Outcome) -> Set<Key> {
    guard !areKeysMasked, !baseline.entries.isEmpty else { return [] }
    return Set(
      outcome.missing.filter { baseline.accepts(fingerprint(of: $0.key), rowCount: $0.rowCount) }.map(\.key))
  }

  /// The violations that are held against the stores: old enough, and accepted by no baseline.
  func openViolations(_ outcome: ReferenceReconciler.Outcome) -> [ReferenceReconciler.Violation] {
    let accepted = acceptedKeys(outcome)
    let time: Duration? = if case .reference(let check) = rule.check { check.cascade } else { nil }
    return outcome.violations.filter { violation in
      let row = violation.row
      let fingerprint =
        areKeysMasked
        ? masking.fingerprint(of: description.id, row.identity, fields(row.key)) : fingerprint(of: row.key)
      if let time, history.now - history.firstSeen(fingerprint) < time { return false }
      return areKeysMasked ? !baseline.accepts(fingerprint, rowCount: 1) : !accepted.contains(row.key)
    }
  }

  private func fields(_ key: Key) -> [Finding.Field] {
    zip(description.subject.fields, key.parts).map { Finding.Field($0, $1) }
  }

  private var areKeysMasked: Bool { description.subject.fields.contains(where: masking.isMasked) }

  /// The name of a missing key.
  private func fingerprint(of key: Key) -> String { masking.fingerprint(of: description.id, [], fields(key)) }

  private func finding(
    _ violation: ReferenceReconciler.Violation, _ referrer: any KeySource, cause: String? = nil
  ) -> Finding {
    let row = violation.row
    let values = fields(row.key)
    let target = if case .reference(let target) = description.kind { target } else { description.subject }
    let shown = masking.shown(values)
    let query: String? =
      if !areKeysMasked {
        referrer.query(showing: row.key)
      } else if row.identity.isEmpty || row.identity.contains(where: { masking.isMasked($0.name) }) {
        nil
      } else {
        referrer.query(showing: row.identity)
      }
    let witness = violation.witness
    let fingerprint = masking.fingerprint(of: description.id, row.identity, values)
    var finding = Finding(
      rule: description.id, severity: description.severity, fingerprint: fingerprint,
      subject: masking.shown(row.identity), values: shown,
      message: "\(shown.map { $0.value ?? "NULL" }.joined(separator: ", ")) does not exist as \(target)",
      witness: [
        Finding.Observation("absent", target.store, witness.firstAbsent),
        Finding.Observation("present", description.subject.store, witness.present),
        Finding.Observation("absent", target.store, witness.secondAbsent),
      ], query: query, remedy: description.remedy, cause: cause)
    finding.requests = requests(row.identity + values)
    return finding
  }
}
