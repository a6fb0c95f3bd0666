import Faults
import JSON

/// What a run noticed.
struct DrillResult: Sendable {
  /// What the run was about.
  let subject: DrillPlan.Subject
  /// Cases that failed or could not be decided, in the order of the report.
  let cases: [String]
  /// Rules with findings of severity error, and how many.
  let rules: [(id: String, findings: Int)]
  /// Components that died or hung.
  let components: [String]
  /// The exit status of the run.
  let status: Int
  /// How long the run took.
  let duration: Duration

  /// Which halves noticed something.
  var noticed: Detection {
    var noticed: Detection = []
    if !cases.isEmpty { noticed.insert(.contracts) }
    if !rules.isEmpty { noticed.insert(.audit) }
    return noticed
  }

  /// Whether all who had to notice did, and nobody cried wolf.
  var isRight: Bool {
    switch subject {
    case .fault(let entry): noticed.isSuperset(of: entry.detection)
    case .healthy: status == 0 && noticed.isEmpty && components.isEmpty
    }
  }
}

extension DrillResult {
  /// Reads what a run noticed from its run.json.
  init(_ subject: DrillPlan.Subject, report: JSONValue, status: Int, duration: Duration) {
    self.subject = subject
    self.status = status
    self.duration = duration
    cases = (report["contracts"]?["cases"]?.arrayValue ?? [])
      .filter { ["failed", "errored"].contains($0["status"]?.stringValue) }
      .map { "\($0["suite"]?.stringValue ?? "?")/\($0["name"]?.stringValue ?? "?")" }
    rules = (report["audit"]?["rules"]?.arrayValue ?? []).compactMap { rule in
      guard rule["severity"]?.stringValue == "error", let id = rule["id"]?.stringValue,
        let count = rule["result"]?["findingCount"]?.intValue, count > 0
      else { return nil }
      return (id, count)
    }
    components = (report["components"]?.arrayValue ?? [])
      .filter { $0["state"]?.stringValue == "failed" }
      .map { "\($0["name"]?.stringValue ?? "?") \($0["reason"]?.stringValue ?? "failed")" }
  }
}
