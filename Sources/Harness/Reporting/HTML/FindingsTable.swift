import RunModel

/// Findings of one rule as rows: the key, the offending values, and what is wrong where that differs from row to row.
struct FindingsTable {
  let rule: RuleDescription
  let findings: ArraySlice<Finding>

  func write(to html: inout HTMLWriter) {
    let keys = names(findings.map(\.subject))
    let values = names(findings.map(\.values)).filter { !keys.contains($0) }
    // A column that repeats the rule's title in every row tells nothing, unless there is no other.
    let showsMessage = findings.contains { $0.message != rule.title } || keys.isEmpty && values.isEmpty
    html.table(keys + values + (showsMessage ? ["finding"] : []), className: "findings") { html in
      for finding in findings {
        html.element("tr") { html in
          for name in keys { cell(name, in: finding.subject, to: &html) }
          for name in values { cell(name, in: finding.values, to: &html) }
          if showsMessage { html.element("td", text: finding.message.shortened(to: PageLimits.cell)) }
        }
        html.lineBreak()
      }
    }
  }

  private func cell(_ name: String, in fields: [Finding.Field], to html: inout HTMLWriter) {
    guard let field = fields.first(where: { $0.name == name }) else {
      html.element("td")
      return
    }
    html.fieldCell(field.value)
  }

  private func names(_ rows: [[Finding.Field]]) -> [String] {
    var seen: Set<String> = []
    return rows.joined().map(\.name).filter { seen.insert($0).inserted }
  }
}
