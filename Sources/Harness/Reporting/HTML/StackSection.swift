import RunModel

/// What was running, where, how quickly it came up, and how long each phase took.
struct StackSection {
  let record: RunRecord

  func write(to html: inout HTMLWriter) {
    guard !record.components.isEmpty else { return }
    html.element("section", [("id", "stack")]) { html in
      html.element("h2", text: "Stack")
      html.lineBreak()
      html.table(["component", "kind", "run as", "address", "state", "ready after"], firstNumber: 5) { html in
        for report in record.components {
          row(report, to: &html)
          html.lineBreak()
        }
      }
      let phases = RunPhase.allCases.compactMap { phase in
        record.phaseDurations[phase].map { "\(phase.rawValue) \($0.display)" }
      }
      if !phases.isEmpty { html.element("p", [("class", "quiet")], text: phases.joined(separator: " · ")) }
    }
    html.lineBreak()
  }

  private func row(_ report: ComponentReport, to html: inout HTMLWriter) {
    let (word, tone): (String, Tone) =
      switch report.state {
      case .starting: ("never ready", .open)
      case .ready: ("ready", .good)
      case .failed: ("failed", .bad)
      case .stopped: ("stopped in order", .good)
      }
    html.element("tr") { html in
      html.element("td") { $0.element("strong", text: report.component.name) }
      html.element("td", text: report.component.kind.rawValue)
      html.element("td", text: report.mode.rawValue)
      html.codeCell(report.address)
      html.element("td") { $0.badge(tone, word) }
      html.element("td", [("class", "number")], text: record.readyTimes[report.component]?.display ?? "")
    }
  }
}
