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
    var page = ""
    write(record) { page += $0 }
    return page
  }

  package func write<Failure>(_ record: RunRecord, to sink: (String) throws(Failure) -> Void) throws(Failure) {
    let index = RecordIndex(record)
    var html = HTMLWriter()
    html.trusted("<!DOCTYPE html>\n")
    html.begin("html", [("lang", "en")])
    head(record, to: &html)
    html.begin("body")
    html.lineBreak()
    VerdictSection(record: record).write(to: &html)
    html.begin("main")
    html.lineBreak()
    let sections: [(inout HTMLWriter) -> Void] = [
      AttentionSection(index: index).write, MapSection(index: index).write, FindingsSection(index: index).write,
      ContractsSection(index: index).write, CoverageSection(record: record).write, RulesSection(index: index).write,
      StackSection(record: record).write,
    ]
    for section in sections {
      section(&html)
      // Nobody needs the whole page at once.
      try sink(html.take())
    }
    html.end("main")
    html.lineBreak()
    footer(record, to: &html)
    html.end("body")
    html.end("html")
    html.lineBreak()
    try sink(html.take())
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
