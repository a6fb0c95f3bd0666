import ArgumentParser
import Audit
import RFC3339
import Reporting
import RunModel

extension RunSession {
  /// Boots the stack, prints how its rules would be decided, and stops it; writes no report.
  func explain() async throws {
    let plan = try await Plan.load(stackFile: stackFile, dataset: dataset, contracts: contracts)
    let (rules, limits) = (plan.rules, auditLimits)
    let explanations = try await StackVisit(plan: plan).run { stores in
      await Auditor(
        rules: rules, stores: stores, events: EventStream(listeners: []), clock: SystemWallClock(), limits: limits
      ).explain()
    }
    StandardStreams.out.write(ExplanationText(explanations).lines.joined(separator: "\n") + "\n")
    if explanations.contains(where: { $0.problem != nil }) { throw ArgumentParser.ExitCode(.stackFailed) }
  }
}
