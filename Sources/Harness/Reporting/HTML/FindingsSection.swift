import RunModel

/// Every rule that is violated or undecided, the most severe first, with its findings.
struct FindingsSection {
  let index: RecordIndex

  func write(to html: inout HTMLWriter) {
    let standings = (index.record.auditPlan?.rules ?? []).map(index.standing).filter(\.hasCard)
      .sorted { ($1.rule.severity, $0.rule.id) < ($0.rule.severity, $1.rule.id) }
    guard !standings.isEmpty else { return }
    html.element("section", [("id", "findings")]) { html in
      html.element("h2", text: "Findings in the data")
      html.lineBreak()
      for (position, standing) in standings.enumerated() {
        RuleView(standing: standing).write(isOpen: position < PageLimits.openRules, to: &html)
      }
    }
    html.lineBreak()
  }
}
