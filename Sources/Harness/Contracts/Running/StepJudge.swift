import Arazzo
import HTTP
import JSON
import RunModel

/// Holds what a step brought to the step's own criteria, and takes its outputs.
struct StepJudge {
  let step: Step
  let patterns: PatternCache

  /// Judges an attempt that was answered; `isSuccess` says so far whether it may succeed.
  func judge(_ attempt: inout StepAttempt, in context: StepContext) {
    for criterion in step.successCriteria { judge(criterion, &attempt, in: context) }
    if step.successCriteria.isEmpty, let status = context.exchange?.response?.status, !(200..<400).contains(status) {
      // Without criteria, a step succeeds when HTTP says so.
      attempt.isSuccess = false
      attempt.unmet.append(
        CheckFailure(
          check: "success-criterion", subject: .status, message: "the step did not succeed", expectation: step.location,
          expected: "2xx or 3xx", actual: "\(status)"))
    }
    guard attempt.isSuccess else {
      attempt.outputs = [:]
      // What can be told all the same is for the steps that put things right.
      for output in step.outputs { attempt.remains[output.name] = context.evaluated(output.expression) }
      return
    }
    for output in step.outputs { take(output, &attempt, in: context) }
  }

  /// Judges what a read of a store found.
  func judge(_ read: StoreRead, _ attempt: inout StepAttempt, in context: StepContext) {
    for criterion in read.successCriteria { judge(criterion, check: StoreReads.check, &attempt, in: context) }
    guard attempt.isSuccess else { return }
    for output in read.outputs { take(output, from: "rows", &attempt, in: context) }
  }

  private func judge(
    _ criterion: Criterion, check: String = "success-criterion", _ attempt: inout StepAttempt, in context: StepContext
  ) {
    let outcome = criterion.evaluate(in: context, patterns: patterns)
    if outcome.isSatisfied {
      attempt.criteriaMet += 1
      return
    }
    attempt.isSuccess = false
    let seen = outcome.operands.map { "\($0.text) = \($0.value.map(DisplayText.short) ?? "absent")" }
    attempt.unmet.append(
      CheckFailure(
        check: check, subject: .criterion(outcome.condition), message: outcome.explanation,
        expectation: outcome.location, expected: outcome.condition,
        actual: seen.isEmpty ? nil : seen.joined(separator: ", ")))
  }

  /// A missing output fails the case, but not the step: what does not need it can go on.
  private func take(
    _ output: Output, from source: String = "answer", _ attempt: inout StepAttempt, in context: StepContext
  ) {
    if let value = context.evaluated(output.expression) {
      attempt.outputs[output.name] = value
      return
    }
    attempt.unmet.append(
      CheckFailure(
        check: "step-output", subject: .criterion("\(output.expression)"),
        message: "the output '\(output.name)' has no value: \(output.expression) is not in the \(source)",
        expectation: output.location, expected: "a value", actual: "none"))
  }
}
