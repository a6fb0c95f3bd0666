// A step is attempted until it succeeds, or no action wants another attempt. Promises of the API that an attempt broke
// count even when a later attempt succeeds: a repetition excuses that something is not there yet, never an answer that
// the document does not allow.

import Arazzo
import JSON
import RFC3339
import RunModel

/// Runs one step of a workflow to its end, with repetitions and with what its actions call.
struct StepRunner: Sendable {
  let frame: CallFrame
  /// Whether the step runs at the end of the workflow in any case.
  var isAfterwards = false

  /// Where control goes after a step.
  enum Next: Sendable {
    case following
    case step(String)
    case end
  }

  /// What became of a step.
  struct Result: Sendable {
    let record: StepRecord
    let next: Next
    /// Why the step did not succeed; nil when it did.
    let failure: String?
  }

  /// Why a step was not finished in a run that someone ended.
  static let stopped = "the run was stopped"
  /// Workflows that may wait for each other's return.
  private static let depthLimit = 10
  /// The longest delay that an answer may ask for with `Retry-After`.
  private static let longestRequestedDelay = Duration.seconds(30)

  /// Runs the step.
  func run(_ linked: LinkedStep, in context: inout StepContext) async -> Result {
    let clock = ContinuousClock()
    let start = clock.now
    var record = StepRecord(startedAt: frame.environment.clock.now())
    var flow = StepFlow(linked.step, patterns: frame.environment.patterns)
    while true {
      let attempt = await attempt(linked, in: &context)
      record.checksPassed += attempt.promisesKept
      record.add(brokenPromises: attempt.brokenPromises)
      record.add(attempt.exchanges)
      context.steps[linked.id] = attempt.outputs
      context.remains[linked.id] = attempt.isSuccess ? nil : attempt.remains
      frame.run.secrets.learn(attempt.outputs)
      frame.run.secrets.learn(attempt.remains)
      let decision = flow.decision(after: attempt, in: context)
      if case .retry(let delay, let via) = decision {
        if let via { await call(via, for: &record, in: &context) }
        let wait = min(attempt.requestedDelay ?? delay, max(delay, Self.longestRequestedDelay))
        if (try? await clock.sleep(for: wait)) != nil, !Task.isCancelled {
          record.unmet = []
          record.error = nil
          continue
        }
      }
      let result = await settle(linked, attempt, decision, &record, in: &context)
      record.duration = clock.now - start
      return Result(record: record, next: result.next, failure: result.failure)
    }
  }

  /// Takes the last attempt's verdict into the record, and does what the decision demands.
  private func settle(
    _ linked: LinkedStep, _ attempt: StepAttempt, _ decision: StepFlow.Decision, _ record: inout StepRecord,
    in context: inout StepContext
  ) async -> (next: Next, failure: String?) {
    record.checksPassed += attempt.criteriaMet
    record.unmet += attempt.unmet
    record.error = record.error ?? attempt.error
    record.skipReason = attempt.skipReason
    var failure = attempt.isSuccess ? nil : attempt.skipReason ?? "the step '\(linked.id)' did not succeed"
    switch decision {
    case .proceed: return (.following, failure)
    case .end, .retry: return (.end, failure)
    case .go(.step(let id)):
      guard frame.run.mayJump() else {
        record.unmet.append(Self.endless(linked.step))
        return (.end, "the workflow comes to no end")
      }
      return (.step(id), failure)
    case .go(.workflow(let reference)):
      // Control does not come back (Arazzo 1.0.1, Success Action Object), so what happens there is this step's doing.
      let called = await callWorkflow(reference.id, arguments: [:], in: &context)
      absorb(called, into: &record)
      failure = failure ?? called.failure.map { "the workflow '\(reference.id)' did not succeed: \($0)" }
      if called.failure == Self.stopped {
        record.skipReason = record.skipReason ?? Self.stopped
      } else if called.failure != nil, record.failures.isEmpty, record.error == nil {
        record.unmet.append(Self.unsuccessful(reference.id, called.failure, linked.step))
      }
      return (.end, failure)
    }
  }

