// Workflows share no data, so many run at once; what one builds on (`dependsOn`) has run before. The order of results
// is the order in which they are known, and their content depends on the seed only.

import Arazzo
package import HTTP
package import JSON
package import RFC3339
package import RunModel

/// What a run of the contracts may take.
package struct ContractLimits: Sendable, Hashable {
  /// Workflows that run at the same time.
  package var concurrency: Int
  /// Time that a service has for one whole answer.
  package var answerTime: Duration
  /// The same once a service is known to hang: it is only asked whether it still does.
  package var probeTime: Duration
  /// Cases that may fail before the rest is left out; nil runs everything.
  package var failures: Int?
  /// Whether headers and bodies of generated cases that passed are kept: there may be thousands.
  package var keepsMessages = false

  /// Eight workflows at once, ten seconds for an answer, two from a service that hangs, unless given.
  package init(
    concurrency: Int = 8, answerTime: Duration = .seconds(10), probeTime: Duration = .seconds(2),
    failures: Int? = nil
  ) {
    self.concurrency = max(1, concurrency)
    self.answerTime = answerTime
    self.probeTime = probeTime
    self.failures = failures
  }
}

/// Runs all suites against running services.
package struct ContractRunner: Sendable {
  private let suites: ContractSuites
  private let environment: RunEnvironment
  private let events: EventStream
  private let thresholds: [String: [ContractCoverage.Dimension: Int]]

  /// Prepares a run; `logs` reads what a component logged between two moments, `rows` asks a store, and what nobody
  /// objected to is kept in a log of exchanges where one is given; `journal` learns what was written.
  package init(
    suites: ContractSuites, baseURLs: [String: String], seed: UInt64, http: HTTPClient, events: EventStream,
    clock: any WallClock, limits: ContractLimits = ContractLimits(),
    thresholds: [String: [ContractCoverage.Dimension: Int]] = [:], keeping log: ExchangeLog? = nil,
    noting journal: WriteJournal? = nil,
    rows: @escaping @Sendable (StoreQuery) async throws -> [JSONValue] = { query in
      throw StoreQuery.Failure("the stack has no store '\(query.store)'")
    },
    logs: @escaping @Sendable (_ component: String, _ from: Timestamp, _ to: Timestamp) -> [String]
  ) {
    self.suites = suites
    self.events = events
    self.thresholds = thresholds
    let secrets = SecretCatalog()
    environment = RunEnvironment(
      workflows: suites.workflows, provisions: suites.provisions, inputs: suites.inputs, patterns: suites.patterns,
      baseURLs: baseURLs, seed: seed,
      http: http, clock: clock, limits: limits, health: ServiceHealth(limits), secrets: secrets,
      logs: LogReader(
        services: baseURLs.keys.sorted(), clock: clock, secrets: secrets,
        requestMark: SuiteRun.requestMark(seed: seed), read: logs), failures: FailureWatch(limit: limits.failures),
      log: log, journal: journal,
      rows: rows)
  }

  /// Runs every workflow and reports every planned case exactly once; a cancelled run reports the rest as skipped.
  package func run() async {
    events.emit(.contractsPlanned(suites.plan))
    if let notice = suites.omissionNotice { events.emit(.noted(notice)) }
    let work = Task { await runAll() }
    environment.failures.onLimit { work.cancel() }
    await withTaskCancellationHandler {
      await work.value
    } onCancel: {
      work.cancel()
    }
    events.emit(
      .coverageMeasured(
        CoverageReader(apis: suites.apis, collector: environment.coverage).coverage(thresholds: thresholds)))
    for notice in UndocumentedAnswers(apis: suites.apis, collector: environment.coverage).notices {
      events.emit(.noted(notice))
    }
    if environment.failures.hasEnded, !Task.isCancelled {
      events.emit(
        .noted(
          Notice(
            .warning, "the contracts were ended after the first failures, and the rest of the cases was left out",
            remedy: "run without --fail-fast to see all of them")))
    }
  }

  private func runAll() async {
    var schedule = SuiteSchedule(suites.suites)
    await withTaskGroup(of: (String, WorkflowOutcome).self) { group in
      var running = 0
      while true {
        while running < environment.limits.concurrency, let suite = schedule.next() {
          let progress = schedule.progress(for: suite)
          group.addTask {
            switch suite {
            case .workflow(let suite): (suite.id, await run(suite, after: progress))
            case .generated(let suite): (suite.id, await run(suite, after: progress))
            }
          }
          running += 1
        }
        guard let (id, outcome) = await group.next() else { break }
        running -= 1
        schedule.finish(id, outcome)
      }
    }
    for suite in schedule.unreachable {
      await skip(suite, because: "the workflows that it builds on wait for each other")
    }
  }

  private func skip(_ suite: RunnableSuite, because reason: String) async {
    let run = SuiteRun(suite.id, environment)
    switch suite {
    case .workflow(let suite):
      var reporter = CaseReporter(suite: suite, run: run, events: events)
      await reporter.reportRest(because: reason)
    case .generated(let suite):
      await GeneratedSuiteRunner(suite: suite, run: run, events: events, width: 1).skip(because: reason)
    }
  }

  private func run(_ suite: GeneratedSuite, after progress: SuiteSchedule.Progress) async -> WorkflowOutcome {
    let runner = GeneratedSuiteRunner(
      suite: suite, run: SuiteRun(suite.id, environment), events: events, width: environment.limits.concurrency)
    if let reason = progress.reasonToSkip {
      await runner.skip(because: reason)
    } else {
      await runner.run(after: progress)
    }
    return WorkflowOutcome()
  }

  private func run(_ suite: WorkflowSuite, after progress: SuiteSchedule.Progress) async -> WorkflowOutcome {
    let run = SuiteRun(suite.id, environment)
    var reporter = CaseReporter(suite: suite, run: run, events: events)
    if let reason = progress.reasonToSkip {
      await reporter.reportRest(because: reason)
      return WorkflowOutcome(failure: reason)
    }
    let frame = CallFrame(suite: suite, run: run, call: suite.id)
    let isStraight = suite.isStraight
    let outcome = await WorkflowRunner(frame: frame).run(arguments: [:], finished: progress.values) { index, record in
      if isStraight { await reporter.report(index, record) }
    }
    for (index, record) in outcome.records.sorted(by: { $0.key < $1.key }) { await reporter.report(index, record) }
    await reporter.reportRest(because: outcome.failure ?? "the workflow ended before")
    return outcome
  }
}
