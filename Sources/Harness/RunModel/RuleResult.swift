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
  /// A bounded sample, ordered by key.
  package let findings: [Finding]
  /// Candidates that could not be proved; they never fail a gate by themselves.
  package let suspects: [Finding]
  /// Rows (or documents) of the subject that were read; an index may have answered for all others, as `plan` then says.
  package let rowsExamined: Int
  /// Distinct keys that were looked up at the referent.
  package let keysCompared: Int
  package let duration: Duration
  /// How the rule was evaluated: one line per access, for people.
  package let plan: [String]

  /// Reports a rule.
  package init(
    rule: RuleID, status: Status, findingCount: Int, findings: [Finding], suspects: [Finding] = [],
    rowsExamined: Int, keysCompared: Int, duration: Duration, plan: [String]
  ) {
    self.rule = rule
    self.status = status
    self.findingCount = findingCount
    self.findings = findings
    self.suspects = suspects
    self.rowsExamined = rowsExamined
    self.keysCompared = keysCompared
    self.duration = duration
    self.plan = plan
  }
}
