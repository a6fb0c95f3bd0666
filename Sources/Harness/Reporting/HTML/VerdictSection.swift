import RFC3339
import RunModel

/// The top of the page: the verdict, the reason in one sentence, and the figures behind it.
struct VerdictSection {
  let record: RunRecord

  func write(to html: inout HTMLWriter) {
    html.element("header", [("class", "verdict \(record.verdict.rawValue)")]) { html in
      html.element("p", [("class", "product")], text: "Concord · \(record.header.stack)")
      html.element("h1", text: record.verdict.title)
      html.element("p", [("class", "reason")], text: VerdictReason.sentence(for: record).shortened(to: 1000))
      tiles(to: &html)
      facts(to: &html)
    }
    html.lineBreak()
  }

  private func tiles(to html: inout HTMLWriter) {
    let cases = record.caseCounts
    let rules = record.ruleCounts
    html.element("ul", [("class", "tiles")]) { html in
      if record.header.phases.contains(.contracts) || record.contractPlan != nil {
        let isPlanned = record.contractPlan != nil
        tile(
          "contract cases", isPlanned ? "\(cases.passed.grouped) of \(cases.total.grouped)" : "–",
          isPlanned ? "passed" : "never begun", href: "#contracts", isLinked: isPlanned,
          bar: [
            (.good, cases.passed), (.bad, cases.failed), (.open, cases.errored + cases.missing), (.none, cases.skipped),
          ],
          to: &html)
      }
      if record.header.phases.contains(.audit) || record.auditPlan != nil {
        let isPlanned = record.auditPlan != nil
        tile(
          "audit rules", isPlanned ? "\(rules.held.grouped) of \(rules.total.grouped)" : "–",
          isPlanned ? "held" : "never begun", href: "#rules", isLinked: isPlanned,
          bar: [(.good, rules.held), (.bad, rules.violated), (.open, rules.errored + rules.notRun)], to: &html)
        if isPlanned {
          tile(
            "findings", rules.findings.grouped, "in the data", href: "#findings",
            isLinked: rules.violated + rules.errored > 0, bar: [], to: &html)
        }
      }
      tile(
        "time", record.duration?.display ?? "–", "in all", href: "#stack", isLinked: !record.components.isEmpty,
        bar: [], to: &html)
    }
    html.lineBreak()
  }

  private func tile(
    _ label: String, _ figure: String, _ unit: String, href: String, isLinked: Bool, bar: [(tone: Tone, count: Int)],
    to html: inout HTMLWriter
  ) {
    html.element("li") { html in
      html.element(isLinked ? "a" : "div", [("class", "tile"), ("href", isLinked ? href : nil)]) { html in
        html.element("span", [("class", "label")], text: label)
        html.space()
        html.element("strong", text: figure)
        html.element("span", [("class", "unit")], text: " \(unit)")
        write(bar.filter { $0.count > 0 }, to: &html)
      }
    }
  }

  /// The figures as a bar: drawn, not styled, because a strict policy drops styles from elements.
  private func write(_ bar: [(tone: Tone, count: Int)], to html: inout HTMLWriter) {
    let total = bar.reduce(0) { $0 + $1.count }
    guard total > 0 else { return }
    // Three failures among ten thousand must still be seen.
    let widths = bar.map { max(12, $0.count * 1000 / total) }
    let attributes = [
      ("class", "bar"), ("viewBox", "0 0 \(widths.reduce(0, +)) 10"), ("preserveAspectRatio", "none"),
      ("width", "100%"), ("height", "5"), ("aria-hidden", "true"),
    ]
    html.element("svg", attributes) { html in
      var x = 0
      for (part, width) in zip(bar, widths) {
        html.element(
          "rect",
          [
            ("class", part.tone.rawValue), ("x", "\(x)"), ("width", "\(max(1, width - 4))"), ("height", "10"),
            ("fill", part.tone.fallbackColour),
          ])
        x += width
      }
    }
  }

  private func facts(to html: inout HTMLWriter) {
    let header = record.header
    var facts = [("started", header.startedAt.rfc3339), ("seed", "\(header.seed)"), ("host", header.host)]
    if let dataset = header.dataset { facts.insert(("dataset", dataset), at: 0) }
    if let baseline = header.baseline { facts.append(("baseline", baseline)) }
    if header.failOn != .error { facts.append(("fails on", "\(header.failOn.rawValue) or worse")) }
    html.element("dl", [("class", "facts")]) { html in
      for (name, value) in facts {
        html.element("div") { html in
          html.element("dt", text: name)
          html.element("dd", text: value)
        }
      }
    }
  }
}

extension Tone {
  /// Colour for viewers that drop the style sheet; readable on white and on dark.
  var fallbackColour: String {
    switch self {
    case .good: "#7a8699"
    case .bad: "#d1242f"
    case .open: "#b7791f"
    case .none: "#a0a7b4"
    }
  }
}
