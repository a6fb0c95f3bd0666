import RunModel

/// Every rule of the data contracts with its outcome, also those that held.
struct RulesSection {
  let record: RunRecord

  func write(to html: inout HTMLWriter) {
    guard let plan = record.auditPlan else { return }
    let results = Dictionary(record.rules.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })
    html.element("section", [("id", "rules")]) { html in
      html.element("h2", text: "Data rules")
      html.element("div", [("class", "scroll")]) { html in
        html.element("table") { html in
          html.element("thead") { html in
            html.element("tr") { html in
              for title in ["", "rule", "judged", "must exist at / metric", "rows", "time"] {
                html.element("th", [("scope", "col")], text: title)
              }
            }
          }
          html.element("tbody") { html in
            for rule in plan.rules { row(RuleView(rule: rule, result: results[rule.id]), to: &html) }
          }
        }
      }
    }
    html.lineBreak()
  }

  private func row(_ view: RuleView, to html: inout HTMLWriter) {
    let isHeld = view.result?.status == .held
    // Rules that need attention carry the anchor further up, where their findings are.
    let showsAbove = view.result != nil && !isHeld
    html.element("tr", [("id", showsAbove ? nil : view.anchor)]) { html in
      html.element("td") { $0.element("span", [("class", "badge \(view.tone.rawValue)")], text: view.word) }
      html.element("td") { html in
        html.element("a", [("href", showsAbove ? "#\(view.anchor)" : nil)]) { html in
          html.element("strong", text: view.rule.id.text)
        }
        html.element("br")
        html.element("span", [("class", "quiet")], text: view.rule.title)
        if let filter = view.rule.filter {
          html.element("br")
          html.element("code", [("class", "quiet")], text: "where \(filter)")
        }
      }
      html.element("td") { $0.element("code", text: view.rule.subject.description) }
      html.element("td") { html in
        switch view.rule.kind {
        case .reference(let target): html.element("code", text: "\(target)")
        case .quality(let metric): html.text(metric)
        }
      }
      html.element("td", [("class", "number")], text: view.result.map { "\($0.rowsExamined)" } ?? "")
      html.element("td", [("class", "number")], text: view.result?.duration.display ?? "")
    }
  }
}
