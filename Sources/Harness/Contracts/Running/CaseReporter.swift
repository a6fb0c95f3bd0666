import RFC3339
import RunModel

/// Reports the cases of one suite, each exactly once.
struct CaseReporter {
  private let suite: WorkflowSuite
  private let run: SuiteRun
  private let events: EventStream
  private let recorder: CaseRecorder
  private var reported: Set<Int> = []

  init(suite: WorkflowSuite, run: SuiteRun, events: EventStream) {
    self.suite = suite
    self.run = run
    self.events = events
    recorder = CaseRecorder(secrets: run.secrets, logs: run.environment.logs)
  }

  /// Reports the case of a step, unless it has been.
  mutating func report(_ index: Int, _ record: StepRecord) async {
    guard reported.insert(index).inserted else { return }
    let result = await recorder.result(of: suite.steps[index], in: suite.id, record)
    events.emit(.caseFinished(result))
    run.environment.failures.note(result.status)
  }

  /// Reports the cases of all steps that never ran.
  mutating func reportRest(because reason: String) async {
    for index in suite.steps.indices where !reported.contains(index) {
      var record = StepRecord(startedAt: run.environment.clock.now())
      record.skipReason = reason
      await report(index, record)
    }
  }
}
