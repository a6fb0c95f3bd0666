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
    if result.isGrouped {
      let causes = result.causes.filter { !$0.isAccepted }.prefix(PageLimits.findings)
      write(causes, to: &html) { CausesTable(result: result, causes: $0).write(to: &$1) }
      beyond(
        result.causeCount - (result.causes.count { $0.isAccepted }) - causes.count, "missing key", causes.count,
        to: &html)
    } else {
      let findings = result.findings.filter { !$0.isAccepted }.prefix(PageLimits.findings)
      write(findings, to: &html) { FindingsTable(rule: rule, findings: $0).write(to: &$1) }
      beyond(result.openCount - findings.count, "row", findings.count, to: &html)
    }
    accepted(of: result, to: &html)
    suspects(of: result, to: &html)
  }

  /// The first rows at once, the others folded beneath.
  private func write<Row>(
    _ rows: ArraySlice<Row>, to html: inout HTMLWriter, _ table: (ArraySlice<Row>, inout HTMLWriter) -> Void
  ) {
    let visible = rows.prefix(PageLimits.visibleFindings)
    if !visible.isEmpty { table(visible, &html) }
    let folded = rows.dropFirst(visible.count)
    guard !folded.isEmpty else { return }
    html.element("details") { html in
      html.element("summary", text: "\(folded.count) more")
      table(folded, &html)
    }
    html.lineBreak()
  }

  private func beyond(_ count: Int, _ noun: String, _ shown: Int, to html: inout HTMLWriter) {
    guard count > 0 else { return }
    let text = shown == 0 ? "\(count.of(noun)) in all" : "… and \(count.of("more \(noun)", "more \(noun)s"))"
    html.element("p", [("class", "quiet")], text: text)
  }

  /// What the baseline accepts, folded: it is known.
  private func accepted(of result: RuleResult, to html: inout HTMLWriter) {
    let causes = result.causes.filter(\.isAccepted)
    guard !causes.isEmpty else { return }
    html.element("details") { html in
      html.element("summary", text: "\(result.acceptedCount.of("finding")) accepted by the baseline")
      CausesTable(result: result, causes: causes.prefix(PageLimits.findings)).write(to: &html)
      html.omission(causes.count - PageLimits.findings, "causes")
    }
    html.lineBreak()
  }

  /// What may only be late; unfolded where there is nothing else to look at.
  private func suspects(of result: RuleResult, to html: inout HTMLWriter) {
    guard result.suspectCount > 0 else { return }
    html.element("details", [("open", result.findingCount == 0 ? "" : nil)]) { html in
      html.element("summary", text: "\(result.suspectCount.of("row")) suspect: a key is missing, but may only be late")
      let shown = result.suspects.prefix(PageLimits.findings)
      html.table((shown.first?.key.map(\.name) ?? []) + ["used by", "why it is no finding"], className: "findings") {
        html in
        for suspect in shown {
          html.element("tr") { html in
            for field in suspect.key { html.fieldCell(field.value) }
            html.element("td", [("class", "fit")], text: suspect.rowCount.of("row"))
            html.element("td", text: suspect.text.shortened(to: PageLimits.cell))
          }
          html.lineBreak()
        }
      }
    }
    html.lineBreak()
  }

  private func evidence(of result: RuleResult, to html: inout HTMLWriter) {
    guard let example = result.findings.first(where: { $0.query != nil || !$0.witness.isEmpty })
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
      let requests = result.openRequests
      if !requests.isEmpty {
        html.element("p", [("class", "label")], text: "requests of this run that wrote it, or what it refers to")
        html.table(["request", "answered", "case", "request id"]) { html in
          for request in requests.prefix(5) {
            html.element("tr") { html in
              html.codeCell("\(request.method) \(request.path)")
              html.element("td", text: "\(request.status) by \(request.service)")
              html.element("td", text: "\(request.caseID)")
              html.codeCell(request.requestID)
            }
          }
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
