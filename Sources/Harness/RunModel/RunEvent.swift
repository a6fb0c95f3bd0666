package import RFC3339

/// Everything that happens in a run, in order: engines emit events, reporters only listen.
///
/// Events are the waist of the hourglass. Whoever wants to show a run (console, JUnit, HTML, JSON) folds
/// them into a ``RunRecord``; whoever does work emits them and knows no report.
package enum RunEvent: Sendable {
  case runStarted(RunHeader)
  case phaseStarted(RunPhase)
  case phaseFinished(RunPhase, after: Duration)
  case componentChanged(ComponentReport)
  case contractsPlanned(ContractPlan)
  case caseFinished(CaseResult)
  case coverageMeasured(ContractCoverage)
  case auditPlanned(AuditPlan)
  case ruleStarted(RuleID)
  /// Rows examined so far by a rule that takes long.
  case ruleProgressed(RuleID, rows: Int)
  case ruleFinished(RuleResult)
  case noted(Notice)
  case runFinished(RunEnding)
}

/// Something worth telling that is neither a case nor a finding.
package struct Notice: Sendable, Hashable {
  package let severity: Severity
  package let message: String
  /// What to do about it.
  package let remedy: String?

  /// A remark for every report.
  package init(_ severity: Severity, _ message: String, remedy: String? = nil) {
    self.severity = severity
    self.message = message
    self.remedy = remedy
  }
}

/// How a run came to its end.
package struct RunEnding: Sendable, Hashable {
  /// Why no more events follow.
  package enum Reason: Sendable, Hashable {
    /// Everything that was planned was tried.
    case completed
    /// A person or the system asked it to stop; carries the signal's name.
    case interrupted(signal: String)
    /// The stack or a store failed, so that the rest could not be tried.
    case stackFailed(String)
  }

  package let finishedAt: Timestamp
  package let reason: Reason

  /// Ends a run.
  package init(finishedAt: Timestamp, reason: Reason) {
    self.finishedAt = finishedAt
    self.reason = reason
  }
}

/// Receives a run's events, each exactly once and in order.
package protocol RunListener: Sendable {
  /// Takes one event; must be quick, since the engines wait for it.
  func receive(_ event: RunEvent)
}
