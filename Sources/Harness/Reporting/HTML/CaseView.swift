import JSON
import RunModel
import YAMLSource

/// A contract case that did not pass, with its mismatches, exchanges and logs.
struct CaseView {
  let result: CaseResult
  let anchor: String

  func write(isOpen: Bool, to html: inout HTMLWriter) {
    html.element("details", [("class", "card \(result.tone.rawValue)"), ("open", isOpen ? "" : nil)]) { html in
      html.summary(result.tone, result.word, name: result.id.description, title: result.title)
      html.element("div", [("class", "body"), ("id", anchor)]) { html in
        if let reason = result.reason { html.element("p", text: reason.shortened(to: PageLimits.text)) }
        mismatches(to: &html)
        let exchanges = result.exchanges.suffix(PageLimits.exchanges)
        let omitted = result.exchanges.count - exchanges.count
        if omitted > 0 {
          html.element(
            "p", [("class", "quiet")], text: "\(omitted.of("earlier exchange")) left out here, see run.json")
        }
        for (position, exchange) in exchanges.enumerated() {
          let isLast = position == exchanges.count - 1
          ExchangeView(exchange: exchange, marked: isLast ? pointers : []).write(isOpen: isLast, to: &html)
        }
        for log in result.logs where !log.lines.isEmpty {
          html.log("log of \(log.component)", log.lines)
        }
        origin(to: &html)
      }
    }
    html.lineBreak()
  }

  /// Places in the body that broke a promise.
  private var pointers: Set<JSONPointer> {
    Set(result.failures.compactMap { if case .body(let pointer) = $0.subject { pointer } else { nil } })
  }

  private func mismatches(to html: inout HTMLWriter) {
    let (shown, beyond) = result.failures.bounded(to: PageLimits.mismatches)
    guard !shown.isEmpty else { return }
    html.table(["where", "mismatch", "expected", "actual"], className: "mismatches") { html in
      for failure in shown {
        html.element("tr") { html in
          html.codeCell(failure.place)
          html.element("td") { html in
            html.text(failure.statement.shortened(to: 1000))
            html.element("br")
            html.element("span", [("class", "source")]) { html in
              if let place = failure.expectation { html.text("promised at \(place) ") }
              html.text("(\(failure.check))")
            }
          }
          html.codeCell(failure.promise)
          html.codeCell(failure.actual)
        }
        html.lineBreak()
      }
    }
    html.omission(beyond, "mismatches")
  }

  private func origin(to html: inout HTMLWriter) {
    html.element("p", [("class", "origin")]) { html in
      if let source = result.source {
        html.element("code", text: source.description)
        html.text(" · ")
      }
      html.text(result.service)
      if let operation = result.operation { html.text(" · \(operation.id)") }
      html.text(" · \(result.checksPassed.of("check")) held · \(result.duration.display)")
    }
  }
}

extension CaseResult {
  /// Colour of the case.
  var tone: Tone {
    switch status {
    case .passed: .good
    case .failed: .bad
    case .errored: .open
    case .skipped: .none
    }
  }

  /// Outcome in a word.
  var word: String {
    switch status {
    case .passed: "passed"
    case .failed: "failed"
    case .errored: "error"
    case .skipped: "skipped"
    }
  }

  /// Why the case was not judged.
  var reason: String? {
    switch status {
    case .errored(let reason), .skipped(let reason): reason
    case .passed, .failed: nil
    }
  }
}
