import RFC3339
import RunModel
import Testing

@Suite("A run's record") struct RunRecordTests {
  private let start = Timestamp(seconds: 1_795_000_000, nanoseconds: 0)

  private func header(_ phases: [RunPhase] = [.boot, .contracts, .audit], failOn: Severity = .error) -> RunHeader {
    RunHeader(
      id: "r1", startedAt: start, command: "concord run", version: "0", stack: "s", seed: 1, dataset: nil, host: "h",
      failOn: failOn, phases: phases)
  }

  private func result(_ name: String, _ status: CaseResult.Status) -> CaseResult {
    CaseResult(
      id: CaseID(suite: "s", name: name), title: name, service: "svc", operation: nil, source: nil, status: status,
      startedAt: start, duration: .milliseconds(1), checksPassed: 1, failures: [], exchanges: [])
  }

  private func rule(_ id: String, _ severity: Severity = .error) throws -> RuleDescription {
    RuleDescription(
      id: try #require(RuleID(id)), title: id, kind: .quality(metric: "sql"), severity: severity,
      subject: DataLocation(store: "db", object: "t", fields: ["c"]), filter: nil, source: nil, remedy: nil)
  }

  private func outcome(
    _ id: String, _ status: RuleResult.Status, findings: Int = 0, settled: [SettledEntry] = []
  ) throws -> RuleResult {
    RuleResult(
      rule: try #require(RuleID(id)), status: status, findingCount: findings, findings: [], settled: settled,
      rowsExamined: 0, keysCompared: 0, duration: .zero, plan: [])
  }

  private func record(_ header: RunHeader, _ events: [RunEvent], end: RunEnding.Reason? = .completed) -> RunRecord {
    var record = RunRecord(header: header)
    for event in events { record.apply(event) }
    if let end {
      record.apply(.runFinished(RunEnding(finishedAt: start.adding(seconds: 2), reason: end)))
    }
    return record
  }

  private func plan(_ names: [String]) -> RunEvent {
    let ids = names.map { CaseID(suite: "s", name: $0) }
    return .contractsPlanned(
      ContractPlan(suites: [.init(id: "s", title: "S", source: nil, cases: ids)], operations: []))
  }

  @Test("everything planned, run and right is a pass")
  func pass() throws {
    let record = record(
      header(),
      [
        plan(["a"]), .caseFinished(result("a", .passed)), .auditPlanned(AuditPlan(rules: [try rule("x")])),
        .ruleFinished(try outcome("x", .held)),
      ])
    #expect(record.verdict == .passed)
    #expect(record.verdict.exitCode.rawValue == 0)
    #expect(record.duration == .seconds(2))
  }

  @Test("a failed case or a violated rule fails the gate")
  func failures() throws {
    let failedCase = record(header([.contracts]), [plan(["a"]), .caseFinished(result("a", .failed))])
    #expect(failedCase.verdict == .failed)
    let violated = record(
      header([.audit]),
      [.auditPlanned(AuditPlan(rules: [try rule("x")])), .ruleFinished(try outcome("x", .violated, findings: 2))])
    #expect(violated.verdict == .failed)
    #expect(violated.gatingFindingCount == 2)
    #expect(violated.verdict.exitCode == .violations)
  }

  @Test("what a baseline accepts and is there no more fails the gate, whatever the rule's severity, and is no finding")
  func settled() throws {
    let gone = [SettledEntry(fingerprint: "f", what: "product_id 7")]
    for status in [RuleResult.Status.held, .violated] {
      let record = record(
        header([.audit]),
        [
          .auditPlanned(AuditPlan(rules: [try rule("x", .info)])),
          .ruleFinished(try outcome("x", status, findings: status == .held ? 0 : 3, settled: gone)),
        ])
      #expect(record.verdict == .failed, "\(status)")
      #expect(record.gatingFindingCount == 0, "\(status)")
    }
  }

  @Test("a finding below the gate's severity passes, and fails when the gate is lowered")
  func severityGate() throws {
    let events: [RunEvent] = [
      .auditPlanned(AuditPlan(rules: [try rule("x", .info)])), .ruleFinished(try outcome("x", .violated, findings: 1)),
    ]
    #expect(record(header([.audit]), events).verdict == .passed)
    #expect(record(header([.audit], failOn: .info), events).verdict == .failed)
  }

  @Test("nothing incomplete is ever green")
  func incomplete() throws {
    let rules = RunEvent.auditPlanned(AuditPlan(rules: [try rule("x")]))
    let incomplete: [RunRecord] = [
      record(header([.contracts]), [plan(["a"])]),
      record(header([.contracts]), [plan(["a"]), .caseFinished(result("a", .errored(reason: "no answer")))]),
      record(header([.contracts]), []),
      record(header([.audit]), []),
      record(header([.audit]), [rules]),
      record(header([.audit]), [rules, .ruleFinished(try outcome("x", .errored(reason: "cut")))]),
      record(header([.audit]), [rules, .ruleFinished(try outcome("x", .skipped(reason: "end")))]),
      record(header([]), [], end: nil),
      record(header([]), [], end: .stackFailed("no store")),
      record(
        header([]),
        [
          .componentChanged(
            ComponentReport(
              component: Component(name: "svc", kind: .service), mode: .process, state: .failed(reason: "died", log: [])
            ))
        ]),
    ]
    for record in incomplete {
      #expect(record.verdict == .undecided)
      #expect(record.verdict.exitCode == .stackFailed)
    }
  }

