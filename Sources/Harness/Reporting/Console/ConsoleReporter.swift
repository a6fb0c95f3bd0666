// A person at a terminal sees one line move; a CI log gets plain lines in the order of events. Failures are
// printed when they happen, in full, because somebody is waiting; what passed is only counted.

import RFC3339
package import RunModel
import Synchronization
import YAMLSource

/// Shows a run on a terminal or in a CI log while it happens.
package final class ConsoleReporter: RunListener {
  private let style: TerminalStyle
  private let isInteractive: Bool
  private let onlyResult: Bool
  private let write: @Sendable (String) -> Void
  private let state = Mutex(State())

  private struct State {
    var record: RunRecord?
    var phase: RunPhase?
    var progress = ""
    var hasProgressLine = false
  }

  /// Writes through `write`, which gets whole lines; `isInteractive` allows a line that is redrawn in place, and
  /// `onlyResult` keeps everything back but what did not pass and the verdict.
  package init(
    style: TerminalStyle, isInteractive: Bool, onlyResult: Bool = false, write: @escaping @Sendable (String) -> Void
  ) {
    self.style = style
    self.isInteractive = isInteractive
    self.onlyResult = onlyResult
    self.write = write
  }

  package func receive(_ event: RunEvent) {
    state.withLock { state in
      if case .runStarted(let header) = event { state.record = RunRecord(header: header) }
      state.record?.apply(event)
      let lines = lines(for: event, &state)
      show(onlyResult && !event.isTrouble ? [] : lines, &state)
    }
  }

  /// Prints where the reports are, after the last event.
  package func printReports(_ paths: [String]) {
    if onlyResult { return }
    for path in paths { write("\(label("report"))\(path)\n") }
  }

  // MARK: Lines

  private func lines(for event: RunEvent, _ state: inout State) -> [String] {
    switch event {
    case .runStarted(let header): [started(header)]
    case .phaseStarted(let phase):
      begin(phase, &state)
    case .componentChanged(let report): component(report, &state)
    case .contractsPlanned(let plan):
      [
        "\(label("contracts"))\(VerdictReason.plural(plan.caseCount, "case")) in "
          + VerdictReason.plural(plan.suites.count, "suite")
      ]
    case .caseFinished(let result): finished(result, &state)
    case .auditPlanned(let plan): ["\(label("audit"))\(VerdictReason.plural(plan.rules.count, "rule"))"]
    case .ruleStarted(let rule): progress("audit · \(rule)", &state)
    case .ruleProgressed(let rule, let rows): progress("audit · \(rule) · \(rows) rows", &state)
    case .ruleFinished(let result): finished(result, state.record)
    case .phaseFinished(let phase, let duration): [ended(phase, duration, state.record)].compactMap { $0 }
    case .noted(let notice): [noted(notice)]
    case .runFinished: summary(state.record)
    }
  }

  private func started(_ header: RunHeader) -> String {
    let dataset = header.dataset.map { " · dataset \($0)" } ?? ""
    return style.bold("concord \(header.version)") + " · \(header.stack)\(dataset) · seed \(header.seed)"
  }

  private func begin(_ phase: RunPhase, _ state: inout State) -> [String] {
    state.phase = phase
    return progress(phase.rawValue, &state)
  }

  private func component(_ report: ComponentReport, _ state: inout State) -> [String] {
    let name = report.component.name
    switch report.state {
    case .starting: return progress("starting \(name)", &state)
    case .ready(let after):
      let address = report.address.map { "  \(style.quiet($0))" } ?? ""
      return ["\(label("boot"))\(name) ready in \(after.display)\(address)"]
    case .failed(let reason, let log):
      let quoted = log.map { "    \(style.quiet(TerminalStyle.printable($0)))" }
      return ["\(label("stack"))\(style.bad("DOWN")) \(name): \(TerminalStyle.printable(reason))"] + quoted
    case .stopped: return []
    }
  }

  private func finished(_ result: CaseResult, _ state: inout State) -> [String] {
    let counts = state.record?.caseCounts ?? CaseCounts()
    let done = counts.total - counts.missing
    let trouble = counts.failed + counts.errored
    let moving = "contracts · \(done) of \(counts.total)" + (trouble > 0 ? " · \(trouble) not passed" : "")
    switch result.status {
    case .passed, .skipped: return progress(moving, &state)
    case .failed:
      return headline(style.bad("FAILED"), result) + FailureText.details(of: result).map(indented)
    case .errored(let reason):
      return headline(style.open("ERROR"), result) + [indented(reason)]
        + FailureText.details(of: result).map(indented)
    }
  }

  private func headline(_ word: String, _ result: CaseResult) -> [String] {
    let source = result.source.map { "  \(style.quiet($0.description))" } ?? ""
    return ["\(label("contracts"))\(word) \(style.bold(result.id.description))\(source)"]
  }

  private func finished(_ result: RuleResult, _ record: RunRecord?) -> [String] {
    guard let rule = record?.description(of: result.rule) else { return [] }
    switch result.status {
    case .held: return []
    case .errored(let reason), .skipped(let reason):
      return ["\(label("audit"))\(style.open("ERROR")) \(style.bold(rule.id.text)): \(TerminalStyle.printable(reason))"]
    case .violated:
      let word = rule.severity == .error ? style.bad("VIOLATED") : style.open(rule.severity.rawValue.uppercased())
      return ["\(label("audit"))\(word) \(style.bold(rule.id.text)): \(FailureText.summary(of: rule, result: result))"]
        + FailureText.details(of: rule, result: result).map(indented)
    }
  }

  private func ended(_ phase: RunPhase, _ duration: Duration, _ record: RunRecord?) -> String? {
    guard let record else { return nil }
    switch phase {
    case .boot: return "\(label("boot"))stack up in \(duration.display)"
    case .contracts:
      let counts = record.caseCounts
      return "\(label("contracts"))\(outcome(counts)) in \(duration.display)"
    case .audit:
      let counts = record.ruleCounts
      let findings = counts.findings == 0 ? "" : ", \(VerdictReason.plural(counts.findings, "finding"))"
      return "\(label("audit"))\(counts.held) of \(counts.total) rules held\(findings) in \(duration.display)"
    case .teardown: return nil
    }
  }

  private func outcome(_ counts: CaseCounts) -> String {
    var parts = ["\(counts.passed) passed"]
    if counts.failed > 0 { parts.append("\(counts.failed) failed") }
    if counts.errored > 0 { parts.append(VerdictReason.plural(counts.errored, "error")) }
    if counts.skipped > 0 { parts.append("\(counts.skipped) skipped") }
    return parts.joined(separator: ", ")
  }

  private func noted(_ notice: Notice) -> String {
    let word = notice.severity == .info ? "note" : notice.severity.rawValue
    return "\(label(word))\(notice.message)\(notice.remedy.map { " \($0)" } ?? "")"
  }

  private func summary(_ record: RunRecord?) -> [String] {
    guard let record else { return [] }
    let word = record.verdict.title.uppercased()
    let coloured =
      switch record.verdict {
      case .passed: style.good(word)
      case .failed: style.bad(word)
      case .undecided, .interrupted: style.open(word)
      }
    let time = record.duration.map { " (\($0.display), exit \(record.verdict.exitCode.rawValue))" } ?? ""
    return ["\(label("result"))\(style.bold(coloured))  \(VerdictReason.sentence(for: record))\(style.quiet(time))"]
  }

  private func label(_ text: String) -> String {
    style.quiet(text + String(repeating: " ", count: max(1, 11 - text.count)))
  }

  private func indented(_ line: String) -> String {
    "             " + TerminalStyle.printable(line).replacing("\n", with: "\n             ")
  }

  // MARK: Output

  private func progress(_ text: String, _ state: inout State) -> [String] {
    state.progress = text
    return []
  }

  private func show(_ lines: [String], _ state: inout State) {
    var output = ""
    if state.hasProgressLine { output += "\r\u{1B}[K" }
    for line in lines { output += line + "\n" }
    let isOver = state.record?.ending != nil
    state.hasProgressLine = isInteractive && !isOver && !state.progress.isEmpty
    if state.hasProgressLine { output += style.quiet("  \(state.progress.prefix(100))") }
    if !output.isEmpty { write(output) }
  }
}

extension RunEvent {
  /// Whether even a reader who wants nothing but the result must hear of it.
  fileprivate var isTrouble: Bool {
    switch self {
    case .runFinished: true
    case .componentChanged(let report): if case .failed = report.state { true } else { false }
    case .caseFinished(let result): result.status == .failed || result.isErrored
    case .ruleFinished(let result): result.status != .held
    case .noted(let notice): notice.severity == .error
    case .runStarted, .phaseStarted, .phaseFinished, .contractsPlanned, .auditPlanned, .ruleStarted, .ruleProgressed:
      false
    }
  }
}

extension CaseResult {
  /// Whether the case could not be judged.
  fileprivate var isErrored: Bool { if case .errored = status { true } else { false } }
}
