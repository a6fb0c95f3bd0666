// Console and JUnit tell a failure in the same words. Both are read where space is short, and a test platform
// refuses a file that is too large, so every part has a bound of its own: forty mismatches must not push the
// line out of sight that repeats the request.

import JSON
import RunModel
import YAMLSource

/// The words in which plain-text reports tell a failure.
struct FailureText {
  /// How many mismatches or findings are told.
  let itemLimit: Int
  /// How many lines of each component's log, counted from its end.
  let logLimit: Int
  /// How many characters of a body, a value or a log line.
  let widthLimit: Int
  /// How many characters of a line that is there to be copied; half a command is of no use.
  let commandLimit = 4000

  /// For somebody who is waiting: at most 30 lines or so.
  static let brief = FailureText(itemLimit: 5, logLimit: 4, widthLimit: 240)
  /// For a test platform.
  static let full = FailureText(itemLimit: 50, logLimit: 40, widthLimit: 1000)

  // MARK: Contract cases

  /// One line: what broke, and how much more there is.
  static func summary(of result: CaseResult) -> String {
    guard let first = result.failures.first else { return result.title.onOneLine.shortened(to: 300) }
    let message = first.message.onOneLine.shortened(to: 300)
    let others = result.failures.count - 1
    return others == 0 ? message : "\(message) (and \(others) more)"
  }

  /// The mismatches with position and both sides, then how to repeat the case.
  func details(of result: CaseResult) -> [String] {
    let (shown, beyond) = result.failures.bounded(to: itemLimit)
    var lines = shown.flatMap(lines(of:))
    if beyond > 0 { lines.append("… and \(beyond.of("more mismatch", "more mismatches"))") }
    if let exchange = result.exchanges.last { lines += self.lines(of: exchange) }
    for log in result.logs where !log.lines.isEmpty {
      let tail = log.lines.suffix(logLimit)
      let omitted = log.lines.count - tail.count
      lines.append(
        "log of \(log.component)" + (omitted > 0 ? ", last \(tail.count) of \(log.lines.count) lines:" : ":"))
      lines += tail.map { "  \(short($0))" }
    }
    return lines
  }

  private func lines(of failure: CheckFailure) -> [String] {
    var lines = ["\(failure.place): \(short(failure.statement))  [\(failure.check)]"]
    if let promise = failure.promise { lines.append("  expected  \(short(promise))") }
    if let actual = failure.actual { lines.append("  actual    \(short(actual))") }
    if let expectation = failure.expectation { lines.append("  promised at \(expectation)") }
    return lines
  }

  private func lines(of exchange: Exchange) -> [String] {
    var lines = exchange.curl.isEmpty ? [] : [command("repeat with: ", exchange.curl)]
    if let response = exchange.response {
      let body = response.body.text.map(short) ?? "(\(response.body.byteCount) bytes that are not text)"
      lines.append("answered: \(response.status) \(body)")
    } else if let error = exchange.error {
      lines.append("no answer: \(short(error))")
    }
    return lines
  }

  // MARK: Rules

  /// One line: how many violations of which rule, and what the baseline has to do with it.
  static func summary(of rule: RuleDescription, result: RuleResult?) -> String {
    guard let result else { return "\(0.of("violation")): \(rule.title)" }
    if result.status == .held {
      let suspects = "\(result.suspectCount.of("row")) suspect: \(rule.title)"
      return result.settledText ?? (result.suspectCount > 0 ? suspects : rule.title)
    }
    let accepted = result.acceptedCount
    if accepted == 0 { return "\(result.findingCount.of("violation")): \(rule.title)" }
    if result.openCount == 0 { return "\(accepted.of("accepted violation")): \(rule.title)" }
    return "\(result.openCount.of("violation")) and \(accepted.grouped) accepted: \(rule.title)"
  }

  /// A sample of the findings, then what to do.
  func details(of rule: RuleDescription, result: RuleResult?) -> [String] {
    guard let result else { return [] }
    var lines = result.isGrouped ? causes(of: result, rule) : findings(of: result, rule)
    if result.acceptedCount > 0 { lines.append("\(result.acceptedCount.grouped) more accepted by the baseline") }
    if let settled = result.settledText { lines.append(settled) }
    lines += suspects(of: result)
    if let query = result.findings.first(where: { !$0.isAccepted })?.query {
      lines.append(command("see it with: ", query))
    }
    // The first few tell where to look; run.json has them for each finding.
    for request in result.openRequests.prefix(2) { lines.append("written by: \(short(request.statement))") }
    if let remedy = rule.remedy { lines.append("remedy: \(remedy)") }
    return lines
  }

  private func findings(of result: RuleResult, _ rule: RuleDescription) -> [String] {
    let shown = result.findings.lazy.filter { !$0.isAccepted }.prefix(itemLimit)
    let standings = Dictionary(
      result.causes.map { ($0.fingerprint, $0.standingText) }, uniquingKeysWith: { first, _ in first })
    let lines = shown.map { finding in
      let standing = standings[finding.cause].flatMap(\.self).map { " (\($0))" } ?? ""
      return "- \(finding.key.isEmpty ? "" : "\(finding.key): ")\(short(finding.statement(under: rule)))\(standing)"
    }
    let beyond = result.openCount - lines.count
    return lines + (beyond > 0 ? ["… and \(beyond.grouped) more"] : [])
  }

  /// One line for each missing key, however many rows use it.
  private func causes(of result: RuleResult, _ rule: RuleDescription) -> [String] {
    let open = result.causes.filter { !$0.isAccepted }
    let lines = open.prefix(itemLimit).map { cause in
      let examples = result.examples(of: cause, limit: 3)
      let more = cause.rowCount > examples.count && !examples.isEmpty ? ", …" : ""
      let rows = examples.isEmpty ? "" : ": \(examples.joined(separator: ", "))\(more)"
      let notes = [
        cause.likely.map { "likely \($0.text)" },
        cause.firstSeen.map { "first seen \($0.day)" }, cause.standingText,
      ].compactMap(\.self).map { "; \($0)" }
        .joined()
      return "- \(cause.keyText) is missing, used by \(cause.rowCount.of("row"))\(rows)\(short(notes))"
    }
    let beyond = result.causeCount - (result.causes.count - open.count) - lines.count
    return lines + (beyond > 0 ? ["… and \(beyond.of("more missing key"))"] : [])
  }

  private func suspects(of result: RuleResult) -> [String] {
    guard result.suspectCount > 0 else { return [] }
    let shown = result.suspects.prefix(itemLimit)
    let lines = shown.map { suspect in
      let key = suspect.key.map(\.assignment).joined(separator: " ")
      return "? \(key) is missing, used by \(suspect.rowCount.of("row")); \(short(suspect.text))"
    }
    let beyond = result.suspectCount - shown.reduce(0) { $0 + $1.rowCount }
    return lines + (beyond > 0 ? ["… and \(beyond.of("more suspect row"))"] : [])
  }

  // MARK: Bounds

  private func short(_ text: String) -> String { text.onOneLine.shortened(to: widthLimit) }

  private func command(_ label: String, _ text: String) -> String {
    text.utf8.count > commandLimit ? "\(label)(\(text.utf8.count.grouped) bytes, see run.json)" : label + text
  }
}
