import RFC3339
import RunModel
import Synchronization
import Testing

@testable import Reporting

@Suite("The console") struct ConsoleTests {
  private func output(_ events: [RunEvent], isInteractive: Bool = false, onlyResult: Bool = false) -> String {
    let output = Mutex("")
    let reporter = ConsoleReporter(
      style: TerminalStyle(isColoured: false), isInteractive: isInteractive, onlyResult: onlyResult
    ) { text in
      output.withLock { $0 += text }
    }
    for event in events { reporter.receive(event) }
    return output.withLock { $0 }
  }

  /// What a terminal shows in the end: erased lines are gone.
  private func screen(_ output: String) -> [String] {
    output.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      (line.split(separator: "\u{1B}[K", omittingEmptySubsequences: false).last.map(String.init) ?? "")
        .replacing("\u{1B}[?7l", with: "").replacing("\u{1B}[?7h", with: "").replacing("\r", with: "")
    }
  }

  @Test("the moving line leaves no trace: in the end terminal and log show the same")
  func movingLine() throws {
    let events = try SampleRun.troubledEvents()
    let moving = output(events, isInteractive: true)
    #expect(screen(moving) == screen(output(events)))
    #expect(moving.contains("contracts · 4 of 5 cases · 2 not passed"))
    #expect(moving.contains("boot · 2 of 2 ready"))
  }

  @Test("wrapping is off while the moving line is drawn, and on again behind it")
  func wrapping() throws {
    let moving = output(try SampleRun.troubledEvents(), isInteractive: true)
    #expect(moving.matches(of: /\u{1B}\[\?7l/).count == moving.matches(of: /\u{1B}\[\?7h/).count)
    #expect(!moving.matches(of: /\u{1B}\[\?7l[^\n]*\u{1B}\[\?7h/).isEmpty)
    #expect(output(try SampleRun.troubledEvents()).contains("\u{1B}") == false)
  }

  @Test("boot names what it waits for")
  func boot() {
    func event(_ name: String, _ state: ComponentReport.State) -> RunEvent {
      .componentChanged(
        ComponentReport(component: Component(name: name, kind: .service), mode: .process, state: state))
    }
    var progress = ConsoleProgress()
    for event in [
      event("a", .starting), event("b", .starting), event("c", .starting), event("b", .ready(after: .zero)),
    ] {
      progress.take(event)
    }
    #expect(progress.line == "boot · 1 of 3 ready · waiting for a, c")
  }

  @Test("quiet keeps back everything but what did not pass, and the verdict")
  func quiet() throws {
    let troubled = output(try SampleRun.troubledEvents(), isInteractive: true, onlyResult: true)
    #expect(troubled.contains("FAILED") && troubled.contains("DOWN") && troubled.contains("result "))
    #expect(!troubled.contains(" ready in ") && !troubled.contains("\u{1B}"))
    let clean = output(try SampleRun.cleanEvents(), onlyResult: true)
    #expect(clean.hasPrefix("result     PASSED") && clean.split(separator: "\n").count == 1)
  }

  @Test("what did not pass is named again at the end, unless it was just one")
  func recapitulation() throws {
    let troubled = screen(output(try SampleRun.troubledEvents()))
    let blank = try #require(troubled.firstIndex(of: ""))
    let last = troubled[(blank + 1)...].map { $0.split(separator: " ").prefix(3).joined(separator: " ") }
    #expect(
      last == [
        "stack DOWN mailer:", "contracts FAILED place-order/read-order", "contracts ERROR place-order/refund-order",
        "audit VIOLATED orders-reference-existing-users:", "audit ERROR payments-are-positive:",
        "result UNDECIDED The", "",
      ])
    let single = screen(output(GeneratedRun.cases(1, failing: true)))
    #expect(single.count { $0.contains("FAILED suite-0/step-0") } == 1)
    #expect(single.contains("contracts  1 case in 1 suite"))
  }

  @Test("a violation that the gate lets pass is told, but not among what failed")
  func remark() throws {
    let id = try #require(RuleID("names-are-fresh"))
    let rule = RuleDescription(
      id: id, title: "names are fresh", kind: .quality(metric: "sql"), severity: .info,
      subject: DataLocation(store: "db", object: "t", fields: ["n"]), filter: nil, source: nil, remedy: nil)
    func events(failOn: Severity) -> [RunEvent] {
      [
        .runStarted(
          RunHeader(
            id: "r", startedAt: SampleRun.start, command: "c", version: "0", stack: "s", seed: 1, dataset: nil,
            host: "h", failOn: failOn, phases: [.audit])),
        .auditPlanned(AuditPlan(rules: [rule])),
        .ruleFinished(
          RuleResult(
            rule: id, status: .violated, findingCount: 2,
            findings: [
              Finding(
                rule: id, severity: .info, fingerprint: "f", subject: [.init("id", "7")],
                values: [.init("kept", "old"), .init("now", nil)], message: rule.title, witness: [], query: nil,
                remedy: nil)
            ], rowsExamined: 0, keysCompared: 0, duration: .zero, plan: [])),
        .runFinished(RunEnding(finishedAt: SampleRun.start.adding(seconds: 1), reason: .completed)),
      ]
    }
    let passing = output(events(failOn: .error))
    #expect(passing.contains("INFO names-are-fresh: 2 violations: names are fresh"))
    #expect(passing.contains("- id=7: kept=old now=NULL"))
    #expect(passing.contains("PASSED  The data of all stores agrees; 2 findings below the gate."))
    #expect(!output(events(failOn: .error), onlyResult: true).contains("INFO"))
    #expect(output(events(failOn: .info)).contains("VIOLATED names-are-fresh"))
  }
}
