import Faults

/// The table of a drill, as text.
struct DrillTable {
  private let width: Int

  init(faults: [FaultCatalog.Entry]) {
    width = max(16, faults.map(\.id.count).max() ?? 0)
  }

  var head: String {
    "\(padded("fault", width))  \(padded("must catch it", 13))  caught by"
  }

  func row(_ result: DrillResult) -> String {
    var noticed: [String] = []
    if let first = result.cases.first { noticed.append("contracts \(first)\(more(result.cases.count))") }
    if let first = result.rules.first {
      noticed.append("audit \(first.id) (\(first.findings))\(more(result.rules.count))")
    }
    if let first = result.components.first { noticed.append(first) }
    let duty: String
    switch result.subject {
    case .fault(let entry): duty = text(of: entry.detection)
    case .healthy: duty = "-"
    }
    let verdict = result.isRight ? "" : "**\(complaint(result))** "
    return "\(padded(result.subject.name, width))  \(padded(duty, 13))  \(verdict)"
      + (noticed.isEmpty ? "nothing to report" : noticed.joined(separator: " · "))
      + " [\(tenths(result.duration)) s]"
  }

  /// The last lines: how many of how many.
  func summary(_ results: [DrillResult]) -> String {
    var faults = (right: 0, all: 0)
    var healthy = (right: 0, all: 0)
    for result in results {
      switch result.subject {
      case .fault: faults = (faults.right + (result.isRight ? 1 : 0), faults.all + 1)
      case .healthy: healthy = (healthy.right + (result.isRight ? 1 : 0), healthy.all + 1)
      }
    }
    return """

      \(faults.right) of \(faults.all) faults caught by all who must catch them
      \(healthy.right) of \(healthy.all) healthy runs without a failure or finding
      """
  }

  private func complaint(_ result: DrillResult) -> String {
    switch result.subject {
    case .healthy: return "not clean, exit \(result.status)"
    case .fault(let entry):
      let missing = entry.detection.subtracting(result.noticed)
      return missing == entry.detection ? "missed" : "missed by \(text(of: missing))"
    }
  }

  private func text(of detection: Detection) -> String {
    var names: [String] = []
    if detection.contains(.contracts) { names.append("contracts") }
    if detection.contains(.audit) { names.append("audit") }
    return names.count == 2 ? "both" : names.joined()
  }

  private func more(_ count: Int) -> String { count > 1 ? " and \(count - 1) more" : "" }

  private func tenths(_ duration: Duration) -> String {
    let tenths = Int((duration / .milliseconds(100)).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
