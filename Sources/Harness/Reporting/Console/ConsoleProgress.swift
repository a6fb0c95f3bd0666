import RunModel

/// How far the run is, in a few words that are drawn again and again.
struct ConsoleProgress {
  /// What is on the terminal now; redrawing the same text only costs.
  var drawn = ""
  private(set) var line = ""
  /// A figure worth a line of its own in a log that nobody redraws; only right after the event that reached it.
  private(set) var milestone: String?

  private var readiness: [Component: Bool] = [:]
  private var cases = 0
  private var plannedCases = 0
  private var troubledCases = 0
  private var rules = 0
  private var plannedRules = 0

  /// A CI system ends a job that is silent for too long: so many cases, then a line.
  private static let casesPerMilestone = 1000
  private static let rowsPerMilestone = 1_000_000
  private var rowsTold: [RuleID: Int] = [:]

  /// Takes the next event of the run.
  mutating func take(_ event: RunEvent) {
    milestone = nil
    switch event {
    case .phaseStarted(.teardown): line = "stopping the stack"
    case .phaseStarted(let phase): line = phase.rawValue
    case .componentChanged(let report): take(report)
    case .contractsPlanned(let plan):
      plannedCases = plan.caseCount
      line = contracts
    case .caseFinished(let result):
      cases += 1
      if result.isTrouble { troubledCases += 1 }
      line = contracts
      if cases.isMultiple(of: Self.casesPerMilestone), cases < plannedCases { milestone = contracts }
    case .auditPlanned(let plan):
      plannedRules = plan.rules.count
      line = audit
    case .ruleStarted(let rule): line = "\(audit) · \(rule)"
    case .ruleProgressed(let rule, let rows): take(rows, of: rule)
    case .ruleFinished:
      rules += 1
      line = audit
    case .phaseFinished, .runFinished: line = ""
    case .runStarted, .coverageMeasured, .noted: break
    }
  }

  private mutating func take(_ report: ComponentReport) {
    switch report.state {
    case .starting: readiness[report.component] = false
    case .ready: readiness[report.component] = true
    case .failed, .stopped: return
    }
    let waiting = readiness.filter { !$0.value }.map(\.key.name).sorted()
    line = "boot · \(readiness.count - waiting.count) of \(readiness.count) ready"
    if !waiting.isEmpty { line += " · waiting for \(waiting.joined(separator: ", "))" }
  }

  private mutating func take(_ rows: Int, of rule: RuleID) {
    line = "\(audit) · \(rule) · \(rows.of("row"))"
    guard rows / Self.rowsPerMilestone > rowsTold[rule, default: 0] else { return }
    rowsTold[rule] = rows / Self.rowsPerMilestone
    milestone = line
  }

  private var contracts: String {
    let troubles = troubledCases > 0 ? " · \(troubledCases.grouped) not passed" : ""
    return "contracts · \(cases.grouped) of \(plannedCases.of("case"))\(troubles)"
  }

  private var audit: String { "audit · \(rules) of \(plannedRules.of("rule"))" }
}
