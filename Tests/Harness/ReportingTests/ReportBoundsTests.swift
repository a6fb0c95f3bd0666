import JSON
import RunModel
import Synchronization
import Testing
import YAMLSource

@testable import Reporting

/// However much happens in a run, what people read stays readable.
@Suite("Reports stay bounded") struct ReportBoundsTests {
  private func size(_ report: any Report, _ count: Int, failing: Bool) throws -> Int {
    report.render(try SampleRun.record(of: GeneratedRun.cases(count, failing: failing))).utf8.count
  }

  @Test(
    "a page of 10,000 cases is hardly larger than one of 5,000, and says what it left out", arguments: [false, true])
  func page(failing: Bool) throws {
    let small = try size(HTMLReport(), 5000, failing: failing)
    let page = HTMLReport().render(try SampleRun.record(of: GeneratedRun.cases(10_000, failing: failing)))
    #expect(page.utf8.count < small * 3 / 2)
    #expect(page.utf8.count < 3_000_000)
    #expect(page.contains("… and 100 more cases, see run.json"))
    #expect(PageStructure(page).problems == [])
  }

  @Test("JUnit and run.json grow in proportion, not faster", arguments: [false, true])
  func proportion(failing: Bool) throws {
    for report in [JUnitReport(), JSONReport()] as [any Report] {
      let (small, large) = (try size(report, 300, failing: failing), try size(report, 3000, failing: failing))
      #expect(large < small * 11)
      #expect(large > small * 2)
    }
  }

