import RFC3339
import RunModel
import YAMLSource

/// The lines of the console, without knowing when they are printed.
struct ConsoleLines {
  let style: TerminalStyle

  /// Cases and rules that are told in full; of later ones only the name is printed.
  private static let detailLimit = 25
  /// Cases and rules whose name is printed; later ones are only counted.
  private static let nameLimit = 200
  /// Names that are printed once more at the end.
  private static let recapitulationLimit = 10
  private static let indent = "             "

  // MARK: What goes well

  /// What an event that is no trouble has to tell.
  func news(_ event: RunEvent, _ record: RunRecord?, milestone: String?) -> [String] {
    switch event {
    case .runStarted(let header): [started(header)]
    case .componentChanged(let report): ready(report)
    case .contractsPlanned(let plan):
      [label("contracts") + "\(plan.caseCount.of("case")) in \(plan.suites.count.of("suite"))"]
    case .auditPlanned(let plan): [label("audit") + plan.rules.count.of("rule")]
    case .phaseFinished(let phase, let duration): record.flatMap { ended(phase, duration, $0) }.map { [$0] } ?? []
    case .coverageMeasured(let coverage): self.coverage(coverage)
    case .noted(let notice): self.notice(notice)
    case .caseFinished, .ruleProgressed: milestone.map { [style.quiet(plain($0))] } ?? []
    case .phaseStarted, .ruleStarted, .ruleFinished, .runFinished: []
    }
  }

  /// Where a report is.
  func report(_ path: String) -> String { label("report") + plain(path) }

  /// The line that is redrawn in place.
  ///
  /// Wrapping is switched off around it (DECAWM): a line that wrapped could not be erased, and unlike a width asked
  /// for beforehand this also holds when the window is made smaller meanwhile.
  func moving(_ text: String) -> String {
    "\u{1B}[?7l\(style.quiet("  " + plain(text)))\u{1B}[?7h"
  }

  private func started(_ header: RunHeader) -> String {
    let dataset = header.dataset.map { " · dataset \(plain($0))" } ?? ""
    return style.bold("concord \(plain(header.version))") + " · \(plain(header.stack))\(dataset) · seed \(header.seed)"
  }

  private func ready(_ report: ComponentReport) -> [String] {
    guard case .ready(let after) = report.state else { return [] }
    let address = report.address.map { "  \(style.quiet(plain($0)))" } ?? ""
    return ["\(label("boot"))\(plain(report.component.name)) ready in \(after.display)\(address)"]
  }

  private func ended(_ phase: RunPhase, _ duration: Duration, _ record: RunRecord) -> String? {
    switch phase {
    case .boot:
      // A stack that did not come up says so itself.
      guard !record.components.isEmpty, !record.components.contains(where: \.isFailed) else { return nil }
      return "\(label("boot"))stack up in \(duration.display)"
    case .contracts: return "\(label("contracts"))\(outcome(record.caseCounts)) in \(duration.display)"
    case .audit:
      let counts = record.ruleCounts
      let accepted = record.acceptedFindingCount
      let findings =
        (counts.findings == 0 ? "" : ", \(counts.findings.of("finding"))")
        + (accepted == 0 ? "" : ", \(accepted.grouped) of them accepted")
      let open = counts.errored + counts.notRun
      let undecided = open == 0 ? "" : ", \(open) undecided"
      return
        "\(label("audit"))\(counts.held) of \(counts.total.of("rule")) held\(findings)\(undecided) in \(duration.display)"
    case .teardown: return nil
    }
  }

  private func outcome(_ counts: CaseCounts) -> String {
    var parts = ["\(counts.passed.grouped) passed"]
    if counts.failed > 0 { parts.append("\(counts.failed.grouped) failed") }
    if counts.errored > 0 { parts.append(counts.errored.of("error")) }
    if counts.skipped > 0 { parts.append("\(counts.skipped.grouped) skipped") }
    if counts.missing > 0 { parts.append("\(counts.missing.grouped) not run") }
    return parts.joined(separator: ", ")
  }

  /// A line a service: seen of what is documented, in each dimension that the service has.
  private func coverage(_ coverage: ContractCoverage) -> [String] {
    coverage.services.map { service in
      let figures = ContractCoverage.Dimension.allCases.compactMap { dimension -> String? in
        let figure = coverage.figure(dimension, of: service)
        return figure.total == 0 ? nil : "\(figure.seen)/\(figure.total) \(dimension.rawValue)"
      }
      return label("coverage") + plain("\(service): \(figures.joined(separator: ", "))")
    }
  }

  /// A remark, with what to do about it.
  func notice(_ notice: Notice) -> [String] {
    let word = notice.severity == .info ? "note" : notice.severity.rawValue
    return [label(word) + plain(notice.message)] + (notice.remedy.map { [indented($0)] } ?? [])
  }

