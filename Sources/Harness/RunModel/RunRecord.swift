import RFC3339

/// A run as far as it got: the fold of its events, and all that a report needs.
///
/// A record can be taken at any moment, so a run that dies midway still leaves a report that says so: rules
/// and cases that were planned and never came count as not run, and the verdict is then never green.
package struct RunRecord: Sendable, Hashable {
  package let header: RunHeader
  package private(set) var components: [ComponentReport] = []
  package private(set) var phaseDurations: [RunPhase: Duration] = [:]
  package private(set) var contractPlan: ContractPlan?
  package private(set) var cases: [CaseResult] = []
  package private(set) var auditPlan: AuditPlan?
  package private(set) var rules: [RuleResult] = []
  package private(set) var notices: [Notice] = []
  package private(set) var ending: RunEnding?

  /// Starts the record of a run.
  package init(header: RunHeader) {
    self.header = header
  }

  /// Takes the next event of the run.
  package mutating func apply(_ event: RunEvent) {
    switch event {
    case .runStarted, .phaseStarted, .ruleStarted, .ruleProgressed: break
    case .phaseFinished(let phase, let duration): phaseDurations[phase] = duration
    case .componentChanged(let report): update(report)
    case .contractsPlanned(let plan): contractPlan = plan
    case .caseFinished(let result): cases.append(result)
    case .auditPlanned(let plan): auditPlan = plan
    case .ruleFinished(let result): rules.append(result)
    case .noted(let notice): notices.append(notice)
    case .runFinished(let ending): self.ending = ending
    }
  }

  /// Keeps one report per component: the last, except that a failure is never forgotten.
  private mutating func update(_ report: ComponentReport) {
    guard let index = components.firstIndex(where: { $0.component == report.component }) else {
      components.append(report)
      return
    }
    if case .failed = components[index].state, case .stopped = report.state { return }
    components[index] = ComponentReport(
      component: report.component, mode: report.mode, state: report.state,
      address: report.address ?? components[index].address)
  }

  /// Time from start to end; nil while the run goes on.
  package var duration: Duration? { ending.map { $0.finishedAt - header.startedAt } }

  /// Cases by outcome.
  package var caseCounts: CaseCounts {
    var counts = CaseCounts()
    for result in cases { counts.count(result.status) }
    counts.missing = max(0, (contractPlan?.caseCount ?? 0) - cases.count)
    return counts
  }

  /// Rules by outcome.
  package var ruleCounts: RuleCounts {
    var counts = RuleCounts()
    for result in rules {
      counts.findings += result.findingCount
      switch result.status {
      case .held: counts.held += 1
      case .violated: counts.violated += 1
      case .errored: counts.errored += 1
      case .skipped: counts.notRun += 1
      }
    }
    counts.notRun += max(0, (auditPlan?.rules.count ?? 0) - rules.count)
    return counts
  }

  /// Description of a rule, from the plan.
  package func description(of rule: RuleID) -> RuleDescription? {
    auditPlan?.rules.first { $0.id == rule }
  }

  /// Findings severe enough to fail the gate.
  package var gatingFindingCount: Int {
    rules.reduce(0) { sum, result in
      guard result.status == .violated, let rule = description(of: result.rule), rule.severity >= header.failOn
      else { return sum }
      return sum + result.findingCount
    }
  }

  /// What the run says; `undecided` as long as anything planned is open.
  package var verdict: Verdict {
    guard let ending else { return .undecided }
    switch ending.reason {
    case .interrupted: return .interrupted
    case .stackFailed: return .undecided
    case .completed: break
    }
    let cases = caseCounts
    let rules = ruleCounts
    let planned =
      (contractPlan != nil || !header.phases.contains(.contracts))
      && (auditPlan != nil || !header.phases.contains(.audit))
    let hasFailedComponent = components.contains { if case .failed = $0.state { true } else { false } }
    if !planned || hasFailedComponent || cases.errored + cases.missing + rules.errored + rules.notRun > 0 {
      return .undecided
    }
    return cases.failed > 0 || gatingFindingCount > 0 ? .failed : .passed
  }
}

/// Contract cases by outcome.
package struct CaseCounts: Sendable, Hashable {
  package var passed = 0
  package var failed = 0
  package var errored = 0
  package var skipped = 0
  /// Planned, but never reported.
  package var missing = 0

  /// All zero.
  package init() {}

  /// Cases that were planned, run or not.
  package var total: Int { passed + failed + errored + skipped + missing }

  mutating func count(_ status: CaseResult.Status) {
    switch status {
    case .passed: passed += 1
    case .failed: failed += 1
    case .errored: errored += 1
    case .skipped: skipped += 1
    }
  }
}

/// Audit rules by outcome.
package struct RuleCounts: Sendable, Hashable {
  package var held = 0
  package var violated = 0
  package var errored = 0
  /// Planned, but not evaluated.
  package var notRun = 0
  /// Violations over all rules.
  package var findings = 0

  /// All zero.
  package init() {}

  /// Rules that were planned, evaluated or not.
  package var total: Int { held + violated + errored + notRun }
}
