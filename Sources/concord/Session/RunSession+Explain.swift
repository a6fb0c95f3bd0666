import ArgumentParser
import Audit
import HTTP
import RFC3339
import Reporting
import RunModel
import Stack

extension RunSession {
  /// Boots the stack, prints how its rules would be decided, and stops it; writes no report.
  func explain() async throws {
    let plan = try await Plan.load(stackFile: stackFile, dataset: dataset, contracts: contracts)
    let work = Task { try await explanations(plan) }
    let signals = SignalWatch { work.cancel() }
    do {
      let explanations = try await work.value
      if signals.received != nil { throw ArgumentParser.ExitCode(.interrupted) }
      StandardStreams.out.write(ExplanationText(explanations).lines.joined(separator: "\n") + "\n")
      if explanations.contains(where: { $0.problem != nil }) { throw ArgumentParser.ExitCode(.stackFailed) }
    } catch let code as ArgumentParser.ExitCode {
      throw code
    } catch {
      if signals.received != nil { throw ArgumentParser.ExitCode(.interrupted) }
      StandardStreams.error.write("error: \(error)\n")
      throw ArgumentParser.ExitCode(.stackFailed)
    }
  }

  private func explanations(_ plan: Plan) async throws -> [RuleExplanation] {
    let events = EventStream(listeners: [])
    let stack = try await plan.boot(events: events)
    let http = HTTPClient()
    let auditor = Auditor(
      rules: plan.rules, stores: stack.auditedStores(over: http), events: events, clock: SystemWallClock(),
      limits: auditLimits)
    let explanations = await auditor.explain()
    http.shutdown()
    await stack.stop()
    return explanations
  }
}
