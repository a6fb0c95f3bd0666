extension HTMLWriter {
  /// Writes a table that scrolls sideways by itself when the window is too narrow for it; the columns from
  /// `firstNumber` on hold numbers.
  mutating func table(
    _ titles: [String], className: String? = nil, firstNumber: Int = .max, rows: (inout HTMLWriter) -> Void
  ) {
    element("div", [("class", "scroll")]) { html in
      html.element("table", [("class", className)]) { html in
        html.element("thead") { html in
          html.element("tr") { html in
            for (column, title) in titles.enumerated() {
              let className = column >= firstNumber ? "number" : nil
              html.element("th", [("scope", "col"), ("class", className)], text: title)
            }
          }
        }
        html.lineBreak()
        html.element("tbody", content: rows)
      }
    }
    lineBreak()
  }

  /// Writes a table cell that holds a value as code; long values wrap, short ones stay whole.
  mutating func codeCell(_ text: String?) {
    element("td") { html in
      guard let text else { return }
      let shown = text.shortened(to: PageLimits.cell)
      html.element("code", [("class", shown.utf8.count > 40 ? "long" : nil)], text: shown)
    }
  }

  /// Writes the first line of a card or group: a badge, a name and what it stands for.
  mutating func summary(_ tone: Tone?, _ word: String, name: String, title: String) {
    element("summary") { html in
      if let tone {
        html.badge(tone, word)
        html.space()
      }
      html.element("strong", text: name)
      html.space()
      html.element("span", [("class", "quiet")], text: title.shortened(to: PageLimits.cell))
    }
    lineBreak()
  }

  /// Writes an outcome in a word.
  mutating func badge(_ tone: Tone, _ word: String) {
    element("span", [("class", "badge \(tone.rawValue)")], text: word)
  }

  /// Writes text as it is, bounded; `title` says what it is.
  mutating func block(_ title: String?, _ text: String, className: String? = nil) {
    if let title { element("p", [("class", "label")], text: title) }
    element("pre", [("class", className)], text: text.shortened(to: PageLimits.text))
    lineBreak()
  }

  /// Writes the end of a log.
  mutating func log(_ title: String, _ lines: [String]) {
    let tail = lines.suffix(PageLimits.logLines)
    let omitted = lines.count - tail.count
    block(omitted > 0 ? "\(title), without the first \(omitted.of("line"))" : title, tail.joined(separator: "\n"))
  }

  /// Says how much was left out, and where it is.
  mutating func omission(_ count: Int, _ noun: String) {
    if count > 0 { element("p", [("class", "quiet")], text: "… and \(count.grouped) more \(noun), see run.json") }
  }
}
