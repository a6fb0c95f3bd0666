import RunModel
import YAMLSource

/// How much of the documents the run has seen: a row a service, and what nobody has seen.
struct CoverageSection {
  let record: RunRecord

  func write(to html: inout HTMLWriter) {
    guard let coverage = record.coverage, !coverage.items.isEmpty else { return }
    html.element("section", [("id", "coverage")]) { html in
      html.element("h2", text: "Coverage")
      html.lineBreak()
      let titles = ["service"] + ContractCoverage.Dimension.allCases.map(\.rawValue)
      html.table(titles, firstNumber: 1) { html in
        for service in coverage.services {
          html.element("tr") { html in
            html.element("td") { $0.element("strong", text: service) }
            for dimension in ContractCoverage.Dimension.allCases {
              cell(coverage.figure(dimension, of: service), to: &html)
            }
          }
          html.lineBreak()
        }
      }
      for service in coverage.services { unseen(coverage.unseen(of: service), service, to: &html) }
    }
    html.lineBreak()
  }

  private func cell(_ figure: ContractCoverage.Figure, to html: inout HTMLWriter) {
    html.element("td", [("class", "number")]) { html in
      guard figure.total > 0 else { return }
      html.text("\(figure.seen.grouped) of \(figure.total.grouped) ")
      html.element("meter", [("min", "0"), ("max", "\(figure.total)"), ("value", "\(figure.seen)")])
    }
  }

  private func unseen(_ items: [ContractCoverage.Item], _ service: String, to html: inout HTMLWriter) {
    guard !items.isEmpty else { return }
    html.element("details", [("class", "group")]) { html in
      html.summary(nil, "", name: service, title: "\(items.count.grouped) documented, never seen")
      let (shown, beyond) = items.bounded(to: PageLimits.rowsPerSuite)
      html.table(["", "operation", "what", "documented at"]) { html in
        for item in shown {
          html.element("tr") { html in
            html.element("td", text: item.dimension.rawValue)
            html.codeCell("\(item.operation.method) \(item.operation.path)")
            html.codeCell(item.name)
            html.element("td", text: item.location?.description ?? "")
          }
          html.lineBreak()
        }
      }
      html.omission(beyond, "of them")
    }
    html.lineBreak()
  }
}
