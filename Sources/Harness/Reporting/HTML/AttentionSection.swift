import RunModel

/// What a reader must act on, open on the page: failed cases, undecided ones, violated rules, notices.
struct AttentionSection {
  let record: RunRecord

  func write(to html: inout HTMLWriter) {
    let cases = record.cases.filter { $0.status != .passed && !$0.isSkipped }
    let violated = violatedRules
    let failed = record.components.filter { if case .failed = $0.state { true } else { false } }
    if cases.isEmpty, violated.isEmpty, failed.isEmpty, record.notices.isEmpty { return }
    html.element("section", [("id", "attention")]) { html in
      html.element("h2", text: "What needs attention")
      for notice in record.notices { write(notice, to: &html) }
      for report in failed { write(report, to: &html) }
      for result in cases { CaseView(result: result).write(isOpen: cases.count <= 10, to: &html) }
      for (rule, result) in violated { RuleView(rule: rule, result: result).write(isOpen: true, to: &html) }
    }
    html.lineBreak()
  }

  /// Violated and undecided rules, the most severe first.
  private var violatedRules: [(RuleDescription, RuleResult)] {
    record.rules.compactMap { result in
      result.status == .held ? nil : record.description(of: result.rule).map { ($0, result) }
    }
    .sorted { ($1.0.severity, $0.0.id) < ($0.0.severity, $1.0.id) }
  }

  private func write(_ notice: Notice, to html: inout HTMLWriter) {
    html.element("p", [("class", "notice \(notice.severity.rawValue)")]) { html in
      html.element("strong", text: notice.message)
      if let remedy = notice.remedy { html.text(" \(remedy)") }
    }
  }

  private func write(_ report: ComponentReport, to html: inout HTMLWriter) {
    guard case .failed(let reason, let log) = report.state else { return }
    html.element("details", [("class", "card bad"), ("open", "")]) { html in
      html.element("summary") { html in
        html.element("span", [("class", "badge bad")], text: "down")
        html.element("strong", text: report.component.name)
        html.element("span", [("class", "quiet")], text: reason)
      }
      if !log.isEmpty { html.element("pre", text: log.joined(separator: "\n")) }
    }
  }
}

extension CaseResult {
  /// Whether the case was left out because of another.
  var isSkipped: Bool { if case .skipped = status { true } else { false } }
}
