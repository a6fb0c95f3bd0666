extension LoadReport: CustomStringConvertible {
  /// The table.
  package var description: String { table }
}

extension LoadReport {
  /// The report for people.
  package var table: String {
    var lines = [
      "\(shoppers) shoppers, \(paceText), \(LoadText.decimal(elapsed.inSeconds)) s, seed \(seed)", "", Self.head,
    ]
    lines += rows.map { row($0.operation.rawValue, $0.figures) }
    lines.append(row("all", total))
    lines += section("refused, as the rules have it", refusals)
    lines += section("unexpected", surprises)
    for sample in samples {
      lines.append("  request \(sample.requestID)  \(sample.occasion.operation.rawValue): \(sample.occasion.what)")
    }
    if unbegun > 0 { lines += ["", "\(unbegun) calls were due and never begun: too many waited for answers"] }
    lines += ["", conclusion]
    return lines.joined(separator: "\n") + "\n"
  }

  private static let widths = [9, 10, 10, 10, 10, 10, 9, 6, 6, 11]
  private static let nameWidth = 20

  private static let head = line(
    "operation",
    ["calls", "per s", "p50 ms", "p95 ms", "p99 ms", "max ms", "refused", "429", "503", "unexpected"])

  private func row(_ name: String, _ figures: LoadFigures) -> String {
    let latencies = [50, 95, 99].map { figures.latencies.percentile($0) } + [figures.latencies.maximum]
    return Self.line(
      name,
      ["\(figures.calls)", LoadText.decimal(perSecond(figures))] + latencies.map(LoadText.milliseconds)
        + [figures.refused, figures.throttled, figures.unavailable, figures.unexpected].map { "\($0)" })
  }

  private static func line(_ name: String, _ cells: [String]) -> String {
    LoadText.left(name, nameWidth) + zip(cells, widths).map(LoadText.right).joined()
  }

  private func section(_ title: String, _ counts: [Occasion: Int]) -> [String] {
    guard !counts.isEmpty else { return [] }
    return ["", title]
      + Self.sorted(counts).map { occasion, count in
        "  " + LoadText.left(occasion.operation.rawValue, Self.nameWidth - 2)
          + LoadText.right("\(count)", Self.widths[0])
          + "  \(occasion.what)"
      }
  }

  private var conclusion: String {
    let answers = total.unexpected == 1 ? "1 answer was" : "\(total.unexpected) answers were"
    let verdict = isClean ? "every answer was as promised" : "\(answers) not as promised"
    return isInterrupted ? "interrupted; until then \(verdict)" : verdict
  }

  /// Calls per second over the whole load.
  func perSecond(_ figures: LoadFigures) -> Double { Double(figures.calls) / max(0.001, elapsed.inSeconds) }
}
