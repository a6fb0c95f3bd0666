// The map answers at a glance what no table can: which databases lean on which, and where that is broken.
// It is SVG with its colours as attributes and classes, drawn from a pure layout, so that it also shows where a
// policy drops the style sheet; every line and badge links to its rule.

import RunModel

/// The drawn map of stores and references, with the findings on it.
struct MapSection {
  let index: RecordIndex

  func write(to html: inout HTMLWriter) {
    guard let plan = index.record.auditPlan, !plan.rules.isEmpty else { return }
    let standings = Dictionary(
      plan.rules.map { ($0.id, index.standing(of: $0)) }, uniquingKeysWith: { first, _ in first })
    let layout = MapLayout(
      rules: plan.rules, components: index.record.components.map(\.component),
      badges: standings.filter { $0.value.tone != .good }.mapValues { Self.badge(for: $0.findingCount) })
    html.element("section", [("id", "map")]) { html in
      html.element("h2", text: "Stores and references")
      html.lineBreak()
      legend(standings.values.map(\.tone), to: &html)
      MapDrawing(layout: layout, standings: standings).write(to: &html)
    }
    html.lineBreak()
  }

  /// Explains the colours that occur.
  private func legend(_ tones: [Tone], to html: inout HTMLWriter) {
    html.element("p", [("class", "quiet")]) { html in
      html.text("An arrow is a reference that no database can enforce; a number counts rows that break a rule.")
      for (tone, text) in [(Tone.good, "held"), (.bad, "violated"), (.open, "remark or undecided")]
      where tones.contains(tone) {
        html.space()
        html.element("span", [("class", "legend")]) { html in
          html.element(
            "svg",
            [("class", "bar"), ("width", "18"), ("height", "3"), ("viewBox", "0 0 18 3"), ("aria-hidden", "true")]
          ) {
            $0.element(
              "rect",
              [
                ("class", tone.rawValue), ("width", "18"), ("height", "3"), ("rx", "1.5"),
                ("fill", tone.fallbackColour),
              ])
          }
          html.text(" \(text)")
        }
      }
    }
    html.lineBreak()
  }

  /// A count that fits into a badge; the card has the exact one.
  private static func badge(for count: Int) -> String {
    switch count {
    case ...0: "?"
    case ..<1000: "\(count)"
    case ..<1_000_000: "\(count / 1000)k"
    default: "\(count / 1_000_000)M"
    }
  }
}
