import RunModel

/// What a reader must act on first: notices, components that are down, cases that did not pass.
struct AttentionSection {
  let index: RecordIndex

  func write(to html: inout HTMLWriter) {
    let record = index.record
    let down = record.components.filter(\.isFailed)
    let (detailed, beyond) = index.troubles.bounded(to: PageLimits.detailedCases)
    let missing = record.missingCases
    if record.notices.isEmpty, down.isEmpty, index.troubles.isEmpty, missing.isEmpty { return }
    html.element("section", [("id", "attention")]) { html in
      html.element("h2", text: "What needs attention")
      html.lineBreak()
      for notice in record.notices { write(notice, to: &html) }
      for report in down { write(report, to: &html) }
      for (position, trouble) in detailed.enumerated() {
        CaseView(result: trouble.result, anchor: trouble.anchor)
          .write(isOpen: position < PageLimits.openCases, to: &html)
      }
      if beyond > 0 { writeNames(of: index.troubles.dropFirst(detailed.count).map(\.result), to: &html) }
      if !missing.isEmpty { write(missing, to: &html) }
    }
    html.lineBreak()
  }

  private func write(_ notice: Notice, to html: inout HTMLWriter) {
    html.element("p", [("class", "notice \(notice.severity.rawValue)")]) { html in
      html.element("strong", text: notice.message)
      if let remedy = notice.remedy { html.text(" \(remedy)") }
    }
    html.lineBreak()
  }

  private func write(_ report: ComponentReport, to html: inout HTMLWriter) {
    guard case .failed(let reason, let log) = report.state else { return }
    html.element("details", [("class", "card bad"), ("open", "")]) { html in
      html.summary(.bad, "down", name: report.component.name, title: reason)
      if !log.isEmpty { html.log("its last words", log) }
    }
    html.lineBreak()
  }

  /// Cases beyond those that are told in full.
  private func writeNames(of results: [CaseResult], to html: inout HTMLWriter) {
    let (shown, beyond) = results.bounded(to: PageLimits.listedCases)
    html.element("details", [("class", "card bad")]) { html in
      html.summary(.bad, "\(results.count.grouped) more", name: "cases that did not pass", title: "by name")
      html.table(["case", "", "reason"]) { html in
        for result in shown {
          html.element("tr") { html in
            html.element("td", text: result.id.description)
            html.element("td") { $0.badge(result.tone, result.word) }
            html.element("td", text: (result.reason ?? FailureText.summary(of: result)).shortened(to: PageLimits.cell))
          }
          html.lineBreak()
        }
      }
      html.omission(beyond, "cases")
    }
    html.lineBreak()
  }

  private func write(_ missing: [CaseID], to html: inout HTMLWriter) {
    let (shown, beyond) = missing.bounded(to: PageLimits.listedCases)
    html.element("details", [("class", "card open")]) { html in
      html.summary(.open, missing.count.of("case"), name: "planned, but never run", title: "by name")
      html.block(nil, shown.map(\.description).joined(separator: "\n"))
      html.omission(beyond, "cases")
    }
    html.lineBreak()
  }
}
