import RFC3339
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

    var name: String
    let className: String
    let time: Duration
    let source: SourceLocation?
    let outcome: Outcome
  }

  let name: String
  /// When its first case started, as far as that is known.
  let startedAt: Timestamp
  var cases: [Case]
  /// What the suite has to tell besides its cases.
  var output = ""

  var duration: Duration { cases.reduce(.zero) { $0 + max(.zero, $1.time) } }

  func count(where matches: (Case.Outcome) -> Bool) -> Int { cases.count { matches($0.outcome) } }

  /// The suites of a run: the stack, then contracts per service, then rules per store.
  static func suites(of record: RunRecord) -> [JUnitSuite] {
    var suites = [stack(of: record)] + contracts(of: record) + audit(of: record)
    makeNamesUnique(&suites)
    return suites
  }

  /// Consumers know a case by class name and name, and of two equal ones show one: later ones get a number.
  private static func makeNamesUnique(_ suites: inout [JUnitSuite]) {
    struct Identity: Hashable {
      let className: String
      let name: String
    }
    var seen: Set<Identity> = []
    for suite in suites.indices {
      for index in suites[suite].cases.indices {
        let (name, className) = (suites[suite].cases[index].name, suites[suite].cases[index].className)
        var candidate = name
        var number = 1
        while !seen.insert(Identity(className: className, name: candidate)).inserted {
          number += 1
          candidate = "\(name) (\(number))"
        }
        suites[suite].cases[index].name = candidate
      }
    }
  }

  // MARK: Stack

  private static func stack(of record: RunRecord) -> JUnitSuite {
    var cases = record.components.map { report in
      let outcome: Case.Outcome =
        switch report.state {
        case .ready, .stopped: .passed
        case .starting: .error(type: "not-ready", message: "\(report.component.name) never became ready", text: "")
        case .failed(let reason, let log):
          .error(type: "component-failed", message: reason, text: log.suffix(100).joined(separator: "\n"))
        }
      return Case(
        name: "\(report.component.name) is up", className: "stack.\(classNamePart(report.component.name))",
        time: record.readyTimes[report.component] ?? .zero, source: nil, outcome: outcome)
    }
    // Without a time of its own, since consumers add the times up.
    cases.append(
      Case(
        name: "the run is complete", className: "stack.run", time: .zero, source: nil, outcome: completeness(of: record)
      ))
    let notices = record.notices.map { notice in notice.message + (notice.remedy.map { "\n  \($0)" } ?? "") }
    return JUnitSuite(
      name: "stack", startedAt: record.header.startedAt, cases: cases, output: notices.joined(separator: "\n"))
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

  /// Cases whose story is told in full; GitLab refuses files over 30 MB.
  private static let fullTextLimit = 500

  private static func contracts(of record: RunRecord) -> [JUnitSuite] {
    var troubles = 0
    let cases = record.cases.map { result in
      if result.isTrouble { troubles += 1 }
      return (result.service, testCase(of: result, isFull: troubles <= fullTextLimit))
    }
    let starts = Dictionary(record.cases.map { ($0.service, $0.startedAt) }, uniquingKeysWith: min)
    return grouped(cases + missingCases(of: record), gate: "contracts", record: record, starts: starts)
  }

  private static func testCase(of result: CaseResult, isFull: Bool) -> Case {
    func text() -> String { isFull ? FailureText.full.details(of: result).joined(separator: "\n") : "" }
    let outcome: Case.Outcome =
      switch result.status {
      case .passed: .passed
      case .skipped(let reason): .skipped(reason: reason)
      case .errored(let reason): .error(type: "undecided", message: reason, text: text())
      case .failed:
        .failure(
          type: result.failures.first?.check ?? "contract", message: FailureText.summary(of: result), text: text())
      }
    return Case(
      name: "\(result.id.suite) / \(result.id.name)", className: "contracts.\(classNamePart(result.service))",
      time: result.duration, source: result.source, outcome: outcome)
  }

  private static func missingCases(of record: RunRecord) -> [(String, Case)] {
    let sources = Dictionary(
      (record.contractPlan?.suites ?? []).map { ($0.id, $0.source) }, uniquingKeysWith: { first, _ in first })
    return record.missingCases.map { id in
      (
        "not-run",
        Case(
          name: "\(id.suite) / \(id.name)", className: "contracts.not-run", time: .zero,
          source: sources[id.suite] ?? nil,
          outcome: .error(type: "not-run", message: "planned, but never run", text: ""))
      )
    }
  }

  // MARK: Audit

  private static func audit(of record: RunRecord) -> [JUnitSuite] {
    let index = RecordIndex(record)
    let standings = (record.auditPlan?.rules ?? []).map(index.standing)
    // Violations below the gate pass, but not in silence.
    let remarks = standings.filter { $0.result?.status == .violated && !$0.isGating }
    return grouped(
      standings.map { ($0.rule.subject.store, testCase(of: $0)) }, gate: "audit", record: record, starts: [:],
      outputs: Dictionary(grouping: remarks, by: \.rule.subject.store).mapValues { standings in
        standings.map { "\($0.rule.id): \(FailureText.summary(of: $0.rule, result: $0.result))" }
          .joined(separator: "\n")
      })
  }

  private static func testCase(of standing: RuleStanding) -> Case {
    let (rule, result) = (standing.rule, standing.result)
    let outcome: Case.Outcome =
      switch result?.status {
      case nil: .error(type: "not-run", message: "planned, but never evaluated", text: "")
      case .held where standing.isGating:
        .failure(type: "baseline", message: FailureText.summary(of: rule, result: result), text: "")
      case .held: .passed
      case .errored(let reason): .error(type: "undecided", message: reason, text: "")
      case .skipped(let reason): .error(type: "not-run", message: reason, text: "")
      case .violated where !standing.isGating: .passed
      case .violated:
        .failure(
          type: "\(rule.severity)", message: FailureText.summary(of: rule, result: result),
          text: FailureText.full.details(of: rule, result: result).joined(separator: "\n"))
      }
    return Case(
      name: rule.id.text, className: "audit.\(classNamePart(rule.subject.store))",
      time: result?.duration ?? .zero, source: rule.source, outcome: outcome)
  }

  // MARK: Grouping

  private static func grouped(
    _ cases: [(group: String, case: Case)], gate: String, record: RunRecord, starts: [String: Timestamp],
    outputs: [String: String] = [:]
  ) -> [JUnitSuite] {
    Dictionary(grouping: cases, by: \.group).sorted { $0.key < $1.key }.map { group, cases in
      JUnitSuite(
        name: "\(gate).\(classNamePart(group))", startedAt: starts[group] ?? record.header.startedAt,
        cases: cases.map(\.case), output: outputs[group] ?? "")
    }
  }

  /// Consumers split class names at dots into packages, so a name from outside must not bring dots along.
  private static func classNamePart(_ text: String) -> String {
    String(text.map { $0 == "." ? "_" : $0 })
  }
}