  private func attempt(_ linked: LinkedStep, in context: inout StepContext) async -> StepAttempt {
    context.exchange = nil
    switch linked.target {
    case .operation(let operation):
      return await OperationStep(
        frame: frame, step: linked.step, linked: operation, isAfterwards: isAfterwards
      ).attempt(in: &context)
    case .workflow(let id): return await attempt(linked.step, calling: id, in: &context)
    }
  }

  // MARK: Calls

  /// A step that calls a workflow succeeds when that does, and its criteria hold on its outputs.
  private func attempt(_ step: Step, calling id: String, in context: inout StepContext) async -> StepAttempt {
    var attempt = StepAttempt()
    var arguments: [String: JSONValue] = [:]
    for parameter in step.parameters {
      do {
        arguments[parameter.name] = try parameter.value.evaluate(in: context)
      } catch {
        attempt.refuse(RequestFault(error, at: parameter.source), in: context, isAfterwards: isAfterwards)
        return attempt
      }
    }
    let called = await callWorkflow(id, arguments: arguments, in: &context)
    attempt.absorb(called)
    context.outputs = called.values.outputs
    defer { context.outputs = [:] }
    attempt.outputs = called.values.outputs
    guard called.failure == nil else {
      if called.failure == Self.stopped {
        attempt.skipReason = Self.stopped
      } else if attempt.unmet.isEmpty, attempt.error == nil {
        attempt.unmet = [Self.unsuccessful(id, called.failure, step)]
      }
      return attempt
    }
    attempt.isSuccess = true
    StepJudge(step: step, patterns: frame.environment.patterns).judge(&attempt, in: context)
    _ = await StoreReads(frame: frame, step: step).judge(&attempt, in: context)
    return attempt
  }

  /// Does what a repetition wants to happen before.
  private func call(_ target: ActionTarget, for record: inout StepRecord, in context: inout StepContext) async {
    switch target {
    case .workflow(let reference):
      absorb(await callWorkflow(reference.id, arguments: [:], in: &context), into: &record)
    case .step(let id):
      guard let linked = frame.suite.steps.first(where: { $0.id == id }) else { return }
      let attempt = await attempt(linked, in: &context)
      record.checksPassed += attempt.promisesKept
      record.add(brokenPromises: attempt.brokenPromises)
      record.add(attempt.exchanges)
      context.steps[id] = attempt.outputs
      frame.run.secrets.learn(attempt.outputs)
    }
  }

  private func callWorkflow(
    _ id: String, arguments: [String: JSONValue], in context: inout StepContext
  ) async -> WorkflowOutcome {
    guard frame.depth < Self.depthLimit, frame.run.mayJump() else {
      return WorkflowOutcome(failure: "the calls of workflows come to no end")
    }
    guard let suite = frame.environment.workflows[id] else {
      return WorkflowOutcome(failure: "there is no workflow '\(id)'")
    }
    let child = CallFrame(suite: suite, run: frame.run, call: frame.run.nextCall(), depth: frame.depth + 1)
    let outcome = await WorkflowRunner(frame: child).run(arguments: arguments, finished: context.workflows)
    context.workflows[id] = outcome.values
    return outcome
  }

  private func absorb(_ outcome: WorkflowOutcome, into record: inout StepRecord) {
    for (_, other) in outcome.records.sorted(by: { $0.key < $1.key }) { record.absorb(other) }
  }

  // MARK: Failures of the workflow itself

  private static func endless(_ step: Step) -> CheckFailure {
    CheckFailure(
      check: "workflow-end", subject: .exchange,
      message: "the workflow made \(SuiteRun.jumpLimit) jumps without coming to an end", expectation: step.location)
  }

  private static func unsuccessful(_ workflow: String, _ reason: String?, _ step: Step) -> CheckFailure {
    CheckFailure(
      check: "called-workflow", subject: .exchange,
      message: "the workflow '\(workflow)' did not succeed: \(reason ?? "for no known reason")",
      expectation: step.targetLocation)
  }
}
