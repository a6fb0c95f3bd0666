/// What became of one rule.
package struct RuleResult: Sendable, Hashable {
  /// The outcomes of a rule; only `held` and `violated` mean that everything was read.
  package enum Status: Sendable, Hashable {
    case held
    case violated
    /// The rule could not be decided: a store failed or a scan was cut short.
    case errored(reason: String)
    /// Not evaluated because the run ended before; never green.
    case skipped(reason: String)
  }

  package let rule: RuleID
  package let status: Status
  /// All violations found, also those beyond the sample.
  package let findingCount: Int
  /// A bounded sample: first what no baseline accepts, then by key.
  package let findings: [Finding]
  /// What lies behind the findings, as bounded and ordered as they are.
  package let causes: [FindingCause]
  /// All causes, also those beyond the list.
  package let causeCount: Int
  /// Violations that a baseline accepts.
  package let acceptedCount: Int
  /// Entries of the baseline that accept what is there no more.
  package let settled: [SettledEntry]
  /// Missing keys that may only be late, as bounded as findings; they never fail a gate by themselves.
  package let suspects: [Suspect]
  /// Rows that use such keys, also those beyond the list.
  package let suspectCount: Int
  /// Rows (or documents) of the subject that were read; an index may have answered for all others, as `plan` then says.
  package let rowsExamined: Int
  /// Distinct keys that were looked up at the referent.
  package let keysCompared: Int
  package let duration: Duration
  /// How the rule was evaluated: one line per access, for people.
  package let plan: [String]

  /// Reports a rule.
  package init(
    rule: RuleID, status: Status, findingCount: Int, findings: [Finding], causes: [FindingCause] = [],
    causeCount: Int? = nil, acceptedCount: Int = 0, settled: [SettledEntry] = [], suspects: [Suspect] = [],
    suspectCount: Int? = nil,
    rowsExamined: Int, keysCompared: Int, duration: Duration, plan: [String]
  ) {
    self.rule = rule
    self.status = status
    self.findingCount = findingCount
    self.findings = findings
    self.causes = causes
    self.causeCount = causeCount ?? causes.count
    self.acceptedCount = acceptedCount
    self.settled = settled
    self.suspects = suspects
    self.suspectCount = suspectCount ?? suspects.reduce(0) { $0 + $1.rowCount }
    self.rowsExamined = rowsExamined
    self.keysCompared = keysCompared
    self.duration = duration
    self.plan = plan
  }

  /// Whether the rule is violated, and a baseline accepts all of it; a rule can be violated without a row to count.
  package var isAccepted: Bool { status == .violated && acceptedCount > 0 && openCount == 0 }

  /// Violations that no baseline accepts.
  package var openCount: Int { findingCount - acceptedCount }
}
