import RunModel
import YAMLSource

/// A JUnit suite: all cases of one gate at one service or store.
struct JUnitSuite {
  /// One test case with at most one outcome that is not "passed".
  struct Case {
    enum Outcome: Equatable {
      case passed
      case skipped(reason: String)
      case failure(type: String, message: String, text: String)
      case error(type: String, message: String, text: String)
    }

    let name: String
    let className: String
    let time: Duration
    let source: SourceLocation?
    let outcome: Outcome
  }

  let name: String
  let cases: [Case]
  /// What the suite has to tell besides its cases.
  var output = ""

  var duration: Duration { cases.reduce(.zero) { $0 + $1.time } }

  func count(where matches: (Case.Outcome) -> Bool) -> Int { cases.count { matches($0.outcome) } }

  /// The suites of a run: the stack, then contracts per service, then rules per store.
  static func suites(of record: RunRecord) -> [JUnitSuite] {
    [stack(of: record)] + contracts(of: record) + audit(of: record)
  }

  // MARK: Stack

  private static func stack(of record: RunRecord) -> JUnitSuite {
    var cases = record.components.map { report in
      let (time, outcome): (Duration, Case.Outcome) =
        switch report.state {
        case .ready(let after): (after, .passed)
        case .stopped: (.zero, .passed)
        case .starting:
          (.zero, .error(type: "not-ready", message: "\(report.component.name) never became ready", text: ""))
        case .failed(let reason, let log):
          (.zero, .error(type: "component-failed", message: reason, text: log.joined(separator: "\n")))
        }
      return Case(
        name: "\(report.component.name) is up", className: "stack.\(classNamePart(report.component.name))", time: time,
        source: nil, outcome: outcome)
    }
    cases.append(
      Case(
        name: "the run is complete", className: "stack.run", time: record.duration ?? .zero, source: nil,
        outcome: completeness(of: record)))
    return JUnitSuite(
      name: "stack", cases: cases, output: record.notices.map(\.message).joined(separator: "\n"))
  }

  private static func completeness(of record: RunRecord) -> Case.Outcome {
    switch record.ending?.reason {
    case nil: .error(type: "unfinished", message: "the run did not come to its end", text: "")
    case .interrupted(let signal): .error(type: "interrupted", message: "interrupted by \(signal)", text: "")
    case .stackFailed(let reason): .error(type: "stack-failed", message: reason, text: "")
    case .completed: .passed
    }
  }

  // MARK: Contracts

  private static func contracts(of record: RunRecord) -> [JUnitSuite] {
    let cases = record.cases.map { ($0.service, testCase(of: $0)) } + missingCases(of: record)
    return grouped(cases, gate: "contracts")
  }

  private static func testCase(of result: CaseResult) -> Case {
    let outcome: Case.Outcome =
      switch result.status {
      case .passed: .passed
      case .skipped(let reason): .skipped(reason: reason)
      case .errored(let reason):
        .error(type: "undecided", message: reason, text: FailureText.details(of: result).joined(separator: "\n"))
      case .failed:
        .failure(
          type: result.failures.first?.check ?? "contract", message: FailureText.summary(of: result),
          text: FailureText.details(of: result).joined(separator: "\n"))
      }
    return Case(
      name: "\(result.id.suite) / \(result.id.name)", className: "contracts.\(classNamePart(result.service))",
      time: result.duration, source: result.source, outcome: outcome)
  }

  private static func missingCases(of record: RunRecord) -> [(String, Case)] {
    let reported = Set(record.cases.map(\.id))
    let planned = record.contractPlan?.suites.flatMap { suite in suite.cases.map { ($0, suite.source) } } ?? []
    return planned.filter { !reported.contains($0.0) }.map { id, source in
      (
        "not-run",
        Case(
          name: "\(id.suite) / \(id.name)", className: "contracts.not-run", time: .zero, source: source,
          outcome: .error(type: "not-run", message: "planned, but never run", text: ""))
      )
    }
  }

  // MARK: Audit

  private static func audit(of record: RunRecord) -> [JUnitSuite] {
    let results = Dictionary(record.rules.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })
    let cases = (record.auditPlan?.rules ?? []).map { rule in
      (rule.subject.store, testCase(of: rule, result: results[rule.id], failOn: record.header.failOn))
    }
    return grouped(cases, gate: "audit")
  }

  private static func testCase(of rule: RuleDescription, result: RuleResult?, failOn: Severity) -> Case {
    let outcome: Case.Outcome =
      switch result?.status {
      case nil: .error(type: "not-run", message: "planned, but never evaluated", text: "")
      case .held: .passed
      case .errored(let reason): .error(type: "undecided", message: reason, text: "")
      case .skipped(let reason): .error(type: "not-run", message: reason, text: "")
      case .violated where rule.severity < failOn: .passed
      case .violated:
        .failure(
          type: "\(rule.severity)", message: FailureText.summary(of: rule, result: result),
          text: FailureText.details(of: rule, result: result).joined(separator: "\n"))
      }
    return Case(
      name: rule.id.text, className: "audit.\(classNamePart(rule.subject.store))",
      time: result?.duration ?? .zero, source: rule.source, outcome: outcome)
  }

  // MARK: Grouping

  private static func grouped(_ cases: [(group: String, case: Case)], gate: String) -> [JUnitSuite] {
    var order: [String] = []
    var byGroup: [String: [Case]] = [:]
    for entry in cases {
      if byGroup[entry.group] == nil { order.append(entry.group) }
      byGroup[entry.group, default: []].append(entry.case)
    }
    return order.sorted().map { JUnitSuite(name: "\(gate).\(classNamePart($0))", cases: byGroup[$0] ?? []) }
  }

  /// Consumers split class names at dots into packages, so a name from outside must not bring dots along.
  private static func classNamePart(_ text: String) -> String {
    String(text.map { $0 == "." ? "_" : $0 })
  }
}
