import HTTP
import JSON
import RFC3339
import RunModel

/// Sends one request and holds the answer to the API's document.
struct ExchangeRunner: Sendable {
  let run: SuiteRun
  let linked: LinkedOperation
  /// The step or generated case that sends it.
  let name: String
  /// What the request is sent to show.
  var intent = RequestIntent.scripted
  /// Checks that the case is not held to, beside those that the operation excepts.
  var exceptions: Set<String> = []

  /// What came of a request.
  struct Outcome: Sendable {
    /// The ways in which an exchange can end.
    enum Result: Sendable {
      case answered(ObservedExchange, HTTPResponse)
      /// The service did not answer, or not in HTTP.
      case unanswered(String)
      /// The request is none that can be sent.
      case refused(String)
      /// The run was ended meanwhile.
      case stopped
    }

    let result: Result
    /// Nil when nothing was sent.
    var recorded: RawExchange?
    var promisesKept = 0
    var brokenPromises: [CheckFailure] = []
  }

  /// Bytes of a body that are read; an endless one ends here.
  private static let bodyLimit = 8 << 20

  /// Makes the exchange.
  func exchange(_ prepared: PreparedRequest) async -> Outcome {
    let environment = run.environment
    let service = linked.api.service
    var request = prepared.request
    switch environment.health.admission(to: service) {
    case .open(let patience): request.timeout = patience
    case .refused(let reason): return Outcome(result: .unanswered(reason))
    }
    request.connectTimeout = request.timeout
    request.maximumBodyBytes = Self.bodyLimit
    request.bodyOverflow = .truncate
    run.secrets.learn(request, body: prepared.body)
    run.secrets.learn(prepared.pathParameters.mapValues { .string($0) })
    let startedAt = environment.clock.now()
    do {
      let response = try await environment.http.send(request)
      environment.health.answered(service)
      let body = MessageBody(response.body, isTruncated: response.bodyTruncated)
      run.secrets.learn(response, body: body)
      let observed = ObservedExchange(
        response, body: body, to: linked, intent: intent, request: prepared, at: environment.clock.now())
      environment.coverage.note(observed, request, of: linked)
      note(prepared, response, body)
      var outcome = Outcome(result: .answered(observed, response))
      outcome.recorded = RawExchange(request, .success(response), startedAt: startedAt)
      let judgement = CheckCatalog.judge(observed, exceptions: linked.settings.exceptedChecks.union(exceptions))
      outcome.promisesKept = judgement.kept
      outcome.brokenPromises = judgement.broken
      return outcome
    } catch {
      environment.health.failed(service, error, request: "\(linked.reference.method) \(linked.reference.path)")
      return Outcome(
        result: Self.result(of: error), recorded: RawExchange(request, .failure(error), startedAt: startedAt))
    }
  }

  /// Lets an audit after the contracts tell who wrote what.
  private func note(_ prepared: PreparedRequest, _ response: HTTPResponse, _ body: MessageBody) {
    guard let journal = run.environment.journal else { return }
    let request = WritingRequest(
      method: linked.reference.method, path: linked.reference.path, service: linked.api.service,
      status: response.status, caseID: CaseID(suite: run.id, name: name),
      requestID: prepared.request.headers[RequestBuilder.requestIDHeader])
    journal.note(request)
    let resources = WrittenResources(
      method: linked.reference.method, path: linked.reference.path, parameters: prepared.pathParameters,
      status: response.status, location: response.headers["Location"], answer: body.json
    ).all
    for (name, id) in resources { journal.note(request, wrote: name, id) }
  }

  private static func result(of error: HTTPError) -> Outcome.Result {
    switch error.code {
    case .invalidURL, .invalidRequest: .refused(error.message)
    case .cancelled where Task.isCancelled: .stopped
    case .connectionRefused, .timedOut, .reset, .resolve, .tls, .protocolViolation, .bodyTooLarge, .cancelled, .other:
      .unanswered(error.message)
    }
  }
}
