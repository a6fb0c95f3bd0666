import RunModel
import YAMLSource

/// Contract results per service and operation, then every suite with its cases.
struct ContractsSection {
  let record: RunRecord

  func write(to html: inout HTMLWriter) {
    guard let plan = record.contractPlan else { return }
    html.element("section", [("id", "contracts")]) { html in
      html.element("h2", text: "Contracts")
      operations(plan, to: &html)
      html.element("h3", text: "Suites")
      for suite in plan.suites { write(suite, to: &html) }
    }
    html.lineBreak()
  }

  private func operations(_ plan: ContractPlan, to html: inout HTMLWriter) {
    let cases = Dictionary(grouping: record.cases.filter { $0.operation != nil }) { $0.operation }
    for service in Set(plan.operations.map(\.service)).sorted() {
      let operations = plan.operations.filter { $0.service == service }
      let exercised = operations.count { cases[$0] != nil }
      let hasFailure = operations.contains { operation in
        cases[operation]?.contains { $0.status != .passed && !$0.isSkipped } == true
      }
      html.element("details", [("class", "group"), ("open", hasFailure ? "" : nil)]) { html in
        html.element("summary") { html in
          html.element("strong", text: service)
          html.element(
            "span", [("class", "quiet")], text: "\(exercised) of \(operations.count) operations exercised")
        }
        html.element("div", [("class", "scroll")]) { html in
          html.element("table") { html in
            html.element("thead") { html in
              html.element("tr") { html in
                for title in ["operation", "", "passed", "failed", "error", "slowest"] {
                  html.element("th", [("scope", "col")], text: title)
                }
              }
            }
            html.element("tbody") { html in
              for operation in operations { row(operation, cases[operation] ?? [], to: &html) }
            }
          }
        }
      }
      html.lineBreak()
    }
  }

  private func row(_ operation: OperationReference, _ cases: [CaseResult], to html: inout HTMLWriter) {
    var counts = CaseCounts()
    for result in cases {
      switch result.status {
      case .passed: counts.passed += 1
      case .failed: counts.failed += 1
      case .errored: counts.errored += 1
      case .skipped: counts.skipped += 1
      }
    }
    let tone: Tone =
      cases.isEmpty ? .none : counts.failed > 0 ? .bad : counts.errored > 0 ? .open : .good
    html.element("tr", [("class", tone.rawValue)]) { html in
      html.element("td") { html in
        html.element("code", text: "\(operation.method) \(operation.path)")
      }
      html.element("td", [("class", "quiet")], text: cases.isEmpty ? "\(operation.id): not exercised" : operation.id)
      for count in [counts.passed, counts.failed, counts.errored] {
        html.element("td", [("class", "number")], text: count == 0 ? "" : "\(count)")
      }
      html.element("td", [("class", "number")], text: cases.map(\.duration).max()?.display ?? "")
    }
  }

  private func write(_ suite: ContractPlan.Suite, to html: inout HTMLWriter) {
    let results = record.cases.filter { $0.id.suite == suite.id }
    let passed = results.count { $0.status == .passed }
    let tone: Tone = passed == suite.cases.count ? .good : results.contains { $0.status == .failed } ? .bad : .open
    html.element("details", [("class", "group")]) { html in
      html.element("summary") { html in
        html.element("span", [("class", "badge \(tone.rawValue)")], text: "\(passed) of \(suite.cases.count)")
        html.element("strong", text: suite.id)
        html.element("span", [("class", "quiet")], text: suite.title)
      }
      if let source = suite.source { html.element("p", [("class", "source")], text: source.description) }
      for result in results { CaseView(result: result).write(isOpen: false, to: &html) }
    }
    html.lineBreak()
  }
}
