import RunModel
import YAMLSource

/// A contract case with its mismatches, exchanges and logs.
struct CaseView {
  let result: CaseResult

  func write(isOpen: Bool, to html: inout HTMLWriter) {
    html.element("details", [("class", "card \(tone.rawValue)"), ("open", isOpen ? "" : nil)]) { html in
      html.element("summary") { html in
        html.element("span", [("class", "badge \(tone.rawValue)")], text: word)
        html.element("strong", text: result.id.description)
        html.element("span", [("class", "quiet")], text: result.title)
      }
      if let source = result.source { html.element("p", [("class", "source")], text: source.description) }
      if let reason { html.element("p", text: reason) }
      failures(to: &html)
      for exchange in result.exchanges { write(exchange, to: &html) }
      for log in result.logs where !log.lines.isEmpty {
        html.element("p", [("class", "label")], text: "log of \(log.component)")
        html.element("pre", text: log.lines.joined(separator: "\n"))
      }
    }
    html.lineBreak()
  }

  /// Colour of the case.
  var tone: Tone {
    switch result.status {
    case .passed: .good
    case .failed: .bad
    case .errored: .open
    case .skipped: .none
    }
  }

  /// Outcome in a word.
  var word: String {
    switch result.status {
    case .passed: "passed"
    case .failed: "failed"
    case .errored: "error"
    case .skipped: "skipped"
    }
  }

  private var reason: String? {
    switch result.status {
    case .errored(let reason), .skipped(let reason): reason
    case .passed, .failed: nil
    }
  }

  private func failures(to html: inout HTMLWriter) {
    guard !result.failures.isEmpty else { return }
    html.element("table", [("class", "mismatches")]) { html in
      html.element("thead") { html in
        html.element("tr") { html in
          for title in ["where", "mismatch", "expected", "actual", "promised at"] {
            html.element("th", [("scope", "col")], text: title)
          }
        }
      }
      html.element("tbody") { html in
        for failure in result.failures {
          html.element("tr") { html in
            html.element("td") { $0.element("code", text: failure.subject.display) }
            html.element("td", text: failure.message)
            html.element("td") { html in if let text = failure.expected { html.element("code", text: text) } }
            html.element("td") { html in if let text = failure.actual { html.element("code", text: text) } }
            html.element("td", [("class", "source")], text: failure.expectation?.description ?? "")
          }
        }
      }
    }
  }

  private func write(_ exchange: Exchange, to html: inout HTMLWriter) {
    html.element("div", [("class", "exchange")]) { html in
      html.element("p", [("class", "line")]) { html in
        html.element("code", text: "\(exchange.request.method) \(exchange.request.url)")
        html.text(" → ")
        html.element("code", text: exchange.response.map { "\($0.status)" } ?? exchange.error ?? "no answer")
        if let timings = exchange.timings {
          let phases = "connect \(timings.connect.display), first byte \(timings.firstByte.display)"
          html.element("span", [("class", "quiet")], text: " \(timings.total.display) (\(phases))")
        }
      }
      html.element("details") { html in
        html.element("summary", text: "request, response and how to repeat it")
        html.element("pre", [("class", "curl")], text: exchange.curl)
        message(exchange.request.headers, exchange.request.body, title: "request", to: &html)
        if let response = exchange.response {
          message(response.headers, response.body, title: "response \(response.status)", to: &html)
        }
      }
    }
  }

  private func message(
    _ headers: [Exchange.Field], _ body: Exchange.Body?, title: String, to html: inout HTMLWriter
  ) {
    html.element("p", [("class", "label")], text: title)
    html.element("pre") { html in
      html.text(headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n"))
      guard let body, body.byteCount > 0 else { return }
      html.text("\n\n\(body.text ?? "(\(body.byteCount) bytes that are not text)")")
      if body.isTruncated { html.text("\n… (\(body.byteCount) bytes in all)") }
    }
  }
}
