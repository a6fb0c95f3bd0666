// A workflow is a small program: steps in order, with jumps, repetitions and calls of other workflows. A step that
// failed fails the workflow, also where an action leads on from it: such a way is for cleaning up, and what it was
// cleaned up after must not look well. A suite that is content with either answer says so in its criteria.

import Arazzo
import JSON

/// What became of a workflow.
struct WorkflowOutcome: Sendable {
  /// What the steps showed that ran, by their position.
  var records: [Int: StepRecord] = [:]
  var values = WorkflowValues()
  /// Why the workflow did not reach its goal; nil when it did.
  var failure: String?

  /// Takes what a run of a step showed.
  ///
  /// - Parameter isAfterwards: where there is nothing to put right, nothing has failed.
  fileprivate mutating func take(_ result: StepRunner.Result, of index: Int, isAfterwards: Bool = false) {
    if records[index] == nil {
      records[index] = result.record
    } else {
      records[index]?.add(laterRun: result.record)
    }
    if result.record.skipReason == nil || !isAfterwards { failure = failure ?? result.failure }
  }
}

/// Runs one workflow from its first step to its end.
struct WorkflowRunner: Sendable {
  let frame: CallFrame

  /// Runs the workflow.
  ///
  /// - Parameters:
  ///   - arguments: inputs that override those of the stack.
  ///   - workflows: what the workflows came to that have run before.
  ///   - stepFinished: told after every run of a step, with all that its runs have shown so far.
  func run(
    arguments: [String: JSONValue], finished workflows: [String: WorkflowValues],
    stepFinished: (_ index: Int, _ record: StepRecord) async -> Void = { _, _ in }
  ) async -> WorkflowOutcome {
    var context = context(arguments, workflows)
    var outcome = WorkflowOutcome()
    let steps = frame.suite.steps
    let after = Set(frame.suite.workflow.after.map(\.id))
    var next = steps.firstIndex { !after.contains($0.id) }
    while let index = next {
      guard !Task.isCancelled else {
        outcome.failure = outcome.failure ?? StepRunner.stopped
        break
      }
      let result = await StepRunner(frame: frame).run(steps[index], in: &context)
      outcome.take(result, of: index)
      if let record = outcome.records[index] { await stepFinished(index, record) }
      switch result.next {
      case .following: next = steps.indices.first { $0 > index && !after.contains(steps[$0].id) }
      case .step(let id): next = steps.firstIndex { $0.id == id }
      case .end: next = nil
      }
    }
    if !after.isEmpty, !outcome.records.isEmpty {
      let results = await resultsAfterwards(of: steps.indices.filter { after.contains(steps[$0].id) }, in: context)
      for (index, result) in results.steps {
        outcome.take(result, of: index, isAfterwards: true)
        if let record = outcome.records[index] { await stepFinished(index, record) }
      }
      context = results.context
    }
    for output in frame.suite.workflow.outputs {
      if let value = context.evaluated(output.expression) { context.outputs[output.name] = value }
    }
    frame.run.secrets.learn(context.outputs)
    outcome.values = WorkflowValues(inputs: context.inputs, outputs: context.outputs)
    return outcome
  }

  /// Time that the steps afterwards get when somebody has ended the run.
  private static let grace = Duration.seconds(5)

  /// Runs steps one after the other, whatever became of those before, and whether or not the run is being ended.
  private func resultsAfterwards(
    of indices: [Int], in context: StepContext
  ) async -> (steps: [(Int, StepRunner.Result)], context: StepContext) {
    // A task of its own does not notice that this one is cancelled.
    let work = Task { [frame] in
      var context = context
      for (id, values) in context.remains { context.steps[id] = values }
      var results: [(Int, StepRunner.Result)] = []
      for index in indices {
        results.append(
          (index, await StepRunner(frame: frame, isAfterwards: true).run(frame.suite.steps[index], in: &context)))
      }
      return (results, context)
    }
    return await withTaskCancellationHandler {
      await work.value
    } onCancel: {
      Task {
        try? await Task.sleep(for: Self.grace)
        work.cancel()
      }
    }
  }

  private func context(_ arguments: [String: JSONValue], _ workflows: [String: WorkflowValues]) -> StepContext {
    let environment = frame.environment
    var context = StepContext()
    context.inputs = frame.suite.inputs.values(
      provided: environment.inputs.merging(arguments) { $1 }, seed: environment.seed, call: frame.call)
    context.workflows = workflows
    context.workflows[frame.suite.id] = WorkflowValues(inputs: context.inputs)
    context.sources = frame.suite.services.compactMapValues { environment.baseURLs[$0] }
    // In the order of their names, so that variables are numbered alike in every run.
    for (name, value) in context.inputs.sorted(by: { $0.key < $1.key }) {
      frame.run.secrets.learn(value, named: name)
      if frame.suite.inputs.secretNames.contains(name), let text = value.stringValue {
        frame.run.secrets.learn(secret: text, named: name)
      }
    }
    return context
  }
}
