import RunModel

/// The verdict's reason, shared by page and console.
enum VerdictReason {
  /// One sentence that a person can repeat in a chat; it claims nothing that the run did not set out to judge.
  static func sentence(for record: RunRecord) -> String {
    let sentence =
      switch record.verdict {
      case .passed: passed(record)
      case .failed: troubles(of: record).joined(separator: " and ").capitalizedSentence
      case .interrupted: interrupted(record)
      case .undecided: undecided(record)
      }
    return sentence + (record.header.selection.map { " Only a part was run: \($0)." } ?? "")
  }

  private static func passed(_ record: RunRecord) -> String {
    let phases = Set(record.header.phases)
    var parts: [String] = []
    if phases.contains(.contracts) { parts.append("every API kept its contract") }
    if phases.contains(.audit) { parts.append("the data of all stores agrees") }
    if parts.isEmpty { parts.append("the stack came up") }
    let accepted = record.acceptedFindingCount
    let findings = record.ruleCounts.findings - accepted
    var remarks = findings > 0 ? "; \(findings.of("finding")) below the gate" : ""
    if accepted > 0 { remarks += "; \(accepted.of("finding")) accepted by the baseline" }
    let suspects = record.suspectCount
    if suspects > 0 { remarks += "; \(suspects.of("row")) suspect" }
    return (parts.joined(separator: " and ") + remarks).capitalizedSentence
  }

  /// What failed, as clauses.
  private static func troubles(of record: RunRecord) -> [String] {
    var parts: [String] = []
    let failed = record.caseCounts.failed
    if failed > 0 { parts.append("\(failed.of("contract case")) failed") }
    let violations = record.gatingFindingCount
    if violations > 0 { parts.append("the audit found \(violations.of("violation"))") }
    let settled = record.settledEntryCount
    if settled > 0 {
      parts.append("the baseline still accepts \(settled.of("finding")) that \(settled == 1 ? "is" : "are") gone")
    }
    parts += record.shortfalls.map { shortfall in
      "\(shortfall.service) has seen \(shortfall.figure.seen) of \(shortfall.figure.total) "
        + "\(shortfall.dimension.rawValue), and \(shortfall.wanted) % were wanted"
    }
    // A rule can be violated without a row to count.
    if parts.isEmpty { parts.append("a rule of the data is violated") }
    return parts
  }

  private static func interrupted(_ record: RunRecord) -> String {
    let signal = if case .interrupted(let name) = record.ending?.reason { " by \(name)" } else { "" }
    return "The run was stopped\(signal) before it could decide.\(soFar(record))"
  }

  private static func undecided(_ record: RunRecord) -> String {
    let cases = record.caseCounts
    let rules = record.ruleCounts
    let failed = record.components.filter(\.isFailed)
    let openCases = cases.errored + cases.missing
    let openRules = rules.errored + rules.notRun
    var parts: [String] = []
    if case .stackFailed(let reason) = record.ending?.reason {
      parts.append("the stack failed: \(reason)")
    } else {
      if !failed.isEmpty { parts.append("the stack failed (\(failed.map(\.component.name).joined(separator: ", ")))") }
      if openCases > 0 { parts.append("\(openCases.of("contract case")) could not be judged") }
      if openRules > 0 { parts.append("\(openRules.of("rule")) could not be decided") }
    }
    if parts.isEmpty {
      let nothing = cases.skipped > 0 && cases.passed + cases.failed == 0
      parts.append(nothing ? "every contract case was skipped" : "the run did not come to its end")
    }
    return parts.joined(separator: "; ").capitalizedSentence + soFar(record)
  }

  /// What is known to be wrong already, although the rest is open.
  private static func soFar(_ record: RunRecord) -> String {
    guard record.caseCounts.failed > 0 || record.gatingFindingCount > 0 else { return "" }
    return " Known already: " + troubles(of: record).joined(separator: " and ") + "."
  }
}

extension Verdict {
  /// The verdict as a headline.
  var title: String {
    switch self {
    case .passed: "Passed"
    case .failed: "Failed"
    case .undecided: "Undecided"
    case .interrupted: "Interrupted"
    }
  }
}

extension ComponentReport {
  /// Whether the component died, never came up, or stopped answering.
  var isFailed: Bool { if case .failed = state { true } else { false } }
}

extension CaseResult {
  /// Whether a person has to look at the case.
  var isTrouble: Bool {
    switch status {
    case .failed, .errored: true
    case .passed, .skipped: false
    }
  }
}
