import JSON
import RunModel
import YAMLSource

/// The words in which plain-text reports tell a failure; one wording for console and JUnit.
enum FailureText {
  /// One line: what broke, and how much more there is.
  static func summary(of result: CaseResult) -> String {
    guard let first = result.failures.first else { return result.title }
    let others = result.failures.count - 1
    return others == 0 ? first.message : "\(first.message) (and \(others) more)"
  }

  /// All mismatches with value, position and both sides, then how to repeat the case.
  static func details(of result: CaseResult) -> [String] {
    var lines: [String] = []
    for failure in result.failures {
      lines.append("\(failure.subject.display): \(failure.message)  [\(failure.check)]")
      if let expected = failure.expected { lines.append("  expected  \(expected)") }
      if let actual = failure.actual { lines.append("  actual    \(actual)") }
      if let expectation = failure.expectation { lines.append("  promised at \(expectation)") }
    }
    if let exchange = result.exchanges.last {
      lines.append("repeat with: \(exchange.curl)")
      if let response = exchange.response { lines.append("answered: \(response.status) \(response.body.preview)") }
    }
    for log in result.logs where !log.lines.isEmpty {
      lines.append("log of \(log.component):")
      lines += log.lines.map { "  \($0)" }
    }
    return lines
  }

  /// One line: how many violations of which rule.
  static func summary(of rule: RuleDescription, result: RuleResult?) -> String {
    let count = result?.findingCount ?? 0
    return "\(count) violation\(count == 1 ? "" : "s"): \(rule.title)"
  }

  /// The sample of findings, then what to do.
  static func details(of rule: RuleDescription, result: RuleResult?) -> [String] {
    guard let result else { return [] }
    var lines = result.findings.map { finding in
      let key = finding.subject.map { "\($0.name)=\($0.value ?? "NULL")" }.joined(separator: " ")
      return key.isEmpty ? "- \(finding.message)" : "- \(key): \(finding.message)"
    }
    let beyond = result.findingCount - result.findings.count
    if beyond > 0 { lines.append("… and \(beyond) more") }
    if let query = result.findings.first?.query { lines.append("see them with: \(query)") }
    if let remedy = rule.remedy { lines.append("remedy: \(remedy)") }
    return lines
  }
}

extension CheckFailure.Subject {
  /// The part of the exchange, in words.
  var display: String {
    switch self {
    case .status: "status"
    case .header(let name): "header \(name)"
    case .body(let pointer): pointer.description.isEmpty ? "body" : "body \(pointer)"
    case .exchange: "exchange"
    case .criterion(let text): "criterion \(text)"
    }
  }
}

extension Exchange.Body {
  /// The beginning of the body on one line.
  var preview: String {
    guard let text else { return "(\(byteCount) bytes)" }
    let line = text.replacing("\n", with: " ")
    return line.count > 300 ? "\(line.prefix(300))…" : line
  }
}
