import HTTP
import JSON
import OpenAPI
import RFC3339
import RunModel
import SchemaSampling

/// Runs one generated case: gets its data, sends its requests, and makes a failing random one smaller.
struct GeneratedCaseRunner: Sendable {
  let suite: GeneratedSuite
  let generated: GeneratedCase
  let run: SuiteRun
  let data: DataSource

  /// Runs the case.
  func run() async -> StepRecord {
    var record = StepRecord(startedAt: run.environment.clock.now())
    let clock = ContinuousClock()
    let start = clock.now
    switch generated.content {
    case .request(let draft, let intent): _ = await send(draft, intent, &record)
    case .random(let subject, let isValid): await sendRandom(subject, isValid: isValid, &record)
    case .sequence(let draft, let followUp): await runSequence(draft, followUp, &record)
    }
    record.duration = clock.now - start
    return record
  }

  /// An answer with what it answered.
  struct Answer {
    let prepared: PreparedRequest
    let observed: ObservedExchange
    let response: HTTPResponse
    /// The request with its data, to be sent again.
    let draft: RequestDraft
  }

  /// Gets the data of the case, and sends a request; nil when there is no answer.
  func send(
    _ draft: RequestDraft, _ intent: RequestIntent, isConsumed: Bool = false, _ record: inout StepRecord
  ) async -> Answer? {
    do {
      let data = try await data.data(for: generated.name, isConsumed: isConsumed || suite.linked.operation.consumesData)
      return await exchange(draft.filled(with: data), intent, &record)
    } catch {
      record.error = error.reason
      return nil
    }
  }

  /// Sends a request that has its data.
  func exchange(
    _ draft: RequestDraft, _ intent: RequestIntent, to linked: LinkedOperation? = nil, _ record: inout StepRecord
  ) async -> Answer? {
    let linked = linked ?? suite.linked
    guard let root = run.environment.baseURLs[linked.api.service] else {
      record.error = "the service '\(linked.api.service)' is not running"
      return nil
    }
    let builder = RequestBuilder(
      linked: linked, baseURL: root + linked.api.basePath, requestID: run.nextRequestID(step: generated.name))
    do {
      return await exchange(try builder.request(for: draft), draft, intent, linked, &record)
    } catch {
      record.skipReason = "the request cannot be made: \(error.message)"
      return nil
    }
  }

  /// Sends a prepared request.
  func exchange(
    _ prepared: PreparedRequest, _ draft: RequestDraft, _ intent: RequestIntent, _ linked: LinkedOperation,
    _ record: inout StepRecord
  ) async -> Answer? {
    let outcome = await ExchangeRunner(
      run: run, linked: linked, name: generated.name, intent: intent, exceptions: suite.linked.settings.exceptedChecks
    ).exchange(prepared)
    record.add(outcome.recorded.map { [$0] } ?? [])
    switch outcome.result {
    case .answered(let observed, let response):
      record.checksPassed += outcome.promisesKept
      record.add(brokenPromises: outcome.brokenPromises)
      if outcome.brokenPromises.isEmpty {
        run.environment.log?.keep(
          ExchangeLog.Entry(
            id: CaseID(suite: suite.id, name: generated.name), linked: linked, request: prepared, response: response,
            body: observed.body, answeredAt: observed.answeredAt, intent: intent,
            exceptions: suite.linked.settings.exceptedChecks.union(linked.settings.exceptedChecks), scripted: nil))
      }
      return Answer(prepared: prepared, observed: observed, response: response, draft: draft)
    case .unanswered(let reason): record.error = "\(prepared.request.method) \(linked.reference.path): \(reason)"
    case .refused(let reason): record.skipReason = "the request cannot be sent: \(reason)"
    case .stopped: record.skipReason = StepRunner.stopped
    }
    return nil
  }

  // MARK: Random values

  private func sendRandom(
    _ subject: GeneratedCase.RandomSubject, isValid: Bool, _ record: inout StepRecord
  ) async {
    guard let request = RandomRequest(suite, generated, subject, isValid: isValid, seed: run.environment.seed) else {
      record.skipReason = "no \(isValid ? "valid" : "invalid") value was found for this seed"
      return
    }
    var first = record
    _ = await send(request.draft, request.intent, &first)
    guard !first.failures.isEmpty else {
      record = first
      return
    }
    record = await shrunk(request, after: first)
  }

  /// Requests that are sent to make one failing case smaller.
  private static let shrinkingLimit = 60

  /// The record of the simplest request found that fails in the same way, after that of the original one.
  private func shrunk(_ request: RandomRequest, after first: StepRecord) async -> StepRecord {
    let checks = Set(first.failures.map(\.check))
    var best = first, current = request
    var attempts = 0
    search: while attempts < Self.shrinkingLimit, !Task.isCancelled {
      for candidate in current.simplifications {
        guard attempts < Self.shrinkingLimit else { break search }
        attempts += 1
        var record = StepRecord(startedAt: run.environment.clock.now())
        _ = await send(candidate.draft, candidate.intent, &record)
        guard !checks.isDisjoint(with: record.failures.map(\.check)) else { continue }
        best = record
        current = candidate
        continue search
      }
      break
    }
    return best
  }
}

extension Operation {
  /// Whether a request that succeeds uses up what it names.
  var consumesData: Bool { method == "DELETE" }
}
