import RFC3339
package import RunModel

/// One case told in full, for somebody who has asked for this one.
package struct CaseText {
  private let result: CaseResult

  /// Tells a case.
  package init(_ result: CaseResult) { self.result = result }

  /// The outcome, every exchange with both messages and its times, every mismatch and the logs; one line each.
  package var lines: [String] {
    var lines = ["\(result.id)  \(outcome) in \(result.duration.display)"]
    if let source = result.source { lines.append("written at \(source)") }
    if result.exchanges.isEmpty { lines.append("nothing was sent") }
    for (number, exchange) in result.exchanges.enumerated() { lines += self.lines(of: exchange, number + 1) }
    // The request is repeated with the last exchange already.
    lines += FailureText.full.details(of: withoutExchanges)
    return lines.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
      .map { TerminalStyle.printable(String($0).onOneLine) }
  }

  private var outcome: String {
    switch result.status {
    case .passed: "passed, \(result.checksPassed) checks held,"
    case .failed: "FAILED"
    case .errored(let reason): "ERROR: \(reason),"
    case .skipped(let reason): "skipped: \(reason),"
    }
  }

  private var withoutExchanges: CaseResult {
    CaseResult(
      id: result.id, title: result.title, service: result.service, operation: result.operation, source: result.source,
      status: result.status, startedAt: result.startedAt, duration: result.duration,
      checksPassed: result.checksPassed, failures: result.failures, exchanges: [], logs: result.logs)
  }

  private func lines(of exchange: Exchange, _ number: Int) -> [String] {
    var lines = ["", "exchange \(number) at \(exchange.startedAt.rfc3339)"]
    lines.append("> \(exchange.request.method) \(exchange.request.url)")
    lines += exchange.request.headers.map { "> \($0.name): \($0.value)" }
    if let body = exchange.request.body { lines += self.lines(of: body, "> ") }
    if let response = exchange.response {
      lines.append("< \(response.status)")
      lines += response.headers.map { "< \($0.name): \($0.value)" }
      lines += self.lines(of: response.body, "< ")
    }
    if let error = exchange.error { lines.append("< no answer: \(error)") }
    if let timings = exchange.timings {
      lines.append(
        "times: connected after \(timings.connect.display), first byte \(timings.firstByte.display), "
          + "all \(timings.total.display)")
    }
    if !exchange.curl.isEmpty { lines.append("repeat with: \(exchange.curl)") }
    return lines
  }

  private func lines(of body: Exchange.Body, _ mark: String) -> [String] {
    guard body.byteCount > 0 else { return [] }
    guard let text = body.text else { return ["\(mark)(\(body.byteCount) bytes that are no text)"] }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { mark + $0 }
    return [String(mark.dropLast())] + lines + (body.isTruncated ? ["\(mark)… (\(body.byteCount) bytes in all)"] : [])
  }
}
