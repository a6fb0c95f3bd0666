import RunModel
import Testing

@testable import Reporting

@Suite("JUnit") struct JUnitReportTests {
  private func result(
    _ suite: String, _ name: String, service: String = "shop", duration: Duration = .milliseconds(1)
  ) -> RunEvent {
    .caseFinished(
      CaseResult(
        id: CaseID(suite: suite, name: name), title: "t", service: service, operation: nil, source: nil,
        status: .passed, startedAt: SampleRun.start, duration: duration, checksPassed: 1, failures: [], exchanges: []))
  }

  private func suites(_ events: [RunEvent]) throws -> [JUnitSuite] {
    JUnitSuite.suites(of: try SampleRun.record(of: Array(SampleRun.cleanEvents().prefix(1)) + events))
  }

  @Test("no two cases share class name and name, whatever suites and services are called")
  func uniqueNames() throws {
    let suites = try suites([
      result("a", "b / c"), result("a / b", "c"), result("a / b", "c (2)"), result("a", "b / c"),
      result("a", "b / c", service: "s.x"), result("a", "b / c", service: "s_x"),
    ])
    let names = suites.flatMap(\.cases).map { "\($0.className) \($0.name)" }
    #expect(Set(names).count == names.count)
    #expect(names.contains("contracts.shop a / b / c") && names.contains("contracts.shop a / b / c (3)"))
  }

  @Test("the times of the cases add up to what was spent, and none is negative")
  func times() throws {
    let xml = JUnitReport().render(
      try SampleRun.record(
        of: Array(SampleRun.cleanEvents().prefix(1)) + [
          result("a", "b", duration: .milliseconds(-500)), result("a", "c", duration: .milliseconds(1500)),
        ]))
    #expect(
      xml.contains("name=\"contracts.shop\" tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"1.500\""))
    #expect(!xml.contains("time=\"-"))
    #expect(
      JUnitReport().render(try SampleRun.clean()).contains(
        "name=\"the run is complete\" classname=\"stack.run\" time=\"0.000\""))
  }

  @Test("the counts of a suite are those of its cases")
  func counts() throws {
    for seed in UInt64(1)...20 {
      for suite in JUnitSuite.suites(of: try SampleRun.record(of: GeneratedRun.events(seed: seed))) {
        let passed = suite.count { $0 == .passed }
        let failed = suite.count { if case .failure = $0 { true } else { false } }
        let errored = suite.count { if case .error = $0 { true } else { false } }
        let skipped = suite.count { if case .skipped = $0 { true } else { false } }
        #expect(passed + failed + errored + skipped == suite.cases.count)
      }
    }
  }

  @Test("a violation below the gate passes, and the suite mentions it")
  func remark() throws {
    let id = try #require(RuleID("names-are-fresh"))
    let rule = RuleDescription(
      id: id, title: "names are fresh", kind: .quality(metric: "sql"), severity: .info,
      subject: DataLocation(store: "db", object: "t", fields: ["n"]), filter: nil, source: nil, remedy: nil)
    let suites = try suites([
      .auditPlanned(AuditPlan(rules: [rule])),
      .ruleFinished(
        RuleResult(
          rule: id, status: .violated, findingCount: 2, findings: [], rowsExamined: 0, keysCompared: 0,
          duration: .zero, plan: [])),
    ])
    let audit = try #require(suites.first { $0.name == "audit.db" })
    #expect(audit.cases.map(\.outcome) == [.passed])
    #expect(audit.output == "names-are-fresh: 2 violations: names are fresh")
  }
}
