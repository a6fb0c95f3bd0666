import RunModel
import YAMLSource

/// A suite with its cases as rows; what needs attention comes first and links to its card.
struct SuiteView {
  let suite: ContractPlan.Suite
  let index: RecordIndex

  /// Writes the suite and answers how many rows that took.
  func write(atMost limit: Int, to html: inout HTMLWriter) -> Int {
    let results = index.casesBySuite[suite.id] ?? []
    let passed = results.count { $0.status == .passed }
    let total = max(suite.cases.count, results.count)
    let tone: Tone =
      passed == total ? .good : results.contains { $0.status == .failed } ? .bad : .open
    // Troubles first, so that the limit never hides one behind passed cases.
    let ordered = results.filter(\.isTrouble) + results.filter { !$0.isTrouble }
    let (shown, beyond) = ordered.bounded(to: limit)
    html.element("details", [("class", "group")]) { html in
      html.summary(tone, "\(passed.grouped) of \(total.grouped)", name: suite.id, title: suite.title)
      if !shown.isEmpty {
        html.table(["", "case", "operation", "checks", "time"], firstNumber: 3) { html in
          for result in shown {
            row(result, to: &html)
            html.lineBreak()
          }
        }
      }
      html.omission(beyond, "cases")
      let missing = total - results.count
      if missing > 0 { html.element("p", [("class", "quiet")], text: "\(missing.of("case")) never ran") }
      if let source = suite.source {
        html.element("p", [("class", "origin")]) { $0.element("code", text: "\(source)") }
      }
    }
    html.lineBreak()
    return shown.count
  }

  private func row(_ result: CaseResult, to html: inout HTMLWriter) {
    html.element("tr") { html in
      html.element("td", [("class", "fit")]) { $0.badge(result.tone, result.word) }
      html.element("td") { html in
        let link = index.anchors[result.id].map { "#\($0)" }
        html.element(link == nil ? "span" : "a", [("href", link)]) { $0.element("strong", text: result.id.name) }
        html.element("br")
        let text = if case .skipped(let reason) = result.status { reason } else { result.title }
        html.element("span", [("class", "quiet")], text: text.shortened(to: PageLimits.cell))
      }
      html.element("td", text: result.operation?.id ?? "")
      html.element("td", [("class", "number")], text: result.checksPassed.grouped)
      html.element("td", [("class", "number")], text: result.duration.display)
    }
  }
}
