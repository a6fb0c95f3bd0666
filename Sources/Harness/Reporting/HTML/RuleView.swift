import RFC3339
import RunModel
import YAMLSource

/// A rule with its findings, what proves them and what to do.
struct RuleView {
  let standing: RuleStanding

  private var rule: RuleDescription { standing.rule }

  func write(isOpen: Bool, to html: inout HTMLWriter) {
    html.element("details", [("class", "card \(standing.tone.rawValue)"), ("open", isOpen ? "" : nil)]) { html in
      html.summary(standing.tone, standing.word, name: rule.id.text, title: rule.title)
      // The anchor lies inside: a link to it makes browsers unfold the card (HTML Standard §7.4.2.3, ancestor details).
      html.element("div", [("class", "body"), ("id", standing.anchor)]) { html in
        if let reason = standing.reason { html.element("p", text: reason.shortened(to: PageLimits.text)) }
        if let result = standing.result { findings(of: result, to: &html) }
        if let remedy = rule.remedy, standing.result?.status == .violated {
          html.element("p") { html in
            html.element("strong", text: "What to do:")
            html.text(" \(remedy)")
          }
        }
        if let result = standing.result { evidence(of: result, to: &html) }
        origin(to: &html)
      }
    }
    html.lineBreak()
  }

  // MARK: Findings

  private func findings(of result: RuleResult, to html: inout HTMLWriter) {
    let findings = result.findings.prefix(PageLimits.findings)
    let visible = findings.prefix(PageLimits.visibleFindings)
    if !visible.isEmpty { FindingsTable(rule: rule, findings: visible).write(to: &html) }
    let folded = findings.dropFirst(visible.count)
    if !folded.isEmpty {
      html.element("details") { html in
        html.element("summary", text: "\(folded.count) more")
        FindingsTable(rule: rule, findings: folded).write(to: &html)
      }
      html.lineBreak()
    }
    let beyond = result.findingCount - findings.count
    if beyond > 0 {
      let sample = findings.isEmpty ? "\(beyond.of("row")) in all" : "… and \(beyond.of("more row", "more rows"))"
      html.element("p", [("class", "quiet")], text: sample)
    }
    guard !result.suspects.isEmpty else { return }
    html.element("details") { html in
      html.element("summary", text: "\(result.suspects.count.of("candidate")) that could not be proved")
      FindingsTable(rule: rule, findings: result.suspects.prefix(PageLimits.findings)).write(to: &html)
    }
    html.lineBreak()
  }

  private func evidence(of result: RuleResult, to html: inout HTMLWriter) {
    guard let example = (result.findings + result.suspects).first(where: { $0.query != nil || !$0.witness.isEmpty })
    else { return }
    html.element("details") { html in
      html.element("summary", text: "see it, and what proves it")
      let what = example.key.isEmpty ? "" : " \(example.key)"
      if let query = example.query { html.block("query that shows\(what)", query, className: "copy") }
      if !example.witness.isEmpty {
        html.element("p", [("class", "label")], text: "reads that prove\(what)")
        html.table(["when", "store", "seen", "position"]) { html in
          for observation in example.witness { write(observation, to: &html) }
        }
      }
      if result.findings.count > 1 {
        html.element("p", [("class", "quiet")], text: "run.json has the proof of each of the others.")
      }
    }
    html.lineBreak()
  }

  private func write(_ observation: Finding.Observation, to html: inout HTMLWriter) {
    html.element("tr") { html in
      html.codeCell(observation.at.rfc3339)
      html.element("td", text: observation.store)
      html.element("td", text: observation.what)
      html.codeCell(observation.position)
    }
  }

  // MARK: Origin

  /// Where the rule is stated, and how it was evaluated.
  private func origin(to html: inout HTMLWriter) {
    var figures: [String] = []
    if let result = standing.result {
      if result.rowsExamined > 0 { figures.append("\(result.rowsExamined.of("row")) examined") }
      if result.keysCompared > 0 { figures.append("\(result.keysCompared.of("key")) compared") }
      figures.append(result.duration.display)
    }
    if let plan = standing.result?.plan, !plan.isEmpty {
      html.element("details") { html in
        html.element("summary", text: "how it was read")
        html.block(nil, plan.joined(separator: "\n"))
      }
      html.lineBreak()
    }
    html.element("p", [("class", "origin")]) { html in
      if let source = rule.source { html.element("code", text: source.description) }
      html.text((rule.source == nil ? "" : " · ") + figures.joined(separator: ", "))
    }
  }
}
