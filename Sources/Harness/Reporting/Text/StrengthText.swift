package import RunModel

/// The strength of suites for people: a table of operations, then every defect that nothing would notice.
package struct StrengthText {
  private let strength: SuiteStrength
  /// Whether defects that are carried into later requests are listed too.
  private let listsCarried: Bool

  /// Tells a strength.
  package init(_ strength: SuiteStrength, listsCarried: Bool = false) {
    self.strength = strength
    self.listsCarried = listsCarried
  }

  /// All of it, one line each.
  package var lines: [String] {
    let table = table
    var lines = table + list(.unnoticed, "not noticed by any check:")
    if listsCarried { lines += list(.carried, "carried into a later request, which only a service can judge:") }
    return (lines + ["", sentence]).map { TerminalStyle.printable($0.onOneLine) }
  }

  /// The figure in one sentence.
  package var sentence: String {
    let figure = strength.figure
    let carried = strength.trials(.carried).count
    let rest = carried == 0 ? "" : "; \(carried) more go into later requests and are not counted"
    return "\(figure.percentage) of the mutations are noticed: \(figure.noticed) of \(figure.total)\(rest)"
  }

  // MARK: Operations

  private var table: [String] {
    var names: [OperationReference: String] = [:]
    for trial in strength.trials where names[trial.mutation.operation] == nil {
      names[trial.mutation.operation] = trial.mutation.operation.name
    }
    let width = (names.values.map(\.count) + ["operation".count]).max() ?? 0
    let rows = names.sorted { $0.value < $1.value }.map { operation, name in
      let figure = strength.figure { $0.operation == operation }
      return row(name, width, "\(figure.noticed)", "\(figure.total)", figure.percentage)
    }
    return [row("operation", width, "noticed", "of", "share")] + rows
  }

  private func row(_ name: String, _ width: Int, _ noticed: String, _ total: String, _ share: String) -> String {
    name.padded(to: width) + noticed.padded(to: -9) + total.padded(to: -7) + share.padded(to: -9)
  }

  // MARK: Defects

  private func list(_ outcome: SuiteStrength.Outcome, _ title: String) -> [String] {
    let trials = strength.trials(outcome)
    guard !trials.isEmpty else { return [] }
    var lines = ["", title]
    var last: (operation: OperationReference, status: Int, place: String)?
    for trial in trials {
      let mutation = trial.mutation
      if last?.operation != mutation.operation || last?.status != mutation.status {
        lines.append("  \(mutation.operation.name), \(mutation.status)")
        last = nil
      }
      if last?.place == mutation.place, let line = lines.popLast() {
        lines.append("\(line), \(mutation.kind)")
      } else {
        lines.append("    \(mutation.place): \(mutation.kind)")
      }
      last = (mutation.operation, mutation.status, mutation.place)
    }
    return lines
  }
}

extension OperationReference {
  fileprivate var name: String { "\(service) \(id)" }
}

extension SuiteStrength.Figure {
  /// The share with one decimal, rounded down, so that nothing short of all is 100.0 %.
  package var percentage: String {
    let tenths = Int((share * 1000).rounded(.down))
    return "\(tenths / 10).\(tenths % 10) %"
  }
}

extension String {
  /// The text with blanks to a width, behind it, or before it for a negative one.
  fileprivate func padded(to width: Int) -> String {
    let blanks = String(repeating: " ", count: max(0, abs(width) - count))
    return width < 0 ? blanks + self : self + blanks
  }
}