  @Test("an error outweighs a failure, an interruption outweighs both")
  func precedence() {
    let events = [
      plan(["a", "b"]), .caseFinished(result("a", .failed)), .caseFinished(result("b", .errored(reason: "x"))),
    ]
    #expect(record(header([.contracts]), events).verdict == .undecided)
    let interrupted = record(header([.contracts]), events, end: .interrupted(signal: "SIGINT"))
    #expect(interrupted.verdict.exitCode.rawValue == 130)
  }

  @Test("a component that failed stays failed when it is stopped afterwards")
  func failureIsKept() {
    let component = Component(name: "svc", kind: .service)
    func report(_ state: ComponentReport.State, _ address: String? = nil) -> RunEvent {
      .componentChanged(ComponentReport(component: component, mode: .process, state: state, address: address))
    }
    let failed = record(
      header(), [report(.starting), report(.failed(reason: "died", log: ["x"])), report(.stopped)])
    #expect(failed.components.map(\.state) == [.failed(reason: "died", log: ["x"])])
    let stopped = record(header(), [report(.ready(after: .seconds(1)), "http://a"), report(.stopped)])
    #expect(stopped.components.map(\.state) == [.stopped])
    #expect(stopped.components.first?.address == "http://a")
  }

  @Test("skipped cases are counted apart, missing ones are those planned and never reported")
  func counts() {
    let record = record(
      header([.contracts]),
      [plan(["a", "b", "c"]), .caseFinished(result("a", .passed)), .caseFinished(result("b", .skipped(reason: "a")))])
    #expect(record.caseCounts.passed == 1)
    #expect(record.caseCounts.skipped == 1)
    #expect(record.caseCounts.missing == 1)
    #expect(record.caseCounts.total == 3)
  }

  @Test("a planned case that nobody reported is missing, even when another was reported in its place")
  func missingByIdentity() {
    let record = record(
      header([.contracts]),
      [plan(["a", "b"]), .caseFinished(result("a", .passed)), .caseFinished(result("stranger", .passed))])
    #expect(record.caseCounts.missing == 1)
    #expect(record.missingCases == [CaseID(suite: "s", name: "b")])
    #expect(record.verdict == .undecided)
  }

  @Test("results that come before their plan count all the same")
  func planAfterResults() throws {
    let record = record(
      header(),
      [
        .caseFinished(result("a", .passed)), plan(["a"]), .ruleFinished(try outcome("x", .held)),
        .auditPlanned(AuditPlan(rules: [try rule("x")])),
      ])
    #expect(record.verdict == .passed)
  }

  @Test("a run in which every case was skipped decided nothing")
  func nothingButSkipped() {
    let skipped = record(
      header([.contracts]),
      [
        plan(["a", "b"]), .caseFinished(result("a", .skipped(reason: "x"))),
        .caseFinished(result("b", .skipped(reason: "x"))),
      ])
    #expect(skipped.verdict == .undecided)
    let partly = record(
      header([.contracts]),
      [plan(["a", "b"]), .caseFinished(result("a", .passed)), .caseFinished(result("b", .skipped(reason: "x")))])
    #expect(partly.verdict == .passed)
  }

  @Test("a violation fails the run also without a row to count, or of a rule that nobody announced")
  func violationsWithoutRows() throws {
    let uncounted = record(
      header([.audit]),
      [.auditPlanned(AuditPlan(rules: [try rule("x")])), .ruleFinished(try outcome("x", .violated, findings: 0))])
    #expect(uncounted.verdict == .failed)
    let unannounced = record(
      header([.audit]),
      [.auditPlanned(AuditPlan(rules: [])), .ruleFinished(try outcome("y", .violated, findings: 3))])
    #expect(unannounced.verdict == .failed)
    #expect(unannounced.gatingFindingCount == 3)
  }

  @Test("a wall clock that is set back makes no negative duration")
  func clockSetBack() {
    var record = RunRecord(header: header([]))
    record.apply(.runFinished(RunEnding(finishedAt: start.adding(seconds: -3600), reason: .completed)))
    #expect(record.duration == .zero)
  }

  @Test("the time to readiness outlives the component")
  func readyTimes() {
    let component = Component(name: "svc", kind: .service)
    let states: [ComponentReport.State] = [.starting, .ready(after: .milliseconds(40)), .stopped]
    let record = record(
      header([]),
      states.map { .componentChanged(ComponentReport(component: component, mode: .process, state: $0)) })
    #expect(record.readyTimes[component] == .milliseconds(40))
  }
}
