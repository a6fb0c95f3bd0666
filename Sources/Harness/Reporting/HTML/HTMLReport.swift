// One file that opens anywhere: no network, no script, readable even where a strict content security policy
// drops the styles (Jenkins), because the structure is plain headings, tables and <details>. The order is the
// order of questions: may it go out? what is wrong? where? and only then everything else.

import RFC3339
package import RunModel

/// Writes a run as one self-contained HTML page.
package struct HTMLReport: Report {
  /// Renders `index.html`.
  package init() {}

  package var fileName: String { "index.html" }

  package func render(_ record: RunRecord) -> String {
    let index = RecordIndex(record)
    var html = HTMLWriter()
    html.trusted("<!DOCTYPE html>\n")
    html.element("html", [("lang", "en")]) { html in
      head(record, to: &html)
      html.element("body") { html in
        html.lineBreak()
        VerdictSection(record: record).write(to: &html)
        html.element("main") { html in
          html.lineBreak()
          AttentionSection(index: index).write(to: &html)
          MapSection(index: index).write(to: &html)
          FindingsSection(index: index).write(to: &html)
          ContractsSection(index: index).write(to: &html)
          CoverageSection(record: record).write(to: &html)
          RulesSection(index: index).write(to: &html)
          StackSection(record: record).write(to: &html)
        }
        html.lineBreak()
        footer(record, to: &html)
      }
    }
    html.lineBreak()
    return html.markup
  }

  private func head(_ record: RunRecord, to html: inout HTMLWriter) {
    html.element("head") { html in
      html.element("meta", [("charset", "utf-8")])
      html.element("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")])
      html.element("meta", [("name", "color-scheme"), ("content", "light dark")])
      html.element("title", text: "\(record.header.stack): \(record.verdict.title.lowercased()) · Concord")
      html.element("style") { $0.trusted(.styleSheet) }
    }
    html.lineBreak()
  }

  private func footer(_ record: RunRecord, to html: inout HTMLWriter) {
    html.element("footer") { html in
      html.text("Concord \(record.header.version) · run \(record.header.id) · ")
      html.element("code", text: record.header.command)
    }
    html.lineBreak()
  }
}
