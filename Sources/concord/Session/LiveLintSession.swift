import ArgumentParser
import Audit
import HTTP
import RunModel
import Stack
import YAMLSource

/// `concord lint --live`: contracts beside the stores that they are about.
struct LiveLintSession {
  let stackFile: String

  /// Brings the stack up, compares, takes it down, and prints what differs.
  func perform() async throws {
    let plan = try await Plan.load(stackFile: stackFile, dataset: .standard, baseline: .standard)
    let work = Task { try await self.problems(of: plan) }
    let signals = SignalWatch { work.cancel() }
    let problems: [Diagnostic]
    do {
      problems = try await work.value
    } catch {
      if signals.received != nil { throw ArgumentParser.ExitCode(.interrupted) }
      StandardStreams.error.write("error: \(error)\n")
      throw ArgumentParser.ExitCode(.stackFailed)
    }
    if signals.received != nil { throw ArgumentParser.ExitCode(.interrupted) }
    try Plan.report(problems, consequence: "the contracts are not what the stores hold")
    let warnings = problems.count { $0.severity == .warning }
    let summary = warnings == 0 ? "as promised" : "\(warnings) warning\(warnings == 1 ? "" : "s")"
    StandardStreams.out.write(plan.summary + "; the stores hold what the contracts say: \(summary)\n")
  }

  private func problems(of plan: Plan) async throws -> [Diagnostic] {
    let stack = try await plan.boot(events: EventStream(listeners: []))
    let http = HTTPClient()
    let problems = await plan.rules.check(stores: stack.auditedStores(over: http))
    http.shutdown()
    await stack.stop()
    return problems
  }
}
