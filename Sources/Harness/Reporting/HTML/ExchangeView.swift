import JSON
import RFC3339
import RunModel

/// One request and its answer, and the command that repeats it.
struct ExchangeView {
  let exchange: Exchange
  /// Places in the answer's body that broke a promise.
  let marked: Set<JSONPointer>

  func write(isOpen: Bool, to html: inout HTMLWriter) {
    html.element("details", [("class", "exchange"), ("open", isOpen ? "" : nil)]) { html in
      html.element("summary") { html in
        html.element("code", text: "\(exchange.request.method) \(exchange.request.url.shortened(to: PageLimits.cell))")
        html.text(" → ")
        html.element("code", text: (exchange.response.map { "\($0.status)" } ?? exchange.error ?? "no answer"))
        html.space()
        html.element("span", [("class", "quiet")], text: timing)
      }
      html.lineBreak()
      command(to: &html)
      html.element("div", [("class", "messages")]) { html in
        message("request", exchange.request.headers, exchange.request.body, [], to: &html)
        if let response = exchange.response {
          message("answer \(response.status)", response.headers, response.body, marked, to: &html)
        }
      }
    }
    html.lineBreak()
  }

  private var timing: String {
    let start = exchange.startedAt.rfc3339Milliseconds
    guard let timings = exchange.timings else { return "at \(start)" }
    return
      "\(timings.total.display) (connect \(timings.connect.display), first byte \(timings.firstByte.display)) at \(start)"
  }

  /// Half a command is of no use, so one that is too long is not begun.
  private func command(to html: inout HTMLWriter) {
    let size = exchange.curl.utf8.count
    guard size > 0 else { return }
    guard size <= PageLimits.text else {
      html.element("p", [("class", "quiet")], text: "The command that repeats it has \(size.of("byte")), see run.json.")
      return
    }
    html.block("repeat it", exchange.curl, className: "copy")
  }

  private func message(
    _ title: String, _ headers: [Exchange.Field], _ body: Exchange.Body?, _ marked: Set<JSONPointer>,
    to html: inout HTMLWriter
  ) {
    html.element("div") { html in
      html.block(title, headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n"), className: "headers")
      guard let body, body.byteCount > 0 else { return }
      guard let text = body.text else {
        html.element("p", [("class", "quiet")], text: "\(body.byteCount.of("byte")) that are not text")
        return
      }
      html.element("pre") { html in
        if !body.isTruncated, let pretty = JSONBody(parsing: text) {
          pretty.write(marked: marked, to: &html)
        } else {
          html.text(text.shortened(to: PageLimits.text))
        }
        if body.isTruncated { html.text("\n… (\(body.byteCount.of("byte")) in all)") }
      }
      html.lineBreak()
    }
  }
}
