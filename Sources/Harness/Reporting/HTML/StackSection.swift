import RunModel

/// What was running, where, how quickly it came up, and how long each phase took.
struct StackSection {
  let record: RunRecord

  func write(to html: inout HTMLWriter) {
    guard !record.components.isEmpty else { return }
    html.element("section", [("id", "stack")]) { html in
      html.element("h2", text: "Stack")
      html.element("div", [("class", "scroll")]) { html in
        html.element("table") { html in
          html.element("thead") { html in
            html.element("tr") { html in
              for title in ["component", "kind", "run as", "address", "state", "ready after"] {
                html.element("th", [("scope", "col")], text: title)
              }
            }
          }
          html.element("tbody") { html in
            for report in record.components { row(report, to: &html) }
          }
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
    let (word, tone, after): (String, Tone, Duration?) =
      switch report.state {
      case .starting: ("never ready", .open, nil)
      case .ready(let after): ("ready", .good, after)
      case .failed: ("failed", .bad, nil)
      case .stopped: ("stopped in order", .good, nil)
      }
    html.element("tr") { html in
      html.element("td") { $0.element("strong", text: report.component.name) }
      html.element("td", text: report.component.kind.rawValue)
      html.element("td", text: report.mode.rawValue)
      html.element("td") { $0.element("code", text: report.address ?? "") }
      html.element("td") { $0.element("span", [("class", "badge \(tone.rawValue)")], text: word) }
      html.element("td", [("class", "number")], text: after?.display ?? "")
    }
  }
}
