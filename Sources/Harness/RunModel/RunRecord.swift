import RFC3339

/// A run as far as it got: the fold of its events, and all that a report needs.
///
/// A record can be taken at any moment, so a run that dies midway still leaves a report that says so: rules
/// and cases that were planned and never came count as not run, and the verdict is then never green.
package struct RunRecord: Sendable, Hashable {
  package let header: RunHeader
  package private(set) var components: [ComponentReport] = []
  /// How long each component took to answer its probe; kept when it stops or fails later.
  package private(set) var readyTimes: [Component: Duration] = [:]
  package private(set) var phaseDurations: [RunPhase: Duration] = [:]
  package private(set) var contractPlan: ContractPlan?
  package private(set) var cases: [CaseResult] = []
  /// How much of the documents the cases have seen; nil when nobody measured.
  package private(set) var coverage: ContractCoverage?
  package private(set) var auditPlan: AuditPlan?
  package private(set) var rules: [RuleResult] = []
  package private(set) var notices: [Notice] = []
  package private(set) var ending: RunEnding?

  // A console asks for the counts after every case, so they are kept, not counted again each time.
  private var reportedCases = CaseCounts()
  private var openCases: Set<CaseID> = []
  private var openRules: Set<RuleID> = []
  private var rulesByID: [RuleID: RuleDescription] = [:]

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
    case .contractsPlanned(let plan): take(plan)
    case .caseFinished(let result): take(result)
    case .coverageMeasured(let coverage): self.coverage = coverage
    case .auditPlanned(let plan): take(plan)
    case .ruleFinished(let result): take(result)
    case .noted(let notice): notices.append(notice)
    case .runFinished(let ending): self.ending = ending
    }
  }

  private mutating func take(_ plan: ContractPlan) {
    contractPlan = plan
    openCases = Set(plan.suites.flatMap(\.cases)).subtracting(cases.map(\.id))
  }

  private mutating func take(_ result: CaseResult) {
    cases.append(result)
    reportedCases.count(result.status)
    openCases.remove(result.id)
  }

  private mutating func take(_ plan: AuditPlan) {
    auditPlan = plan
    rulesByID = Dictionary(plan.rules.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    openRules = Set(rulesByID.keys).subtracting(rules.map(\.rule))
  }

  private mutating func take(_ result: RuleResult) {
    rules.append(result)
    openRules.remove(result.rule)
  }

  /// Keeps one report per component: the last, except that a failure is never forgotten.
  private mutating func update(_ report: ComponentReport) {
    if case .ready(let after) = report.state { readyTimes[report.component] = after }
    guard let index = components.firstIndex(where: { $0.component == report.component }) else {
      components.append(report)
      return
    }
    if case .failed = components[index].state, case .stopped = report.state { return }
    components[index] = ComponentReport(
      component: report.component, mode: report.mode, state: report.state,
      address: report.address ?? components[index].address)
  }

  /// Time from start to end, never negative; nil while the run goes on.
  ///
  /// Both ends are wall-clock times, and a wall clock may be set back in the middle of a run.
  package var duration: Duration? { ending.map { max(.zero, $0.finishedAt - header.startedAt) } }

  /// Cases by outcome; a planned case that nobody reported is missing, whatever else was reported instead.
  package var caseCounts: CaseCounts {
    var counts = reportedCases
    counts.missing = openCases.count
    return counts
  }

  /// Planned cases that nobody reported, in the order of the plan.
  package var missingCases: [CaseID] {
    (contractPlan?.suites ?? []).flatMap(\.cases).filter { openCases.contains($0) }
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
    counts.notRun += openRules.count
    return counts
  }

  /// Description of a rule, from the plan.
  package func description(of rule: RuleID) -> RuleDescription? { rulesByID[rule] }

  /// Whether violations of this severity fail the run.
  package func isGating(_ severity: Severity) -> Bool { severity >= header.failOn }

  /// Whether a result by itself fails the run; a rule that nobody announced is taken as severe.
  ///
  /// Violations that a baseline accepts do not; an entry of it that accepts what is there no more does.
  package func isGating(_ result: RuleResult) -> Bool { hasGatingFindings(result) || !result.settled.isEmpty }

  private func hasGatingFindings(_ result: RuleResult) -> Bool {
    result.status == .violated && !result.isAccepted && isGating(description(of: result.rule)?.severity ?? .error)
  }

  /// Findings that fail the gate: severe enough, and accepted by no baseline.
  package var gatingFindingCount: Int { rules.reduce(0) { $0 + (hasGatingFindings($1) ? $1.openCount : 0) } }

  /// Findings that a baseline accepts.
  package var acceptedFindingCount: Int { rules.reduce(0) { $0 + $1.acceptedCount } }

  /// Rows that use missing keys which may only be late.
  package var suspectCount: Int { rules.reduce(0) { $0 + $1.suspectCount } }

  /// Entries of the baseline that accept what is there no more.
  package var settledEntryCount: Int { rules.reduce(0) { $0 + $1.settled.count } }

  /// Shares of coverage that fail the run; a part of the cases is not held to them.
  package var shortfalls: [ContractCoverage.Shortfall] { header.selection == nil ? coverage?.shortfalls ?? [] : [] }

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
    // Cases that are left out follow from others; when there are no others, nothing was judged.
    let isVacuous = cases.skipped > 0 && cases.passed + cases.failed == 0
    let open = cases.errored + cases.missing + rules.errored + rules.notRun
    if !planned || hasFailedComponent || isVacuous || open > 0 { return .undecided }
    return cases.failed > 0 || self.rules.contains(where: isGating) || !shortfalls.isEmpty ? .failed : .passed
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

  /// Adds a case that ended so.
  package mutating func count(_ status: CaseResult.Status) {
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
