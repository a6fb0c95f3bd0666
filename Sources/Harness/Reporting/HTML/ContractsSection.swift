import RunModel
import YAMLSource

/// Contract results per service and operation, then every suite with its cases.
struct ContractsSection {
  let index: RecordIndex

  func write(to html: inout HTMLWriter) {
    guard let plan = index.record.contractPlan else { return }
    html.element("section", [("id", "contracts")]) { html in
      html.element("h2", text: "Contracts")
      html.lineBreak()
      for (service, operations) in Dictionary(grouping: plan.operations, by: \.service).sorted(by: { $0.key < $1.key })
      {
        write(operations, of: service, to: &html)
      }
      if !plan.suites.isEmpty { html.element("h3", text: "Suites") }
      html.lineBreak()
      var rows = PageLimits.rows
      let (suites, beyond) = plan.suites.bounded(to: PageLimits.groups)
      for suite in suites {
        let view = SuiteView(suite: suite, index: index)
        rows -= view.write(atMost: min(rows, PageLimits.rowsPerSuite), to: &html)
      }
      html.omission(beyond, "suites")
    }
    html.lineBreak()
  }

  private func write(_ operations: [OperationReference], of service: String, to html: inout HTMLWriter) {
    let exercised = operations.count { index.casesByOperation[$0] != nil }
    html.element("details", [("class", "group")]) { html in
      html.summary(
        tone(of: operations), "\(exercised.grouped) of \(operations.count.grouped)", name: service,
        title: "operations exercised")
      let (shown, beyond) = operations.bounded(to: PageLimits.groups)
      html.table(["operation", "id", "passed", "failed", "error", "slowest"], firstNumber: 2) { html in
        for operation in shown {
          row(operation, index.casesByOperation[operation] ?? [], to: &html)
          html.lineBreak()
        }
      }
      html.omission(beyond, "operations")
    }
    html.lineBreak()
  }

  private func tone(of operations: [OperationReference]) -> Tone {
    let cases = operations.flatMap { index.casesByOperation[$0] ?? [] }
    if cases.contains(where: { $0.tone == .bad }) { return .bad }
    if cases.contains(where: { $0.tone == .open }) { return .open }
    return cases.isEmpty ? .none : .good
  }

  private func row(_ operation: OperationReference, _ cases: [CaseResult], to html: inout HTMLWriter) {
    var counts = CaseCounts()
    for result in cases { counts.count(result.status) }
    let tone: Tone = cases.isEmpty ? .none : counts.failed > 0 ? .bad : counts.errored > 0 ? .open : .good
    html.element("tr", [("class", tone.rawValue)]) { html in
      html.codeCell("\(operation.method) \(operation.path)")
      html.element("td") { html in
        html.text(operation.id)
        if cases.isEmpty { html.element("span", [("class", "quiet")], text: " not exercised") }
      }
      for count in [counts.passed, counts.failed, counts.errored] {
        html.element("td", [("class", "number")], text: count == 0 ? "" : count.grouped)
      }
      html.element("td", [("class", "number")], text: cases.map(\.duration).max()?.display ?? "")
    }
  }
}
