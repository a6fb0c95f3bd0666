// One run from the first event to the exit code. Whatever happens in between (a signal, a dead service, a store
// that refuses), the way out is the same: the stack is stopped, the last event is emitted, the reports are written.

import ArgumentParser
import Audit
import Contracts
import HTTP
import RFC3339
import Reporting
import RunModel
import Stack

/// A run of some phases over one stack.
struct RunSession {
  let phases: [RunPhase]
  let stackFile: String
  let dataset: DatasetChoice
  let seed: UInt64?
  /// Where reports go; nil for none.
  let reports: ReportOptions?
  let console: ConsoleOptions
  var contracts = ContractSettings()
  /// What the audit may take.
  var auditLimits = AuditLimits()
  /// Findings that do not fail the run.
  var baseline = BaselineChoice.none
  /// Spark, where that is to find what dangles.
  var spark: SparkChoice?
  /// Where what would repair the stores is written down; nil when nobody asked.
  var repairs: RepairFolder?
  /// Whether everything is read, whatever the audit before has kept.
  var isFullSweep = false
  /// Findings that are kept of each rule.
  var sampleLimit = 100
  /// Keeps the exchanges, for those who judge them again.
  var log: ExchangeLog?

  /// Runs to the end and exits with the verdict's code.
  func perform() async throws {
    try await perform(
      await Plan.load(
        stackFile: stackFile, dataset: dataset, contracts: phases.contains(.contracts) ? contracts : nil,
        baseline: baseline))
  }

  /// Runs a plan that is loaded, reports it, and exits with the verdict's code.
  func perform(_ plan: Plan) async throws {
    // A gate that tests nothing must not look like one that passed.
    if !phases.contains(.audit), plan.suites.plan.caseCount == 0 {
      StandardStreams.error.write(
        "error: there is nothing to test\n"
          + "  give a service of the stack its 'openapi', or name workflows; 'concord import' writes first ones\n")
      throw ArgumentParser.ExitCode(.badInput)
    }
    try checkExports(plan)
    let folder = try reports.map(prepare)
    let (record, console) = await conduct(plan)
    guard let record else { return }
    if let reports, let folder { try write(record, reports, folder, console) }
    if record.verdict != .passed { throw ArgumentParser.ExitCode(record.verdict.exitCode) }
  }

  /// Runs a plan that is loaded, and shows it on the console.
  func conduct(_ plan: Plan) async -> (record: RunRecord?, console: ConsoleReporter) {
    let recorder = RunRecorder()
    let console = ConsoleReporter.forProcess(console)
    let events = EventStream(listeners: [recorder, console])
    let clock = SystemWallClock()
    let seed = seed ?? UInt64.random(in: 0...999_999_999)
    events.emit(.runStarted(header(plan, seed: seed, at: clock.now())))

    let work = Task { await perform(plan, seed: seed, events: events, clock: clock) }
    let signals = SignalWatch { work.cancel() }
    let failure = await work.value
    let reason: RunEnding.Reason =
      if let signal = signals.received {
        .interrupted(signal: signal)
      } else if let failure {
        .stackFailed(failure)
      } else {
        .completed
      }
    events.emit(.runFinished(RunEnding(finishedAt: clock.now(), reason: reason)))
    return (recorder.snapshot, console)
  }

  /// Boots, works, stops; answers why the stack failed, if it did.
  private func perform(
    _ plan: Plan, seed: UInt64, events: EventStream, clock: any WallClock
  ) async -> String? {
    let stack: RunningStack
    do {
      stack = try await events.timing(.boot) { try await plan.boot(events: events) }
    } catch {
      return "\(error)"
    }
    // Only an audit after the contracts asks who wrote what.
    let journal = phases.contains(.contracts) && phases.contains(.audit) ? WriteJournal() : nil
    if phases.contains(.contracts), !Task.isCancelled {
      await events.timing(.contracts) {
        await runContracts(plan, stack, seed: seed, events: events, clock: clock, noting: journal)
      }
    }
    if phases.contains(.audit), !Task.isCancelled {
      await events.timing(.audit) { await runAudit(plan, stack, events: events, clock: clock, journal) }
    }
    await events.timing(.teardown) { await stack.stop() }
    return nil
  }

  private func runContracts(
    _ plan: Plan, _ stack: RunningStack, seed: UInt64, events: EventStream, clock: any WallClock,
    noting journal: WriteJournal?
  ) async {
    let http = HTTPClient()
    let rows = stack.rowReader(over: http)
    let runner = ContractRunner(
      suites: plan.suites, baseURLs: plan.baseURLs(of: stack), seed: seed, http: http, events: events, clock: clock,
      limits: contracts.limits, thresholds: plan.coverageThresholds, keeping: log, noting: journal,
      rows: { query in try await rows.rows(of: query) }
    ) { component, from, to in stack.logs(component, from: from, to: to) }
    await runner.run()
    await rows.close()
    http.shutdown()
  }

