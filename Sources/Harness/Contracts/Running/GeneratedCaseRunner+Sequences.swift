import Arazzo
import HTTP
import JSON
import OpenAPI
import RunModel
import YAMLSource

extension GeneratedCaseRunner {
  /// Sends a valid request and, when it succeeded, what follows it.
  func runSequence(_ draft: RequestDraft, _ followUp: GeneratedCase.FollowUp, _ record: inout StepRecord) async {
    guard let first = await send(keyed(draft), .valid, &record) else { return }
    guard (200..<300).contains(first.response.status) else {
      if record.failures.isEmpty { record.skipReason = "nothing can follow an answer with \(first.response.status)" }
      return
    }
    switch followUp {
    case .repetition: _ = await exchange(first.draft, .repeated(status: first.response.status), &record)
    case .readDeleted: await readDeleted(first, &record)
    case .readCreated: await readCreated(first, &record)
    case .link(let status, let name): await follow(status: status, name, first, &record)
    }
  }

  /// The draft with an `Idempotency-Key` of its own, so that a repetition means the same.
  private func keyed(_ draft: RequestDraft) -> RequestDraft {
    let key = ParameterKey(.header, "Idempotency-Key")
    guard suite.linked.operation.parameter(named: key.name, in: key.location) != nil else { return draft }
    let text = InputDeclarations.unique(["\(run.environment.seed)", suite.id, generated.name])
    return draft.with(.string(text), for: key)
  }

  private func readDeleted(_ first: Answer, _ record: inout StepRecord) async {
    let operation = suite.linked.operation
    let reader = suite.linked.api.document.operations.first {
      $0.method == "GET" && $0.template.signature == operation.template.signature
    }
    guard let reader else { return }
    let linked = LinkedOperation(reader, of: suite.linked.api)
    // The two templates may name their variables differently.
    var values: [ParameterKey: JSONValue] = [:]
    for (own, other) in zip(operation.template.variables, reader.template.variables) {
      values[ParameterKey(.path, other)] = first.draft.values[ParameterKey(.path, own)]
    }
    guard let draft = await draft(for: linked, values, after: first, &record) else { return }
    _ = await exchange(draft, .deleted, to: linked, &record)
  }

  private func readCreated(_ first: Answer, _ record: inout StepRecord) async {
    let api = suite.linked.api
    guard first.response.status == 201 else {
      record.skipReason = "nothing was created: the answer was \(first.response.status)"
      return
    }
    guard let location = first.response.headers["Location"] else {
      record.skipReason = "the answer has no Location"
      return
    }
    guard let root = run.environment.baseURLs[api.service], let path = Self.path(of: location, below: root),
      path.hasPrefix(api.basePath),
      let match = api.document.match(method: "GET", path: String(path.dropFirst(api.basePath.utf8.count)))
    else {
      record.skipReason = "Location leads to nothing that the document describes: \(location)"
      return
    }
    let linked = LinkedOperation(match.operation, of: api)
    var values: [ParameterKey: JSONValue] = [:]
    for (name, text) in match.pathParameters { values[ParameterKey(.path, name)] = .string(text) }
    guard let draft = await draft(for: linked, values, after: first, &record) else { return }
    _ = await exchange(draft, .created, to: linked, &record)
  }

  /// The path of a reference that leads to the same server; nil for others.
  static func path(of reference: String, below root: String) -> String? {
    var rest = Substring(reference)
    if rest.contains("://") {
      guard rest.hasPrefix(root) else { return nil }
      rest = rest.dropFirst(root.count)
    }
    let path = rest.prefix { $0 != "?" && $0 != "#" }
    return path.hasPrefix("/") ? String(path) : nil
  }

  // MARK: Links

  private func follow(status: String, _ name: String, _ first: Answer, _ record: inout StepRecord) async {
    let links = suite.linked.operation.responses.first { $0.status == status }?.links ?? []
    guard first.observed.promise?.status == status, let link = links.first(where: { $0.name == name }),
      let target = suite.linked.api.document.target(of: link)
    else {
      record.skipReason = "the answer was \(first.response.status), which does not have the link"
      return
    }
    var context = StepContext()
    context.exchange = CurrentExchange(first.prepared, first.response, body: first.observed.body)
    let linked = LinkedOperation(target, of: suite.linked.api)
    var values: [ParameterKey: JSONValue] = [:]
    for argument in link.parameters {
      guard let key = Self.key(of: argument.name, in: target) else {
        record.unmet.append(
          Self.failure("'\(target.id)' has no parameter '\(argument.name)'", link, argument.value))
        continue
      }
      let value = try? ValueTemplate(argument.value).evaluate(in: context)
      // What has no value is not passed (OAS 3.1.1 section 4.8.20.3), which only hurts where it is required.
      guard target.parameter(named: key.name, in: key.location)?.isRequired == true else {
        values[key] = value
        continue
      }
      switch value {
      case nil:
        record.unmet.append(
          Self.failure("the link '\(name)' has no value for '\(argument.name)'", link, argument.value))
      case .null?:
        record.skipReason = "the link leads nowhere from this answer: '\(argument.name)' is null"
        return
      case let value?: values[key] = value
      }
    }
    guard record.unmet.isEmpty else { return }
    // Only what is safe is done just to see whether it works (RFC 9110 section 9.2.1).
    guard target.method == "GET" || target.method == "HEAD" else {
      record.checksPassed += 1
      return
    }
    guard let draft = await draft(for: linked, values, after: first, &record) else { return }
    _ = await exchange(draft, .linked(name: name), to: linked, &record)
  }

  /// The parameter that a link's argument is for: `id`, or `path.id` where several have the name.
  private static func key(of name: String, in operation: Operation) -> ParameterKey? {
    for location in Parameter.Location.allCases where name.hasPrefix("\(location.rawValue).") {
      let rest = String(name.dropFirst(location.rawValue.count + 1))
      if let parameter = operation.parameter(named: rest, in: location) { return ParameterKey(parameter) }
    }
    return operation.parameters.first { $0.name == name }.map { ParameterKey($0) }
  }

  private static func failure(_ message: String, _ link: Link, _ value: JSONValue) -> CheckFailure {
    CheckFailure(
      check: LinksHoldCheck().id, subject: .exchange, message: message, expectation: link.location,
      expected: "a value of \(DisplayText.short(value))", actual: "none")
  }

  // MARK: Requests that follow

  /// A request for another operation with the credentials of the first one, or those that are provided for it.
  private func draft(
    for linked: LinkedOperation, _ values: [ParameterKey: JSONValue], after first: Answer, _ record: inout StepRecord
  ) async -> RequestDraft? {
    var draft = RequestDraft(method: linked.operation.method)
    let documented = Set(suite.linked.operation.parameters.map { ParameterKey($0) })
    for (key, value) in first.draft.values where key.location == .header || key.location == .cookie {
      let isKnown = linked.operation.parameter(named: key.name, in: key.location) != nil
      if isKnown || !documented.contains(key) { draft.values[key] = value }
    }
    let provisions = run.environment.provisions.filter { $0.concerns(linked.operation, of: linked.api.service) }
    let source = DataSource(run: run, provisions: provisions, finished: data.finished)
    do {
      let data = try await source.data(for: "\(generated.name) follow-up", isConsumed: false)
      for (key, value) in data.parameters where draft.values[key] == nil && values[key] == nil {
        draft.values[key] = value
      }
    } catch {
      record.error = error.reason
      return nil
    }
    draft.values.merge(values) { $1 }
    return draft
  }
}
