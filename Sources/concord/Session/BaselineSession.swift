import ArgumentParser
import Audit
import Reporting
import RunModel

/// An audit, and what its findings mean for the file of accepted ones.
struct BaselineSession {
  let run: RunSession

  /// Writes what was found into the file; leaves it alone unless the audit came to its end.
  func update(_ terms: BaselineUpdate.Terms?) async throws {
    let (plan, file) = try await plan(mayBeMissing: true)
    var run = run
    run.sampleLimit = Baseline.entriesPerRule
    guard let record = await run.conduct(plan).record else { return }
    guard record.verdict == .passed || record.verdict == .failed else {
      StandardStreams.error.write("error: the audit did not come to its end, so \(file) is left as it is\n")
      throw ArgumentParser.ExitCode(record.verdict.exitCode)
    }
    if let result = record.rules.first(where: { record.isGating($0) && $0.causeCount > $0.causes.count }) {
      StandardStreams.error.write(
        "error: '\(result.rule)' has \(result.causeCount) findings, and a baseline accepts at most "
          + "\(Baseline.entriesPerRule) of one rule\n"
          + "  narrow the rule with concord.filter, or lower its severity, until fewer are left\n")
      throw ArgumentParser.ExitCode(.badInput)
    }
    let update = BaselineUpdate(of: plan.baseline ?? Baseline(), after: record, terms: terms)
    try write(update.baseline, to: file)
    StandardStreams.out.write("\(file): \(Self.summary(of: update))\n")
    if update.refused > 0 { throw ArgumentParser.ExitCode(.violations) }
  }

  /// Tells whether the file is still right.
  func check() async throws {
    let (plan, file) = try await plan(mayBeMissing: false)
    guard let record = await run.conduct(plan).record else { return }
    let causes = record.rules.filter { record.isGating(record.description(of: $0.rule)?.severity ?? .error) }
      .flatMap(\.causes)
    var counts = (new: 0, grown: 0, expired: 0, accepted: 0)
    for cause in causes {
      switch cause.standing {
      case .new: counts.new += 1
      case .grown: counts.grown += 1
      case .expired: counts.expired += 1
      case .accepted: counts.accepted += 1
      }
    }
    let parts = [
      "\(counts.accepted) accepted", "\(counts.new) new", "\(counts.grown) grown", "\(counts.expired) overdue",
      "\(record.settledEntryCount) gone",
    ]
    StandardStreams.out.write("\(file): \(parts.joined(separator: ", "))\n")
    if record.verdict != .passed { throw ArgumentParser.ExitCode(record.verdict.exitCode) }
  }

  private func plan(mayBeMissing: Bool) async throws -> (Plan, file: String) {
    let plan = try await Plan.load(
      stackFile: run.stackFile, dataset: run.dataset, contracts: nil, baseline: run.baseline, forUpdate: mayBeMissing)
    guard let file = plan.baselineFile else {
      StandardStreams.error.write(
        "error: the stack names no file of accepted findings\n"
          + "  write 'baseline: accepted-findings.yaml' into \(run.stackFile), or give --baseline\n")
      throw ArgumentParser.ExitCode(.badInput)
    }
    return (plan, file)
  }

  private func write(_ baseline: Baseline, to file: String) throws {
    let slash = file.lastIndex(of: "/")
    let folder = slash.map { String(file[..<$0]) } ?? "."
    do {
      try ReportFolder(preparing: folder.isEmpty ? "/" : folder)
        .write(baseline.text, named: String(file[(slash.map(file.index(after:)) ?? file.startIndex)...]))
    } catch {
      StandardStreams.error.write("error: \(file) cannot be written: \(error.reason)\n")
      throw ArgumentParser.ExitCode(.badInput)
    }
  }

  private static func summary(of update: BaselineUpdate) -> String {
    var parts: [String] = []
    if update.added > 0 { parts.append("\(update.added) accepted") }
    if update.renewed > 0 { parts.append("\(update.renewed) accepted again") }
    if update.reduced > 0 { parts.append("\(update.reduced) lowered") }
    if update.removed > 0 { parts.append("\(update.removed) removed") }
    if update.refused > 0 { parts.append("\(update.refused) not accepted") }
    if parts.isEmpty { parts.append("nothing to change") }
    return parts.joined(separator: ", ") + "; \(update.baseline.entries.count) in all"
  }
}
