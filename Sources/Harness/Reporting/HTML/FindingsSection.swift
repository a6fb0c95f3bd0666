import RunModel

/// Every rule that is violated or undecided, with its findings: first what fails the run, then the most severe.
struct FindingsSection {
  let index: RecordIndex

  func write(to html: inout HTMLWriter) {
    let standings = (index.record.auditPlan?.rules ?? []).map(index.standing).filter(\.hasCard)
      .sorted { one, other in
        // What is accepted or below the gate must not hide what somebody has to look at.
        if one.isTrouble != other.isTrouble { return one.isTrouble }
        return (other.rule.severity, one.rule.id) < (one.rule.severity, other.rule.id)
      }
    guard !standings.isEmpty else { return }
    html.element("section", [("id", "findings")]) { html in
      html.element("h2", text: "Findings in the data")
      html.lineBreak()
      for (position, standing) in standings.enumerated() {
        RuleView(standing: standing).write(isOpen: position < PageLimits.openRules && !standing.isAccepted, to: &html)
      }
    }
    html.lineBreak()
  }
}