  // MARK: What does not

  /// A case that failed or could not be judged, in one line.
  func headline(of result: CaseResult) -> String {
    let word = result.status == .failed ? style.bad("FAILED") : style.open("ERROR")
    let source = result.source.map { "  \(style.quiet(plain($0.description)))" } ?? ""
    return label("contracts") + "\(word) \(style.bold(plain(result.id.description)))\(source)"
  }

  /// A rule that is violated or undecided, in one line.
  func headline(of standing: RuleStanding) -> String {
    let (rule, name) = (standing.rule, style.bold(standing.rule.id.text))
    guard standing.result?.status == .violated else {
      let reason = plain((standing.reason ?? "").shortened(to: 500))
      if standing.result?.status == .held, !standing.isGating {
        return label("audit")
          + "\(style.open("SUSPECT")) \(name): \(plain(FailureText.summary(of: rule, result: standing.result)))"
      }
      let word = standing.result?.status == .held ? style.bad("BASELINE") : style.open("ERROR")
      return label("audit") + "\(word) \(name): \(reason)"
    }
    let remark = standing.isAccepted ? "ACCEPTED" : rule.severity.rawValue.uppercased()
    let word = standing.isGating ? style.bad("VIOLATED") : style.open(remark)
    let summary = plain(FailureText.summary(of: rule, result: standing.result))
    return label("audit") + "\(word) \(name): \(summary)"
  }

  /// A component that is down, in one line.
  func headline(of report: ComponentReport) -> String {
    let reason = if case .failed(let reason, _) = report.state { plain(reason.shortened(to: 500)) } else { "" }
    return label("stack") + "\(style.bad("DOWN")) \(plain(report.component.name)): \(reason)"
  }

  /// A case with its details, if it is not one of too many.
  func trouble(_ result: CaseResult, rank: Int) -> [String] {
    guard rank <= Self.detailLimit else { return brief(headline(of: result), rank) }
    let reason =
      if case .errored(let reason) = result.status { [indented(reason.shortened(to: 500))] } else { [String]() }
    return [headline(of: result)] + reason + FailureText.brief.details(of: result).map(indented)
  }

  /// A rule with its findings, if it is not one of too many.
  func trouble(_ standing: RuleStanding, rank: Int) -> [String] {
    guard rank <= Self.detailLimit else { return brief(headline(of: standing), rank) }
    guard standing.result?.status == .violated || standing.isSuspect else { return [headline(of: standing)] }
    return [headline(of: standing)]
      + FailureText.brief.details(of: standing.rule, result: standing.result).map(indented)
  }

  /// A component with its last words.
  func trouble(_ report: ComponentReport) -> [String] {
    guard case .failed(_, let log) = report.state else { return [] }
    return [headline(of: report)] + log.suffix(20).map { style.quiet(indented($0.shortened(to: 500))) }
  }

  /// The name of one of many.
  private func brief(_ headline: String, _ rank: Int) -> [String] {
    switch rank {
    case Self.detailLimit + 1: [headline, indented("from here on only names; the reports tell the rest")]
    case ...Self.nameLimit: [headline]
    case Self.nameLimit + 1: [indented("from here on not even names")]
    default: []
    }
  }

  /// The names of what did not pass, for readers who begin at the end.
  func recapitulation(of headlines: [String]) -> [String] {
    guard headlines.count > 1 else { return [] }
    let (shown, beyond) = headlines.bounded(to: Self.recapitulationLimit)
    return [""] + shown + (beyond > 0 ? [indented("… and \(beyond.grouped) more, see the report")] : [])
  }

  /// The verdict and its reason.
  func result(_ record: RunRecord) -> [String] {
    let word = record.verdict.title.uppercased()
    let coloured =
      switch record.verdict {
      case .passed: style.good(word)
      case .failed: style.bad(word)
      case .undecided, .interrupted: style.open(word)
      }
    let time = record.duration.map { " (\($0.display), exit \(record.verdict.exitCode.rawValue))" } ?? ""
    let reason = plain(VerdictReason.sentence(for: record).shortened(to: 1000))
    return ["\(label("result"))\(style.bold(coloured))  \(reason)\(style.quiet(time))"]
  }

  // MARK: Layout

  private func label(_ text: String) -> String {
    style.quiet(text + String(repeating: " ", count: max(1, 11 - text.count)))
  }

  /// Text from outside on one line, without anything that a terminal would obey.
  private func plain(_ text: String) -> String { TerminalStyle.printable(text.onOneLine) }

  private func indented(_ line: String) -> String {
    Self.indent + TerminalStyle.printable(line).replacing("\n", with: "\n\(Self.indent)")
  }
}
