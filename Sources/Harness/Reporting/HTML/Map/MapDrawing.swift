import RunModel

/// The map as SVG.
struct MapDrawing {
  let layout: MapLayout
  let standings: [RuleID: RuleStanding]

  func write(to html: inout HTMLWriter) {
    html.element("div", [("class", "scroll")]) { html in
      // A group, not an image: the links inside must stay reachable for keyboards and screen readers.
      html.element(
        "svg",
        [
          ("class", layout.width < 700 ? "map small" : "map"), ("role", "group"),
          ("aria-label", "Map of stores and the references between them"),
          ("viewBox", "0 0 \(layout.width) \(layout.height)"), ("width", "\(layout.width)"),
          ("height", "\(layout.height)"),
        ]
      ) { html in
        markers(to: &html)
        html.lineBreak()
        for store in layout.stores { write(store, to: &html) }
        // Quiet lines first, badges last: what is wrong must lie on top.
        let edges = layout.edges.sorted { $0.badge == nil && $1.badge != nil }
        for edge in edges { line(edge, to: &html) }
        for edge in edges { badge(edge, to: &html) }
      }
    }
    html.lineBreak()
  }

  private func markers(to html: inout HTMLWriter) {
    html.element("defs") { html in
      for tone in [Tone.good, .bad, .open] {
        html.element(
          "marker",
          [
            ("id", "arrow-\(tone.rawValue)"), ("class", tone.rawValue), ("viewBox", "0 0 8 8"), ("refX", "7"),
            ("refY", "4"), ("markerWidth", "8"), ("markerHeight", "8"), ("markerUnits", "userSpaceOnUse"),
            ("orient", "auto"),
          ]
        ) { $0.element("path", [("d", "M0 0 L8 4 L0 8 z"), ("fill", tone.fallbackColour)]) }
      }
    }
  }

  // MARK: Stores

  private func write(_ store: MapLayout.Store, to html: inout HTMLWriter) {
    let right = store.x + layout.boxWidth - 14
    html.element("g", [("class", "store")]) { html in
      html.element(
        "rect",
        [
          ("x", "\(store.x)"), ("y", "\(store.y)"), ("width", "\(layout.boxWidth)"), ("height", "\(store.height)"),
          ("rx", "8"), ("fill", "none"), ("stroke", "#8a94a6"),
        ])
      name(store.name, className: "name", x: store.x + 14, y: store.y + 23, room: layout.boxWidth - 108, to: &html)
      let kind = store.objects.isEmpty ? "no rule reads it" : store.kind?.rawValue ?? ""
      html.element(
        "text",
        [("class", "kind"), ("x", "\(right)"), ("y", "\(store.y + 23)"), ("text-anchor", "end"), ("fill", "#7a8699")],
        text: kind)
      for object in store.objects {
        let room = layout.boxWidth - (object.qualityRules.isEmpty ? 28 : 88)
        name(object.name, className: nil, x: store.x + 14, y: object.y + 4, room: room, to: &html)
        count(for: object, x: right, to: &html)
      }
    }
    html.lineBreak()
  }

  /// A name, cut where it would run into something; pointing at it shows all of it.
  private func name(_ text: String, className: String?, x: Int, y: Int, room: Int, to html: inout HTMLWriter) {
    let limit = max(8, room / 8)
    html.element("text", [("class", className), ("x", "\(x)"), ("y", "\(y)")]) { html in
      guard text.count > limit else {
        html.text(text)
        return
      }
      html.element("title", text: text)
      html.text("\(text.prefix(limit - 1))…")
    }
  }

  /// Quality rules judge one object, so they show as a count beside its name.
  private func count(for object: MapLayout.Object, x: Int, to html: inout HTMLWriter) {
    let rules = object.qualityRules.compactMap { standings[$0.id] }
    guard let first = rules.first else { return }
    let wrong = rules.filter { $0.tone != .good }
    let worst = wrong.first { $0.tone == .bad } ?? wrong.first ?? first
    let findings = wrong.reduce(0) { $0 + $1.findingCount }
    let label = wrong.isEmpty ? rules.count.of("rule") : findings > 0 ? "\(findings.grouped) ✕" : "?"
    html.element("a", [("href", "#\(worst.anchor)")]) { html in
      html.element(
        "text",
        [
          ("class", "count \(worst.tone.rawValue)"), ("x", "\(x)"), ("y", "\(object.y + 4)"), ("text-anchor", "end"),
          ("fill", worst.tone.fallbackColour),
        ]
      ) { html in
        html.element("title", text: (wrong.isEmpty ? rules : wrong).map(description).joined(separator: "\n"))
        html.text(label)
      }
    }
  }

  // MARK: References

  private func line(_ edge: MapLayout.Edge, to html: inout HTMLWriter) {
    guard let standing = standings[edge.rule.id] else { return }
    link(standing, className: "edge", to: &html) { html in
      // A line of a pixel is hard to hit: an invisible one catches the pointer.
      html.element(
        "path",
        [("class", "hit"), ("d", edge.curve.path), ("fill", "none"), ("stroke", "none"), ("stroke-width", "12")])
      html.element(
        "path",
        [
          ("class", "line"), ("d", edge.curve.path), ("fill", "none"), ("stroke", standing.tone.fallbackColour),
          ("stroke-width", standing.tone == .good ? "1.25" : "2"),
          ("marker-end", "url(#arrow-\(standing.tone.rawValue))"),
        ])
    }
  }

  private func badge(_ edge: MapLayout.Edge, to html: inout HTMLWriter) {
    guard let standing = standings[edge.rule.id], let badge = edge.badge else { return }
    let (x, y, height) = (badge.center.x, badge.center.y, MapLayout.badgeHeight)
    link(standing, className: "badge-link", to: &html) { html in
      html.element(
        "rect",
        [
          ("x", "\(x - badge.width / 2)"), ("y", "\(y - height / 2)"), ("width", "\(badge.width)"),
          ("height", "\(height)"), ("rx", "\(height / 2)"), ("fill", standing.tone.fallbackColour),
        ])
      html.element(
        "text", [("x", "\(x)"), ("y", "\(y + 4)"), ("text-anchor", "middle"), ("fill", "#fff")], text: badge.text)
    }
  }

  private func link(
    _ standing: RuleStanding, className: String, to html: inout HTMLWriter, content: (inout HTMLWriter) -> Void
  ) {
    // Only one of a reference's two links takes part in the tab order: the badge where there is one.
    let isRepeated = className == "edge" && standing.tone != .good
    html.element(
      "a",
      [
        ("href", "#\(standing.anchor)"), ("class", "\(className) \(standing.tone.rawValue)"),
        ("tabindex", isRepeated ? "-1" : nil),
      ]
    ) { html in
      html.element("title", text: description(standing))
      content(&html)
    }
    html.lineBreak()
  }

  private func description(_ standing: RuleStanding) -> String { "\(standing.rule.title): \(standing.word)" }
}
