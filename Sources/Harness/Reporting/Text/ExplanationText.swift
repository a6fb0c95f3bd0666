package import RunModel

/// How an audit would be done, and what it would take, for people.
package struct ExplanationText: Sendable {
  /// One line after the other, without line breaks.
  package let lines: [String]

  /// Price of 100,000 document reads of Firestore in US dollars, at the list price of its US multi-region
  /// (<https://cloud.google.com/firestore/pricing>); others differ by less than a half.
  private static let priceOf100kReads = 0.06

  /// Explains rules, each with the ways that were not chosen, then the whole.
  package init(_ explanations: [RuleExplanation]) {
    var lines: [String] = []
    for explanation in explanations {
      lines += Self.lines(explanation)
      lines.append("")
    }
    let chosen = explanations.compactMap(\.ways.first)
    let total = Self.figures(
      seconds: chosen.reduce(0) { $0 + $1.seconds }, bytes: chosen.reduce(0) { $0 + $1.bytes },
      reads: chosen.reduce(0) { $0 + $1.firestoreReads }, memory: 0)
    lines.append("\(explanations.count.of("rule")), \(total); estimates, nothing was audited")
    self.lines = lines.map { TerminalStyle.printable($0.onOneLine) }
  }

  private static func lines(_ explanation: RuleExplanation) -> [String] {
    let rule = explanation.rule
    var lines = ["\(rule.id): \(rule.title)"]
    if let problem = explanation.problem { lines.append("  cannot be planned: \(problem)") }
    if let rows = explanation.rows {
      lines.append("  judges about \(Int(rows.rounded()).of("row")) of \(rule.subject.object)")
    }
    for (place, way) in explanation.ways.enumerated() {
      let figures = figures(
        seconds: way.seconds, bytes: way.bytes, reads: way.firestoreReads, memory: way.memory)
      if place == 0 {
        lines += way.plan.map { "  \($0)" }
        lines.append("  \(figures)")
      } else {
        lines.append("  instead of: \(way.plan.joined(separator: "; ")): \(figures)")
      }
    }
    return lines
  }

  private static func figures(seconds: Double, bytes: Double, reads: Double, memory: Double) -> String {
    var parts = ["about \(Duration.milliseconds(Int(max(1, seconds * 1000))).display)"]
    if bytes > 0 { parts.append("\(Self.bytes(bytes)) from the stores") }
    if memory > 0 { parts.append("\(Self.bytes(memory)) of memory") }
    if reads > 0 {
      let cents = Int((reads / 100_000 * priceOf100kReads * 100).rounded(.up))
      let price = "$\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
      parts.append("\(Int(reads.rounded(.up)).of("Firestore read")) (at most \(price))")
    }
    return parts.joined(separator: ", ")
  }

  private static func bytes(_ count: Double) -> String {
    switch count {
    case ..<1024: "\(Int(count)) bytes"
    case ..<1_048_576: "\(Int(count / 1024).grouped) KiB"
    default: "\(Int(count / 1_048_576).grouped) MiB"
    }
  }
}
