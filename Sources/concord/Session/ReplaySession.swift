import ArgumentParser
import Contracts
import HTTP
import RFC3339
import Reporting
import RunModel
import Stack
import Synchronization

/// One case, from boot to its outcome.
struct ReplaySession {
  let recorded: RecordedRun
  let id: CaseID
  let stackFile: String

  /// Runs the case and exits with what became of it.
  func perform() async throws {
    var settings = ContractSettings()
    settings.selection.only = id
    settings.generation = recorded.generation
    let plan = try await Plan.load(stackFile: stackFile, dataset: recorded.dataset, contracts: settings)
    guard plan.suites.plan.suites.flatMap(\.cases).contains(id) else {
      throw RecordedRun.Problem(
        message: "the contracts have no case '\(id)' any more", remedy: "they have changed since that run")
    }
    let listener = CaseListener(id)
    let events = EventStream(listeners: [listener])
    let work = Task { try await run(plan, events) }
    let signals = SignalWatch { work.cancel() }
    do {
      try await work.value
    } catch {
      if signals.received != nil { throw ArgumentParser.ExitCode(.interrupted) }
      StandardStreams.error.write("error: \(error)\n")
      throw ArgumentParser.ExitCode(.stackFailed)
    }
    if signals.received != nil { throw ArgumentParser.ExitCode(.interrupted) }
    guard let result = listener.result else { throw ArgumentParser.ExitCode(.stackFailed) }
    StandardStreams.out.write(CaseText(result).lines.joined(separator: "\n") + "\n")
    switch result.status {
    case .passed: break
    case .failed: throw ArgumentParser.ExitCode(.violations)
    case .errored, .skipped: throw ArgumentParser.ExitCode(.stackFailed)
    }
  }

  private func run(_ plan: Plan, _ events: EventStream) async throws {
    let stack = try await plan.runner(events: events).boot()
    do {
      if let dataset = plan.dataset { try await stack.loadDataset(dataset) }
    } catch {
      await stack.stop()
      throw error
    }
    let http = HTTPClient()
    var limits = ContractLimits()
    limits.keepsMessages = true
    let rows = stack.rowReader(over: http)
    await ContractRunner(
      suites: plan.suites, baseURLs: plan.baseURLs(of: stack), seed: recorded.seed, http: http, events: events,
      clock: SystemWallClock(), limits: limits, rows: { query in try await rows.rows(of: query) }
    ) { component, from, to in stack.logs(component, from: from, to: to) }.run()
    await rows.close()
    http.shutdown()
    await stack.stop()
  }
}

/// Keeps the result of one case.
private final class CaseListener: RunListener {
  private let id: CaseID
  private let found = Mutex<CaseResult?>(nil)

  init(_ id: CaseID) { self.id = id }

  var result: CaseResult? { found.withLock { $0 } }

  func receive(_ event: RunEvent) {
    guard case .caseFinished(let result) = event, result.id == id else { return }
    found.withLock { $0 = result }
  }
}