  private func runAudit(
    _ plan: Plan, _ stack: RunningStack, events: EventStream, clock: any WallClock, _ journal: WriteJournal?
  ) async {
    let http = HTTPClient()
    let file = HistoryFile(
      reports: reports?.reports ?? ReportOptions.standardFolder, stack: plan.description.name, dataset: plan.dataset)
    let (history, notice) = file.read()
    if let notice { events.emit(.noted(notice)) }
    let book = repairs.map { _ in RepairBook() }
    let remembered = await withEngine(events) { engine in
      await Auditor(
        rules: plan.rules, stores: stack.auditedStores(over: http), events: events, clock: clock,
        sampleLimit: sampleLimit, limits: auditLimits, baseline: plan.baseline ?? Baseline(), history: history,
        engine: engine, repairs: book, journal: journal, kept: kept(plan, file)
      ).run()
    }
    if let repairs, let book, !Task.isCancelled {
      events.emit(.noted(repairs.write(book.plan(of: plan.rules), at: clock.now())))
    }
    // Only what is reported is remembered: a look at the baseline leaves no trace.
    if reports != nil, let remembered, let notice = file.write(remembered) { events.emit(.noted(notice)) }
    http.shutdown()
  }

  /// What is kept between audits of stores that outlive them; a dataset that is loaded makes others of them.
  private func kept(_ plan: Plan, _ file: HistoryFile) -> IncrementalState? {
    guard reports != nil, plan.dataset == nil else { return nil }
    let lasting = plan.description.stores.filter(\.isExternal).map(\.name)
    return IncrementalState(keeper: file.rules, lasting: Set(lasting), isFullSweep: isFullSweep)
  }

  private func header(_ plan: Plan, seed: UInt64, at start: Timestamp) -> RunHeader {
    RunHeader(
      id: RunIdentity.make(startedAt: start), startedAt: start, command: RunIdentity.command, version: Version.text,
      stack: plan.description.name, seed: seed, dataset: plan.dataset, host: RunIdentity.host, failOn: console.failOn,
      phases: phases, selection: contracts.summary, stackFile: stackFile,
      generation: .init(
        cases: contracts.generation.casesPerOperation, random: contracts.generation.randomPerOperation),
      baseline: phases.contains(.audit) && plan.baseline != nil ? plan.baselineFile : nil)
  }

  private func prepare(_ report: ReportOptions) throws -> ReportFolder {
    do {
      return try ReportFolder(preparing: report.reports)
    } catch {
      StandardStreams.error.write("error: \(error)\n")
      throw ArgumentParser.ExitCode(.badInput)
    }
  }

  private func write(
    _ record: RunRecord, _ options: ReportOptions, _ folder: ReportFolder, _ console: ConsoleReporter
  ) throws {
    let reports = ReportCatalog.all(junitDialect: options.junitDialect)
    do {
      try folder.write(record, as: reports)
      console.printReports(reports.map(folder.path(of:)))
    } catch {
      // The run is decided; a report that cannot be written must not look like a pass.
      StandardStreams.error.write("error: \(error)\n")
      if record.verdict == .passed { throw ArgumentParser.ExitCode(.stackFailed) }
    }
  }
}

extension RunSession {
  /// A run that is reported.
  init(
    phases: [RunPhase], stackFile: String, dataset: DatasetChoice, seed: UInt64?, report: ReportOptions,
    contracts: ContractSettings = ContractSettings(), auditLimits: AuditLimits = AuditLimits(),
    baseline: BaselineChoice = .none, spark: SparkChoice? = nil, repairs: RepairFolder? = nil,
    isFullSweep: Bool = false
  ) {
    self.init(
      phases: phases, stackFile: stackFile, dataset: dataset, seed: seed, reports: report, console: report.console,
      contracts: contracts, auditLimits: auditLimits, baseline: baseline, spark: spark,
      repairs: repairs, isFullSweep: isFullSweep)
  }
}

extension EventStream {
  /// Runs a phase between its two events.
  func timing<Result>(_ phase: RunPhase, _ body: () async throws -> Result) async rethrows -> Result {
    emit(.phaseStarted(phase))
    let clock = ContinuousClock()
    let start = clock.now
    defer { emit(.phaseFinished(phase, after: clock.now - start)) }
    return try await body()
  }
}

extension ArgumentParser.ExitCode {
  /// The exit code of the documented list.
  init(_ code: RunModel.ExitCode) { self.init(code.rawValue) }
}

extension ConsoleReporter {
  /// The reporter for this process's terminal or log.
  static func forProcess(_ options: ConsoleOptions) -> ConsoleReporter {
    let out = StandardStreams.out
    let style = TerminalStyle(
      preference: options.color, environment: RunIdentity.environment, isTerminal: out.isTerminal)
    return ConsoleReporter(
      style: style, isInteractive: out.isTerminal && RunIdentity.environment["TERM"] != "dumb" && !options.quiet,
      onlyResult: options.quiet
    ) { out.write($0) }
  }
}
