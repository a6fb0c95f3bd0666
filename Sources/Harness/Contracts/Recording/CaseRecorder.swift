import Arazzo
import HTTP
import RFC3339
import RunModel
import YAMLSource

/// Turns what a step showed into the result that reports get: redacted, bounded, with the log of its time.
///
/// This is the only place where anything leaves the engine, so here, and nowhere else, secrets are blotted out.
struct CaseRecorder: Sendable {
  let secrets: SecretCatalog
  let logs: LogReader
  /// Whether the messages of generated cases that passed are kept as well.
  var keepsAll = false

  /// The result of a case.
  func result(of step: LinkedStep, in suite: String, _ record: StepRecord) async -> CaseResult {
    await result(
      id: CaseID(suite: suite, name: step.id), title: step.title, service: step.service, operation: step.operation,
      source: step.step.location, record)
  }

  /// The result of a generated case.
  func result(of generated: GeneratedCase, in suite: GeneratedSuite, _ record: StepRecord) async -> CaseResult {
    let operation = suite.linked.reference
    return await result(
      isLean: !keepsAll,
      id: CaseID(suite: suite.id, name: generated.name), title: "\(operation.id): \(generated.name)",
      service: operation.service, operation: operation, source: generated.source, record)
  }

  /// - Parameter isLean: leaves headers, bodies and the shell line out when the case passed: there are thousands of
  ///   these, and each can be repeated.
  private func result(
    isLean: Bool = false, id: CaseID, title: String, service: String, operation: OperationReference?,
    source: SourceLocation?,
    _ record: StepRecord
  ) async -> CaseResult {
    let status = status(of: record)
    return CaseResult(
      id: id, title: title, service: service, operation: operation, source: source, status: status,
      startedAt: record.startedAt,
      duration: record.duration, checksPassed: record.checksPassed, failures: record.failures.map(redacted),
      exchanges: record.exchanges.map { exchange($0, isLean: isLean && status == .passed) },
      logs: await excerpts(for: record, status))
  }

  private func status(of record: StepRecord) -> CaseResult.Status {
    if let error = record.error { return .errored(reason: secrets.redacted(error)) }
    if !record.failures.isEmpty { return .failed }
    if let reason = record.skipReason { return .skipped(reason: secrets.redacted(reason)) }
    return .passed
  }

  private func excerpts(for record: StepRecord, _ status: CaseResult.Status) async -> [LogExcerpt] {
    switch status {
    case .passed, .skipped: return []
    case .failed, .errored: break
    }
    let requestIDs = record.exchanges.compactMap { $0.request.headers[RequestBuilder.requestIDHeader] }
    let isUnanswered = record.error != nil && !record.exchanges.isEmpty
    return await logs.excerpts(from: record.startedAt, mentioning: requestIDs, waits: isUnanswered)
  }

  private func redacted(_ failure: CheckFailure) -> CheckFailure {
    let subject: CheckFailure.Subject =
      if case .criterion(let text) = failure.subject { .criterion(secrets.redacted(text)) } else { failure.subject }
    return CheckFailure(
      check: failure.check, subject: subject, message: secrets.redacted(failure.message),
      expectation: failure.expectation, expected: failure.expected.map { secrets.redacted($0) },
      actual: failure.actual.map { secrets.redacted($0) })
  }

  // MARK: Exchanges

  private func exchange(_ raw: RawExchange, isLean: Bool) -> Exchange {
    let request = Exchange.Request(
      method: raw.request.method, url: secrets.redacted(raw.request.url),
      headers: isLean ? [] : fields(raw.request.headers),
      body: raw.request.body.map { body($0[...], byteCount: $0.count, isTruncated: false, isLean: isLean) })
    let curl = isLean ? "" : CurlCommand(request: raw.request, secrets: secrets).line
    switch raw.outcome {
    case .success(let response):
      let answer = Exchange.Response(
        status: response.status, headers: isLean ? [] : fields(response.headers),
        body: body(
          response.body[...], byteCount: raw.responseByteCount, isTruncated: response.bodyTruncated, isLean: isLean))
      return Exchange(
        request: request, response: answer, error: nil, startedAt: raw.startedAt, timings: timings(response.timings),
        curl: curl)
    case .failure(let error):
      return Exchange(
        request: request, response: nil, error: secrets.redacted(error.message), startedAt: raw.startedAt,
        timings: error.timings.map(timings), curl: curl)
    }
  }

  private func fields(_ headers: HTTPHeaders) -> [Exchange.Field] {
    headers.fields.map { .init(name: $0.name, value: secrets.redacted($0.value)) }
  }

  private func body(
    _ bytes: ArraySlice<UInt8>, byteCount: Int, isTruncated: Bool, isLean: Bool
  ) -> Exchange.Body {
    if isLean { return .init(text: "", byteCount: byteCount, isTruncated: byteCount > 0) }
    let isCut = isTruncated || bytes.count > RawExchange.bodyLimit
    let shown = bytes.prefix(RawExchange.bodyLimit)
    guard let text = Self.text(shown, isCut: isCut) else {
      return .init(text: nil, byteCount: byteCount, isTruncated: isCut)
    }
    return .init(text: secrets.redacted(text, isCut: isCut), byteCount: byteCount, isTruncated: isCut)
  }

  /// The bytes as text, without a character that a cut went through; nil when they are no text.
  private static func text(_ bytes: ArraySlice<UInt8>, isCut: Bool) -> String? {
    for dropped in 0...(isCut ? 3 : 0) {
      if let text = String(validating: bytes.dropLast(dropped), as: UTF8.self) { return text }
    }
    return nil
  }

  private func timings(_ timings: HTTPTimings) -> Exchange.Timings {
    .init(
      nameLookup: timings.nameLookup, connect: timings.connect, tls: timings.tls, firstByte: timings.firstByte,
      total: timings.total)
  }
}
