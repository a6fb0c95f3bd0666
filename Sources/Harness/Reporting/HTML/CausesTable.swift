import RunModel

/// Causes of one rule's findings as rows: the missing key, how many rows use it and which, and why it may be missing.
struct CausesTable {
  let result: RuleResult
  let causes: ArraySlice<FindingCause>

  /// Rows that are named for each cause.
  private static let examples = 3

  func write(to html: inout HTMLWriter) {
    let keys = causes.first?.key.map(\.name) ?? []
    let showsLikely = causes.contains { $0.likely != nil }
    let showsStanding = causes.contains { $0.standing != .new }
    let showsAge = causes.contains { $0.firstSeen != nil }
    let head =
      keys + (result.isGrouped ? ["used by", "such as"] : []) + (showsLikely ? ["likely cause"] : [])
      + (showsAge ? ["first seen"] : []) + (showsStanding ? ["baseline"] : [])
    html.table(head, className: "findings") { html in
      for cause in causes {
        html.element("tr") { html in
          for field in cause.key { html.fieldCell(field.value) }
          if cause.key.isEmpty, !keys.isEmpty { html.element("td", text: cause.keyText) }
          if result.isGrouped {
            html.element("td", [("class", "fit")], text: cause.rowCount.of("row"))
            let rows = result.examples(of: cause, limit: Self.examples)
            let more = cause.rowCount > rows.count && !rows.isEmpty ? ", …" : ""
            html.element("td") { html in
              html.element("code", [("class", "long")], text: rows.joined(separator: ", ") + more)
            }
          }
          if showsLikely { likely(cause.likely, to: &html) }
          if showsAge { html.element("td", [("class", "fit")], text: cause.firstSeen.map { $0.day } ?? "now") }
          if showsStanding { standing(cause, to: &html) }
        }
        html.lineBreak()
      }
    }
  }

  private func likely(_ likely: LikelyCause?, to html: inout HTMLWriter) {
    html.element("td") { html in
      guard let likely else { return }
      html.element("strong", text: likely.kind.rawValue)
      html.element("br")
      html.element("span", [("class", "quiet")], text: likely.evidence.shortened(to: PageLimits.cell))
    }
  }

  private func standing(_ cause: FindingCause, to html: inout HTMLWriter) {
    html.element("td") { html in
      guard let text = cause.standingText else { return }
      html.text(text.shortened(to: PageLimits.cell))
      guard let reason = cause.acceptance?.reason else { return }
      html.element("br")
      html.element("span", [("class", "quiet")], text: reason.shortened(to: PageLimits.cell))
    }
  }
}

extension HTMLWriter {
  /// A cell with a value of a store.
  mutating func fieldCell(_ value: String?) {
    guard let value else {
      // Not the text "NULL", and not the empty text either.
      return element("td") { $0.element("em", [("class", "null")], text: "NULL") }
    }
    codeCell(value.isEmpty ? "''" : value)
  }
}