  @Test("all 10,000 cases are in JUnit under a name of their own")
  func junitIsComplete() throws {
    let xml = JUnitReport().render(try SampleRun.record(of: GeneratedRun.cases(10_000, failing: true)))
    let names = xml.matches(of: /<testcase name="([^"]+)" classname="contracts.shop"/).map { String($0.output.1) }
    #expect(names.count == 10_000)
    #expect(Set(names).count == 10_000)
    #expect(xml.contains("tests=\"10000\" failures=\"10000\""))
  }

  private func console(_ events: [RunEvent], isInteractive: Bool = false) -> [Substring] {
    let output = Mutex("")
    let reporter = ConsoleReporter(style: TerminalStyle(isColoured: false), isInteractive: isInteractive) { text in
      output.withLock { $0 += text }
    }
    for event in events { reporter.receive(event) }
    return output.withLock { $0 }.split(separator: "\n", omittingEmptySubsequences: false)
  }

  @Test("10,000 failures leave a console log that can be read, which ends with names and verdict")
  func manyFailures() {
    let lines = console(GeneratedRun.cases(10_000, failing: true))
    #expect(lines.count < 600)
    #expect(lines.contains { $0.hasSuffix("from here on only names; the reports tell the rest") })
    #expect(lines.contains { $0.hasSuffix("… and 9,990 more, see the report") })
    #expect(lines.dropLast().last?.hasPrefix("result     FAILED  10,000 contract cases failed.") == true)
  }

  @Test("a log that nobody redraws hears every thousand cases that the run is alive")
  func milestones() {
    let lines = console(GeneratedRun.cases(3000, failing: false))
    #expect(lines.count { $0.hasPrefix("contracts · ") } == 2)
    #expect(lines.contains("contracts · 2,000 of 3,000 cases"))
    #expect(!console(GeneratedRun.cases(999, failing: false)).contains { $0.hasPrefix("contracts · ") })
  }

  @Test("one case with endless details takes about thirty lines")
  func oneCase() throws {
    let failures = (0..<400).map { index in
      CheckFailure(
        check: "response-body", subject: .body(JSONPointer().appending(index)), message: "wrong",
        expectation: .init(file: "a.yaml", line: index + 1, column: 1), expected: "1\n2",
        actual: String(repeating: "x", count: 9000))
    }
    let exchange = Exchange(
      request: .init(method: "POST", url: "http://x/", headers: [], body: nil), response: nil,
      error: "no answer", startedAt: SampleRun.start, timings: nil, curl: String(repeating: "c", count: 1 << 20))
    let result = CaseResult(
      id: CaseID(suite: "s", name: "c"), title: "t", service: "svc", operation: nil, source: nil, status: .failed,
      startedAt: SampleRun.start, duration: .zero, checksPassed: 0, failures: failures, exchanges: [exchange],
      logs: [LogExcerpt(component: "svc", lines: (0..<5000).map { "line \($0)" })])
    let lines = FailureText.brief.details(of: result)
    #expect(lines.count <= 30)
    #expect(lines.allSatisfy { $0.utf8.count < 400 && !$0.contains("\n") })
    #expect(lines.contains("… and 395 more mismatches"))
    #expect(lines.contains("repeat with: (1,048,576 bytes, see run.json)"))
    #expect(lines.contains("no answer: no answer"))
    #expect(
      lines.suffix(5) == [
        "log of svc, last 4 of 5000 lines:", "  line 4996", "  line 4997", "  line 4998", "  line 4999",
      ])
  }

  @Test("a rule with 5,000 findings shows the first, folds some, counts the rest, and has its remedy once")
  func manyFindings() throws {
    let id = try #require(RuleID("orders-belong-to-users"))
    let rule = RuleDescription(
      id: id, title: "every order belongs to a user", kind: .quality(metric: "sql"), severity: .error,
      subject: DataLocation(store: "db", object: "orders", fields: ["user_uid"]), filter: nil, source: nil,
      remedy: "Restore the user.")
    let findings = (0..<100).map { index in
      Finding(
        rule: id, severity: .error, fingerprint: "f", subject: [.init("id", "\(index)")],
        values: [.init("user_uid", index == 0 ? nil : "")], message: rule.title, witness: [], query: nil,
        remedy: rule.remedy)
    }
    let record = try SampleRun.record(of: [
      .runStarted(
        RunHeader(
          id: "r", startedAt: SampleRun.start, command: "c", version: "0", stack: "s", seed: 1, dataset: nil,
          host: "h", phases: [.audit])),
      .auditPlanned(AuditPlan(rules: [rule])),
      .ruleFinished(
        RuleResult(
          rule: id, status: .violated, findingCount: 5000, findings: findings, rowsExamined: 0, keysCompared: 0,
          duration: .zero, plan: [])),
    ])
    let page = HTMLReport().render(record)
    #expect(page.contains("<summary>90 more</summary>"))
    #expect(page.contains("… and 4,900 more rows"))
    #expect(page.matches(of: /Restore the user\./).count == 1)
    #expect(page.contains("<em class=\"null\">NULL</em>"))
    #expect(page.contains("<code>&#39;&#39;</code>"))
    // The title is no column of its own when all rows would repeat it.
    #expect(!page.contains("<th scope=\"col\">finding</th>"))
  }

  @Test("what fails the run comes first on the page, and what is accepted is folded")
  func order() throws {
    let rules = try ["a-is-accepted", "b-is-a-remark", "c-fails"].enumerated().map { index, id in
      RuleDescription(
        id: try #require(RuleID(id)), title: id, kind: .quality(metric: "sql"), severity: index == 1 ? .info : .error,
        subject: DataLocation(store: "db", object: "t", fields: ["n"]), filter: nil, source: nil, remedy: nil)
    }
    let results = rules.enumerated().map { index, rule in
      RunEvent.ruleFinished(
        RuleResult(
          rule: rule.id, status: .violated, findingCount: 1, findings: [], acceptedCount: index == 0 ? 1 : 0,
          rowsExamined: 0, keysCompared: 0, duration: .zero, plan: []))
    }
    let header = RunHeader(
      id: "r", startedAt: SampleRun.start, command: "c", version: "0", stack: "s", seed: 1, dataset: nil, host: "h",
      phases: [.audit])
    let page = HTMLReport().render(
      try SampleRun.record(of: [.runStarted(header), .auditPlanned(AuditPlan(rules: rules))] + results))
    let cards = page.matches(of: /<details class="card [a-z]+"( open)?>.*?id="rule-([^"]+)"/.dotMatchesNewlines())
    #expect(
      cards.map { "\($0.output.2)\($0.output.1 ?? "")" } == ["c-fails open", "a-is-accepted", "b-is-a-remark open"])
  }
}
