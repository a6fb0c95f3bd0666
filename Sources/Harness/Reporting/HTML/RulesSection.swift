import RunModel

/// Every rule of the data contracts with its outcome, also those that held.
struct RulesSection {
  let index: RecordIndex

  func write(to html: inout HTMLWriter) {
    guard let plan = index.record.auditPlan else { return }
    html.element("section", [("id", "rules")]) { html in
      html.element("h2", text: "Data rules")
      html.lineBreak()
      html.table(["", "rule", "judged", "must exist at / metric", "rows", "time"], firstNumber: 4) { html in
        for rule in plan.rules {
          row(index.standing(of: rule), to: &html)
          html.lineBreak()
        }
      }
    }
    html.lineBreak()
  }

  private func row(_ standing: RuleStanding, to html: inout HTMLWriter) {
    let rule = standing.rule
    // A rule with a card carries the anchor there, where its findings are.
    html.element("tr", [("id", standing.hasCard ? nil : standing.anchor)]) { html in
      html.element("td", [("class", "fit")]) { $0.badge(standing.tone, standing.word) }
      html.element("td") { html in
        let link = standing.hasCard ? "#\(standing.anchor)" : nil
        html.element(link == nil ? "span" : "a", [("href", link)]) { $0.element("strong", text: rule.id.text) }
        html.element("br")
        html.element("span", [("class", "quiet")], text: rule.title)
        if let filter = rule.filter {
          html.element("br")
          html.element("code", [("class", "long quiet")], text: "where \(filter.shortened(to: PageLimits.cell))")
        }
        if let reason = standing.reason {
          html.element("br")
          html.text(reason.shortened(to: PageLimits.cell))
        }
      }
      html.element("td") { place(rule.subject, to: &$0) }
      html.element("td") { html in
        switch rule.kind {
        case .reference(let target): place(target, to: &html)
        case .quality(let metric): html.text(metric)
        }
      }
      html.element("td", [("class", "number")], text: standing.result.map { $0.rowsExamined.grouped } ?? "")
      html.element("td", [("class", "number")], text: standing.result?.duration.display ?? "")
    }
  }

  private func place(_ location: DataLocation, to html: inout HTMLWriter) {
    html.element("code", [("class", "long")], text: location.description)
    html.element("br")
    html.element("span", [("class", "quiet")], text: location.store)
  }
}
