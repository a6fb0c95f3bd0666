import Arazzo
import HTTP
import JSON
import RunModel

/// Holds a mutated answer to everything that its original was held to, without a network.
struct MutantJudge {
  let patterns: PatternCache

  /// Whether anything notices.
  ///
  /// - Parameter later: the exchanges that followed in the same run of the workflow.
  func outcome(
    _ response: HTTPResponse, _ body: MessageBody, of entry: ExchangeLog.Entry, later: ArraySlice<ExchangeLog.Entry>
  ) -> SuiteStrength.Outcome {
    let observed = ObservedExchange(
      response, body: body, to: entry.linked, intent: entry.intent, request: entry.request, at: entry.answeredAt)
    if let failure = CheckCatalog.judge(observed, exceptions: entry.exceptions).broken.first {
      return .noticed(by: failure.check)
    }
    guard let scripted = entry.scripted else { return .unnoticed }
    var context = scripted.context
    context.exchange = CurrentExchange(entry.request, response, body: body)
    var attempt = StepAttempt()
    attempt.isSuccess = true
    StepJudge(step: scripted.step, patterns: patterns).judge(&attempt, in: context)
    let isCarried = judge(scripted.findings, of: scripted.step, &attempt, in: context)
    if let failure = attempt.unmet.first { return .noticed(by: failure.check) }
    guard attempt.outputs != scripted.outputs else { return isCarried ? .carried : .unnoticed }
    return outcome(of: attempt.outputs, instead: scripted, later: later)
  }

  /// Holds what the reads of a step found to their criteria; true when a store would have been asked something else.
  private func judge(
    _ findings: [StoreReads.Finding], of step: Step, _ attempt: inout StepAttempt, in context: StepContext
  ) -> Bool {
    var isCarried = false
    for finding in findings where attempt.isSuccess {
      guard let query = try? StoreQuery(finding.read, in: context), query == finding.query else {
        isCarried = true
        continue
      }
      var context = context
      context.rows = finding.rows
      StepJudge(step: step, patterns: patterns).judge(finding.read, &attempt, in: context)
    }
    return isCarried
  }

  /// What the steps that follow make of other outputs.
  ///
  /// A request that would be another one ends what can be told without a network: what the service would have answered
  /// is not known.
  private func outcome(
    of outputs: [String: JSONValue], instead scripted: ExchangeLog.Scripted, later: ArraySlice<ExchangeLog.Entry>
  ) -> SuiteStrength.Outcome {
    var isCarried = changesOutputs(of: scripted, outputs, last: later.last?.scripted?.context ?? scripted.context)
    for entry in later {
      guard let other = entry.scripted, other.context.steps[scripted.step.id] == scripted.outputs else { continue }
      var context = other.context
      context.steps[scripted.step.id] = outputs
      let builder = RequestBuilder(linked: entry.linked, baseURL: "", requestID: "")
      guard let request = try? builder.request(for: other.step, in: context).request else {
        return .noticed(by: "step-input")
      }
      let original = try? builder.request(for: other.step, in: other.context).request
      guard request.url == original?.url, request.headers == original?.headers, request.body == original?.body else {
        isCarried = true
        continue
      }
      var attempt = StepAttempt()
      attempt.isSuccess = true
      context.exchange = CurrentExchange(entry.request, entry.response, body: entry.body)
      StepJudge(step: other.step, patterns: patterns).judge(&attempt, in: context)
      if judge(other.findings, of: other.step, &attempt, in: context) { isCarried = true }
      if let failure = attempt.unmet.first { return .noticed(by: failure.check) }
    }
    return isCarried ? .carried : .unnoticed
  }

  /// Whether the workflow would hand out something else to those that build on it.
  private func changesOutputs(
    of scripted: ExchangeLog.Scripted, _ outputs: [String: JSONValue], last: StepContext
  ) -> Bool {
    var original = last, mutated = last
    original.steps[scripted.step.id] = scripted.outputs
    mutated.steps[scripted.step.id] = outputs
    return scripted.suite.workflow.outputs.contains {
      original.evaluated($0.expression) != mutated.evaluated($0.expression)
    }
  }
}
