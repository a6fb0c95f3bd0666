// A person at a terminal sees one line move; a CI log gets plain lines in the order of events. Failures are
// printed when they happen, because somebody is waiting; what passed is only counted. However much fails, the
// output stays readable: details are bounded per case, after a number of cases only their names are printed, and
// the names come once more at the end, where a CI log is read first.

package import RunModel
import Synchronization

/// Shows a run on a terminal or in a CI log while it happens.
package final class ConsoleReporter: RunListener {
  private let lines: ConsoleLines
  private let isInteractive: Bool
  private let onlyResult: Bool
  private let write: @Sendable (String) -> Void
  private let state = Mutex(State())

  private struct State {
    var record: RunRecord?
    var progress = ConsoleProgress()
    /// One line for each case, rule or component that did not pass.
    var troubles: [String] = []
    var hasProgressLine = false
  }

  /// Writes through `write`, which gets whole lines; `isInteractive` allows a line that is redrawn in place, and
  /// `onlyResult` keeps everything back but what did not pass and the verdict.
  package init(
    style: TerminalStyle, isInteractive: Bool, onlyResult: Bool = false, write: @escaping @Sendable (String) -> Void
  ) {
    lines = ConsoleLines(style: style)
    self.isInteractive = isInteractive
    self.onlyResult = onlyResult
    self.write = write
  }

  package func receive(_ event: RunEvent) {
    state.withLock { state in
      if case .runStarted(let header) = event { state.record = RunRecord(header: header) }
      state.record?.apply(event)
      state.progress.take(event)
      show(text(for: event, &state), &state)
    }
  }

  /// Prints where the reports are, after the last event.
  package func printReports(_ paths: [String]) {
    if onlyResult { return }
    for path in paths { write(lines.report(path) + "\n") }
  }

  // MARK: Lines

  private func text(for event: RunEvent, _ state: inout State) -> [String] {
    switch event {
    case .runFinished:
      guard let record = state.record else { return [] }
      return lines.recapitulation(of: state.troubles) + lines.result(record)
    case .caseFinished(let result) where result.isTrouble:
      state.troubles.append(lines.headline(of: result))
      return lines.trouble(result, rank: state.troubles.count)
    case .ruleFinished(let result) where result.hasNews:
      guard let record = state.record, let rule = record.description(of: result.rule) else { return [] }
      let standing = RuleStanding(rule: rule, result: result, in: record)
      if !standing.isTrouble, onlyResult { return [] }
      if standing.isTrouble { state.troubles.append(lines.headline(of: standing)) }
      return lines.trouble(standing, rank: state.troubles.count)
    case .componentChanged(let report) where report.isFailed:
      state.troubles.append(lines.headline(of: report))
      return lines.trouble(report)
    case .noted(let notice) where notice.severity == .error:
      return lines.notice(notice)
    default:
      return onlyResult
        ? [] : lines.news(event, state.record, milestone: isInteractive ? nil : state.progress.milestone)
    }
  }

  // MARK: Output

  /// Erases the moving line, writes the lines, draws the moving line again.
  private func show(_ lines: [String], _ state: inout State) {
    var output = ""
    let isOver = state.record?.ending != nil
    let moving = isInteractive && !isOver && !onlyResult ? state.progress.line : ""
    if lines.isEmpty, moving == state.progress.drawn { return }
    if state.hasProgressLine { output += "\r\u{1B}[K" }
    for line in lines { output += line + "\n" }
    state.hasProgressLine = !moving.isEmpty
    state.progress.drawn = moving
    if state.hasProgressLine { output += self.lines.moving(moving) }
    if !output.isEmpty { write(output) }
  }
}

extension RuleResult {
  /// Whether there is more to tell than that the rule held.
  fileprivate var hasNews: Bool { status != .held || !settled.isEmpty || suspectCount > 0 }
}
