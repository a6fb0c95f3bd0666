// The map answers at a glance what no table can: which databases lean on which, and where that is broken.
// It is SVG with its colours as attributes and classes, drawn from a pure layout, so that it also shows where a
// policy drops the style sheet; every line and badge links to its rule.

import RunModel

/// The drawn map of stores and references, with the findings on it.
struct MapSection {
  let record: RunRecord

  func write(to html: inout HTMLWriter) {
    guard let plan = record.auditPlan, !plan.rules.isEmpty else { return }
    let map = MapLayout(rules: plan.rules)
    html.element("section", [("id", "map")]) { html in
      html.element("h2", text: "Stores and references")
      html.element("p", [("class", "quiet")]) { html in
        html.text("An arrow is a reference that no database can enforce. ")
        legend("good", "held", to: &html)
        legend("bad", "violated", to: &html)
        legend("open", "remark or undecided", to: &html)
      }
      html.element("div", [("class", "scroll")]) { html in
        html.element(
          "svg",
          [
            ("class", "map"), ("role", "img"), ("aria-label", "Map of stores and the references between them"),
            ("viewBox", "0 0 \(map.width) \(map.height)"), ("width", "\(map.width)"), ("height", "\(map.height)"),
          ]
        ) { html in
          markers(to: &html)
          for store in map.stores { write(store, map, to: &html) }
          // Quiet lines first: what is wrong must lie on top.
          for edge in map.edges where colour(of: edge.rule) == .good { write(edge, to: &html) }
          for edge in map.edges where colour(of: edge.rule) != .good { write(edge, to: &html) }
        }
      }
    }
    html.lineBreak()
  }

  private func legend(_ tone: String, _ text: String, to html: inout HTMLWriter) {
    html.element("span", [("class", "legend \(tone)")], text: text)
    html.text(" ")
  }

  private func markers(to html: inout HTMLWriter) {
    html.element("defs") { html in
      for tone in [Tone.good, .bad, .open] {
        html.element(
          "marker",
          [
            ("id", "arrow-\(tone.rawValue)"), ("class", tone.rawValue), ("viewBox", "0 0 8 8"), ("refX", "7"),
            ("refY", "4"), ("markerWidth", "7"), ("markerHeight", "7"), ("markerUnits", "userSpaceOnUse"),
            ("orient", "auto"),
          ]
        ) { $0.element("path", [("d", "M0 0 L8 4 L0 8 z"), ("fill", tone.fallbackColour)]) }
      }
    }
  }

  private func write(_ store: MapLayout.Store, _ map: MapLayout, to html: inout HTMLWriter) {
    html.element("g", [("class", "store")]) { html in
      html.element(
        "rect",
        [
          ("x", "\(store.x)"), ("y", "\(store.y)"), ("width", "\(MapLayout.boxWidth)"), ("height", "\(store.height)"),
          ("rx", "8"), ("fill", "none"), ("stroke", "#8a94a6"),
        ])
      html.element("text", [("class", "name"), ("x", "\(store.x + 14)"), ("y", "\(store.y + 22)")], text: store.name)
      for object in store.objects {
        html.element("text", [("x", "\(store.x + 14)"), ("y", "\(object.y + 4)")], text: object.name)
        badge(for: object, of: store, to: &html)
      }
    }
  }

  /// Quality rules judge one object, so they show as a count beside its name.
  private func badge(for object: MapLayout.Object, of store: MapLayout.Store, to html: inout HTMLWriter) {
    guard !object.qualityRules.isEmpty else { return }
    let violated = object.qualityRules.filter { colour(of: $0) != .good }
    let worst = violated.first { colour(of: $0) == .bad } ?? violated.first ?? object.qualityRules[0]
    let findings = violated.reduce(0) { $0 + findingCount(of: $1) }
    let label =
      violated.isEmpty ? VerdictReason.plural(object.qualityRules.count, "rule") : findings > 0 ? "\(findings) ✕" : "?"
    let tone = violated.isEmpty ? Tone.good : colour(of: worst)
    html.element("a", [("href", "#rule-\(worst.id.text)")]) { html in
      html.element(
        "text",
        [
          ("class", "count \(tone.rawValue)"), ("x", "\(store.x + MapLayout.boxWidth - 14)"), ("y", "\(object.y + 4)"),
          ("text-anchor", "end"), ("fill", tone.fallbackColour),
        ]
      ) { html in
        html.element(
          "title", text: (violated.isEmpty ? object.qualityRules : violated).map(\.title).joined(separator: "\n"))
        html.text(label)
      }
    }
  }

  private func write(_ edge: MapLayout.Edge, to html: inout HTMLWriter) {
    let tone = colour(of: edge.rule)
    let count = findingCount(of: edge.rule)
    html.element("a", [("href", "#rule-\(edge.rule.id.text)"), ("class", "edge \(tone.rawValue)")]) { html in
      html.element(
        "title", text: "\(edge.rule.title): \(RuleView(rule: edge.rule, result: result(of: edge.rule)).word)")
      html.element(
        "path",
        [
          ("d", edge.path), ("fill", "none"), ("stroke", tone.fallbackColour),
          ("stroke-width", tone == .good ? "1.25" : "2.25"), ("marker-end", "url(#arrow-\(tone.rawValue))"),
        ])
      guard tone != .good else { return }
      html.element(
        "circle", [("cx", "\(edge.middle.x)"), ("cy", "\(edge.middle.y)"), ("r", "11"), ("fill", tone.fallbackColour)])
      html.element(
        "text",
        [
          ("class", "on-badge"), ("x", "\(edge.middle.x)"), ("y", "\(edge.middle.y + 4)"), ("text-anchor", "middle"),
          ("fill", "#fff"),
        ], text: count > 99 ? "99+" : count > 0 ? "\(count)" : "?")
    }
  }

  private func result(of rule: RuleDescription) -> RuleResult? { record.rules.first { $0.rule == rule.id } }

  private func colour(of rule: RuleDescription) -> Tone { RuleView(rule: rule, result: result(of: rule)).tone }

  private func findingCount(of rule: RuleDescription) -> Int { result(of: rule)?.findingCount ?? 0 }
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
