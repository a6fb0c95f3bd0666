import RFC3339
import RunModel

/// The top of the page: the verdict, the reason in one sentence, and the figures behind it.
struct VerdictSection {
  let record: RunRecord

  func write(to html: inout HTMLWriter) {
    html.element("header", [("class", "verdict \(record.verdict.rawValue)")]) { html in
      html.element("p", [("class", "product")], text: "Concord · \(record.header.stack)")
      html.element("h1", text: record.verdict.title)
      html.element("p", [("class", "reason")], text: VerdictReason.sentence(for: record))
      tiles(to: &html)
      facts(to: &html)
    }
    html.lineBreak()
  }

  private func tiles(to html: inout HTMLWriter) {
    let cases = record.caseCounts
    let rules = record.ruleCounts
    html.element("ul", [("class", "tiles")]) { html in
      tile(
        "contract cases", "\(cases.passed) of \(cases.total)", "passed", href: "#contracts",
        bar: [
          (.good, cases.passed), (.bad, cases.failed), (.open, cases.errored + cases.missing), (.none, cases.skipped),
        ],
        to: &html)
      tile(
        "audit rules", "\(rules.held) of \(rules.total)", "held", href: "#rules",
        bar: [(.good, rules.held), (.bad, rules.violated), (.open, rules.errored + rules.notRun)], to: &html)
      tile("findings", "\(rules.findings)", "in the data", href: "#attention", bar: [], to: &html)
      tile("time", record.duration?.display ?? "–", "in all", href: "#stack", bar: [], to: &html)
    }
  }

  private func tile(
    _ label: String, _ figure: String, _ unit: String, href: String, bar: [(tone: Tone, count: Int)],
    to html: inout HTMLWriter
  ) {
    html.element("li") { html in
      html.element("a", [("href", href)]) { html in
        html.element("span", [("class", "label")], text: label)
        html.element("strong", text: figure)
        html.element("span", [("class", "unit")], text: " \(unit)")
        let parts = bar.filter { $0.count > 0 }
        if !parts.isEmpty {
          html.element("span", [("class", "bar"), ("aria-hidden", "true")]) { html in
            for part in parts {
              html.element("span", [("class", part.tone.rawValue), ("style", "flex-grow:\(part.count)")])
            }
          }
        }
      }
    }
  }

  private func facts(to html: inout HTMLWriter) {
    let header = record.header
    var facts = [("started", header.startedAt.rfc3339), ("seed", "\(header.seed)"), ("host", header.host)]
    if let dataset = header.dataset { facts.insert(("dataset", dataset), at: 0) }
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

/// The colour of a statement.
enum Tone: String {
  case good, bad, open, none
}

/// The verdict's reason, shared by page and console.
enum VerdictReason {
  /// One sentence that a person can repeat in a chat.
  static func sentence(for record: RunRecord) -> String {
    let cases = record.caseCounts
    let rules = record.ruleCounts
    switch record.verdict {
    case .passed:
      let informative = rules.findings > 0 ? "; \(plural(rules.findings, "finding")) below the gate" : ""
      return "Every API kept its contract and the data of all stores agrees\(informative)."
    case .failed:
      var parts: [String] = []
      if cases.failed > 0 { parts.append("\(plural(cases.failed, "contract case")) failed") }
      if record.gatingFindingCount > 0 {
        parts.append("the audit found \(plural(record.gatingFindingCount, "violation"))")
      }
      return parts.joined(separator: " and ").capitalizedSentence
    case .interrupted: return "The run was stopped before it could decide."
    case .undecided: return undecided(record, cases, rules)
    }
  }

  private static func undecided(_ record: RunRecord, _ cases: CaseCounts, _ rules: RuleCounts) -> String {
    if case .stackFailed(let reason) = record.ending?.reason { return reason.capitalizedSentence }
    let failed = record.components.filter { if case .failed = $0.state { true } else { false } }
    var parts: [String] = []
    if !failed.isEmpty { parts.append("\(failed.map(\.component.name).joined(separator: ", ")) failed") }
    let openCases = cases.errored + cases.missing
    if openCases > 0 { parts.append("\(plural(openCases, "contract case")) could not be judged") }
    let openRules = rules.errored + rules.notRun
    if openRules > 0 { parts.append("\(plural(openRules, "rule")) could not be decided") }
    if parts.isEmpty { parts.append("the run did not come to its end") }
    return parts.joined(separator: "; ").capitalizedSentence
  }

  /// A count with its noun.
  static func plural(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

extension String {
  /// The text as a sentence: first letter upper case, full stop at the end.
  var capitalizedSentence: String {
    guard let first else { return self }
    return first.uppercased() + dropFirst() + (hasSuffix(".") ? "" : ".")
  }
}

extension Duration {
  /// A duration for people: "431 ms", "2.31 s", "3 min 20 s".
  var display: String {
    let (seconds, attoseconds) = components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    switch milliseconds {
    case ..<1000: return "\(milliseconds) ms"
    case ..<60_000:
      let hundredths = milliseconds % 1000 / 10
      return "\(seconds).\(hundredths < 10 ? "0" : "")\(hundredths) s"
    default: return "\(seconds / 60) min \(seconds % 60) s"
    }
  }
}
