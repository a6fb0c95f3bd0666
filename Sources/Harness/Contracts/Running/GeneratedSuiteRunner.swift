import RFC3339
import RunModel

/// Runs the generated cases of one operation.
struct GeneratedSuiteRunner: Sendable {
  let suite: GeneratedSuite
  let run: SuiteRun
  let events: EventStream
  /// Cases that may run at the same time, where they cannot get into each other's way.
  let width: Int

  /// Runs all cases; each is reported exactly once.
  func run(after progress: SuiteSchedule.Progress) async {
    let data = DataSource(run: run, provisions: suite.provisions, finished: progress.values)
    let recorder = CaseRecorder(
      secrets: run.secrets, logs: run.environment.logs, keepsAll: run.environment.limits.keepsMessages)
    let width = suite.isParallel ? width : 1
    await withTaskGroup(of: Void.self) { group in
      var running = 0
      for generated in suite.cases {
        if running == width {
          await group.next()
          running -= 1
        }
        running += 1
        group.addTask {
          let record = await self.record(of: generated, data)
          let result = await recorder.result(of: generated, in: suite, record)
          events.emit(.caseFinished(result))
          self.run.environment.failures.note(result.status)
        }
      }
    }
  }

  private func record(of generated: GeneratedCase, _ data: DataSource) async -> StepRecord {
    guard !Task.isCancelled else { return skipped(because: StepRunner.stopped) }
    return await GeneratedCaseRunner(suite: suite, generated: generated, run: run, data: data).run()
  }

  /// Reports all cases as skipped.
  func skip(because reason: String) async {
    let recorder = CaseRecorder(secrets: run.secrets, logs: run.environment.logs)
    for generated in suite.cases {
      events.emit(.caseFinished(await recorder.result(of: generated, in: suite, skipped(because: reason))))
    }
  }

  private func skipped(because reason: String) -> StepRecord {
    var record = StepRecord(startedAt: run.environment.clock.now())
    record.skipReason = reason
    return record
  }
}
