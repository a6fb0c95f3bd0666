import Arazzo
import HTTP
import JSON
import RunModel

/// One attempt of a step that calls an operation.
struct OperationStep: Sendable {
  let frame: CallFrame
  let step: Step
  let linked: LinkedOperation
  /// Whether the step runs at the end of the workflow in any case.
  var isAfterwards = false

  /// Sends the request and holds the answer to the API's document and the step's criteria.
  func attempt(in context: inout StepContext) async -> StepAttempt {
    var attempt = StepAttempt()
    let api = linked.api
    guard let root = frame.environment.baseURLs[api.service] else {
      attempt.error = "the service '\(api.service)' is not running"
      return attempt
    }
    let builder = RequestBuilder(
      linked: linked, baseURL: root + api.basePath, requestID: frame.run.nextRequestID(step: step.id))
    let prepared: PreparedRequest
    do {
      prepared = try builder.request(for: step, in: context)
    } catch {
      attempt.refuse(error, in: context, isAfterwards: isAfterwards)
      return attempt
    }
    let runner = ExchangeRunner(run: frame.run, linked: linked, name: step.id)
    let outcome = await runner.exchange(prepared)
    attempt.exchanges = outcome.recorded.map { [$0] } ?? []
    switch outcome.result {
    case .answered(let observed, let response):
      context.exchange = CurrentExchange(prepared, response, body: observed.body)
      attempt.promisesKept = outcome.promisesKept
      attempt.brokenPromises = outcome.brokenPromises
      attempt.isSuccess = true
      frame.environment.coverage.note(step, of: linked)
      attempt.requestedDelay = Self.requestedDelay(response)
      StepJudge(step: step, patterns: frame.environment.patterns).judge(&attempt, in: context)
      let findings = await StoreReads(frame: frame, step: step).judge(&attempt, in: context)
      keep(prepared, observed, response, attempt, context, findings)
    case .unanswered(let reason):
      context.exchange = CurrentExchange(prepared, nil, body: nil)
      attempt.error = "\(linked.reference.method) \(linked.reference.path): \(reason)"
    case .refused(let reason): attempt.refuse(RequestFault(reason, at: step.location), in: context)
    case .stopped: attempt.skipReason = StepRunner.stopped
    }
    return attempt
  }

  private func keep(
    _ prepared: PreparedRequest, _ observed: ObservedExchange, _ response: HTTPResponse, _ attempt: StepAttempt,
    _ context: StepContext, _ findings: [StoreReads.Finding]
  ) {
    guard let log = frame.environment.log, attempt.isSuccess, attempt.brokenPromises.isEmpty, attempt.unmet.isEmpty
    else { return }
    log.keep(
      ExchangeLog.Entry(
        id: CaseID(suite: frame.suite.id, name: step.id), linked: linked, request: prepared, response: response,
        body: observed.body, answeredAt: observed.answeredAt, intent: observed.intent,
        exceptions: linked.settings.exceptedChecks,
        scripted: .init(
          suite: frame.suite, call: frame.call, step: step, context: context, outputs: attempt.outputs,
          findings: findings)))
  }

  /// The seconds of `Retry-After` (RFC 9110 section 10.2.3); a date there is left to the workflow's own delay.
  private static func requestedDelay(_ response: HTTPResponse) -> Duration? {
    response.headers["Retry-After"].flatMap { UInt32($0) }.map { .seconds(Int($0)) }
  }
}
