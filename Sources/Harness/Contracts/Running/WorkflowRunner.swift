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
    var next: Int? = steps.isEmpty ? nil : 0
    while let index = next {
      guard !Task.isCancelled else {
        outcome.failure = outcome.failure ?? StepRunner.stopped
        break
      }
      let result = await StepRunner(frame: frame).run(steps[index], in: &context)
      if outcome.records[index] == nil {
        outcome.records[index] = result.record
      } else {
        outcome.records[index]?.add(laterRun: result.record)
      }
      outcome.failure = outcome.failure ?? result.failure
      if let record = outcome.records[index] { await stepFinished(index, record) }
      switch result.next {
      case .following: next = index + 1 < steps.count ? index + 1 : nil
      case .step(let id): next = steps.firstIndex { $0.id == id }
      case .end: next = nil
      }
    }
    for output in frame.suite.workflow.outputs {
      if let value = context.evaluated(output.expression) { context.outputs[output.name] = value }
    }
    frame.run.secrets.learn(context.outputs)
    outcome.values = WorkflowValues(inputs: context.inputs, outputs: context.outputs)
    return outcome
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
