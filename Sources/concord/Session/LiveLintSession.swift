import ArgumentParser
import Audit
import YAMLSource

/// `concord lint --live`: contracts beside the stores that they are about.
struct LiveLintSession {
  let stackFile: String

  /// Brings the stack up, compares, takes it down, and prints what differs.
  func perform() async throws {
    let plan = try await Plan.load(stackFile: stackFile, dataset: .standard, baseline: .standard)
    let problems = try await StackVisit(plan: plan).run { stores in await plan.rules.check(stores: stores) }
    try Plan.report(problems, consequence: "the contracts are not what the stores hold")
    let warnings = problems.count { $0.severity == .warning }
    let summary = warnings == 0 ? "as promised" : "\(warnings) warning\(warnings == 1 ? "" : "s")"
    StandardStreams.out.write(plan.summary + "; the stores hold what the contracts say: \(summary)\n")
  }
}
