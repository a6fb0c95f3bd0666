import ArgumentParser
import Audit
import RFC3339
import Reporting
import RunModel

extension RunSession {
  /// Boots the stack, prints how its rules would be decided, and stops it; writes no report.
  func explain() async throws {
    let plan = try await Plan.load(stackFile: stackFile, dataset: dataset, contracts: nil)
    if let spark { return try await printScript(plan, spark) }
    let (rules, limits) = (plan.rules, auditLimits)
    let explanations = try await StackVisit(plan: plan).run { stores in
      await Auditor(
        rules: rules, stores: stores, events: EventStream(listeners: []), clock: SystemWallClock(), limits: limits
      ).explain()
    }
    StandardStreams.out.write(ExplanationText(explanations).lines.joined(separator: "\n") + "\n")
    if explanations.contains(where: { $0.problem != nil }) { throw ArgumentParser.ExitCode(.stackFailed) }
  }

  /// Prints the script that Spark would run.
  private func printScript(_ plan: Plan, _ spark: SparkChoice) async throws {
    try checkExports(plan)
    let (rules, limits) = (plan.rules, auditLimits)
    let script = try await StackVisit(plan: plan).run { stores in
      let process = try await SparkProcess(spark)
      let script = await Auditor(
        rules: rules, stores: stores, events: EventStream(listeners: []), clock: SystemWallClock(), limits: limits,
        engine: .spark(process, spark.reading)
      ).sparkScript()
      await process.finish()
      return script
    }
    guard let script else { return }
    StandardStreams.out.write(script.text)
    for problem in script.problems { StandardStreams.error.write("error: \(problem.rule): \(problem.reason)\n") }
    if !script.problems.isEmpty { throw ArgumentParser.ExitCode(.stackFailed) }
  }
}
