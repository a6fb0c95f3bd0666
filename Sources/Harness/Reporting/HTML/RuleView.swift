import RFC3339
import RunModel
import YAMLSource

/// A rule with its findings, what proves them and what to do.
struct RuleView {
  let rule: RuleDescription
  let result: RuleResult?

  func write(isOpen: Bool, to html: inout HTMLWriter) {
    html.element(
      "details", [("class", "card \(tone.rawValue)"), ("open", isOpen ? "" : nil), ("id", isOpen ? anchor : nil)]
    ) { html in
      html.element("summary") { html in
        html.element("span", [("class", "badge \(tone.rawValue)")], text: word)
        html.element("strong", text: rule.id.text)
        html.element("span", [("class", "quiet")], text: rule.title)
      }
      if let source = rule.source { html.element("p", [("class", "source")], text: source.description) }
      if let reason { html.element("p", text: reason) }
      if let result, !result.findings.isEmpty { findings(result, to: &html) }
      if let remedy = rule.remedy, result?.status == .violated {
        html.element("p") { html in
          html.element("strong", text: "What to do: ")
          html.text(remedy)
        }
      }
      if let result { evaluation(result, to: &html) }
    }
    html.lineBreak()
  }

  /// Target of the links on the map.
  var anchor: String { "rule-\(rule.id.text)" }

  /// Colour of the rule: a violation below the gate is marked, but not red.
  var tone: Tone {
    switch result?.status {
    case .held: .good
    case .violated: rule.severity == .error ? .bad : .open
    case .errored, .skipped, nil: .open
    }
  }

  /// Outcome in a word.
  var word: String {
    switch result?.status {
    case .held: "held"
    case .violated: VerdictReason.plural(result?.findingCount ?? 0, rule.severity == .info ? "remark" : "finding")
    case .errored: "error"
    case .skipped, nil: "not run"
    }
  }

  private var reason: String? {
    switch result?.status {
    case .errored(let reason), .skipped(let reason): reason
    case nil: "The rule was planned, but never evaluated."
    case .held, .violated: nil
    }
  }

  private func findings(_ result: RuleResult, to html: inout HTMLWriter) {
    let subjectNames = names(result.findings.map(\.subject))
    let valueNames = names(result.findings.map(\.values)).filter { !subjectNames.contains($0) }
    html.element("div", [("class", "scroll")]) { html in
      html.element("table", [("class", "findings")]) { html in
        html.element("thead") { html in
          html.element("tr") { html in
            for name in subjectNames + valueNames { html.element("th", [("scope", "col")], text: name) }
            html.element("th", [("scope", "col")], text: "finding")
          }
        }
        html.element("tbody") { html in
          for finding in result.findings { row(finding, subjectNames, valueNames, to: &html) }
        }
      }
    }
    let beyond = result.findingCount - result.findings.count
    if beyond > 0 { html.element("p", [("class", "quiet")], text: "… and \(beyond) more") }
    if let query = result.findings.first?.query {
      html.element("details") { html in
        html.element("summary", text: "see it, and what proves it")
        html.element("pre", text: query)
        if let witness = result.findings.first?.witness, !witness.isEmpty {
          html.element("pre", text: witness.map(Self.line).joined(separator: "\n"))
        }
      }
    }
  }

  private func row(_ finding: Finding, _ subject: [String], _ values: [String], to html: inout HTMLWriter) {
    html.element("tr") { html in
      for name in subject { cell(name, in: finding.subject, to: &html) }
      for name in values { cell(name, in: finding.values, to: &html) }
      html.element("td", text: finding.message)
    }
  }

  private func cell(_ name: String, in fields: [Finding.Field], to html: inout HTMLWriter) {
    let field = fields.first { $0.name == name }
    html.element("td") { $0.element("code", text: field.map { $0.value ?? "NULL" } ?? "") }
  }

  private func evaluation(_ result: RuleResult, to html: inout HTMLWriter) {
    let figures =
      "\(VerdictReason.plural(result.rowsExamined, "row")) examined, "
      + "\(VerdictReason.plural(result.keysCompared, "key")) compared, \(result.duration.display)"
    html.element("p", [("class", "quiet")], text: figures)
    guard !result.plan.isEmpty else { return }
    html.element("details") { html in
      html.element("summary", text: "how it was read")
      html.element("pre", text: result.plan.joined(separator: "\n"))
    }
  }

  private func names(_ rows: [[Finding.Field]]) -> [String] {
    var seen: Set<String> = []
    return rows.joined().map(\.name).filter { seen.insert($0).inserted }
  }

  private static func line(_ observation: Finding.Observation) -> String {
    let position = observation.position.map { " at \($0)" } ?? ""
    return "\(observation.at)  \(observation.store)  \(observation.what)\(position)"
  }
}
