import JSON
import JSONSchema
import OpenAPI
import RunModel
import SchemaSampling
import YAMLSource

extension CaseGenerator {
  /// Every constraint at its edge and broken, the two kinds and all parts of the request taking turns.
  func constraintCases() -> [GeneratedCase] {
    var columns: [[GeneratedCase]] = []
    for parameter in operation.parameters where RequestSamplers.isSendable(parameter) {
      guard let sampler = samplers.parameters[ParameterKey(parameter)] else { continue }
      columns.append(edges(of: parameter, sampler))
      columns.append(violations(of: parameter, sampler))
    }
    if let sampler = samplers.body, base.body != nil {
      columns.append(sampler.edges().map { bodyCase($0, isValid: true) })
      columns.append(sampler.violations().map { bodyCase($0, isValid: false) })
      columns.append(pinnedViolations())
      columns.append(contentCases())
    }
    return Self.inTurns(columns)
  }

  static func inTurns(_ columns: [[GeneratedCase]]) -> [GeneratedCase] {
    let height = columns.map(\.count).max() ?? 0
    return (0..<height).flatMap { row in columns.compactMap { row < $0.count ? $0[row] : nil } }
  }

  // MARK: Parameters

  private func edges(of parameter: Parameter, _ sampler: SchemaSampler) -> [GeneratedCase] {
    let key = ParameterKey(parameter)
    // Data of the run would take the place of the value.
    guard !samplers.opaque.contains(key), !provisions.contains(where: { $0.parameters.contains { $0.key == key } })
    else {
      return []
    }
    return sampler.edges(includingSimplest: !parameter.isRequired).filter {
      ParameterReadings(of: $0.value, for: parameter).isSendable
    }.map { sample in
      GeneratedCase(
        name: "valid: \(words(sample, of: parameter))",
        content: .request(base.with(sample.value, for: key), .valid), source: location(of: sample) ?? parameter.source)
    }
  }

  func violations(of parameter: Parameter, _ sampler: SchemaSampler) -> [GeneratedCase] {
    sampler.violations().filter {
      ParameterReadings.isViolation($0.value, of: parameter, in: linked.api)
    }.map { sample in
      let words = words(sample, of: parameter)
      let source = location(of: sample) ?? parameter.source
      return GeneratedCase(
        name: "invalid: \(words)",
        content: .request(
          base.with(sample.value, for: ParameterKey(parameter)),
          .invalid(BrokenConstraint(description: words, location: source))), source: source)
    }
  }

  private func words(_ sample: Sample, of parameter: Parameter) -> String {
    "\(parameter.location.rawValue) \(parameter.name)\(sample.description)"
  }

  // MARK: Body

  private func bodyCase(_ sample: Sample, isValid: Bool) -> GeneratedCase {
    let words = "body\(sample.description)"
    let source = location(of: sample) ?? operation.requestBody?.location
    if isValid {
      return GeneratedCase(
        name: "valid: \(words)", content: .request(base.with(body: sample.value), .valid), source: source)
    }
    let isMissing = sample.keyword == "required"
    let constraint = BrokenConstraint(description: words, location: source)
    return GeneratedCase(
      name: "\(isMissing ? "missing" : "invalid"): \(words)",
      content: .request(
        base.with(body: sample.value, subject: sample.instance), isMissing ? .missing(constraint) : .invalid(constraint)
      ),
      source: source)
  }

  /// What breaks the places that data of the run would fill.
  private func pinnedViolations() -> [GeneratedCase] {
    guard let sampler = samplers.unpinnedBody else { return [] }
    let places = provisions.flatMap { $0.body.map(\.place) }
    return sampler.violations().filter { sample in
      places.contains { sample.subject.tokens.starts(with: $0.tokens) }
    }.map { sample in
      let broken = bodyCase(sample, isValid: false)
      guard case .request(var draft, let intent) = broken.content else { return broken }
      draft.body?.subject = sample.subject
      return GeneratedCase(name: broken.name, content: .request(draft, intent), source: broken.source)
    }
  }

  /// A body that is not what its content type says, and one in a content type that is not documented.
  private func contentCases() -> [GeneratedCase] {
    guard let body = operation.requestBody, let media = samplers.media, media.isJSON else { return [] }
    func request(_ bytes: String, _ contentType: String, _ words: String) -> GeneratedCase {
      var draft = base
      draft.body = RequestDraft.Body(contentType: contentType, content: .bytes(Array(bytes.utf8)))
      return GeneratedCase(
        name: "invalid: \(words)",
        content: .request(draft, .invalid(BrokenConstraint(description: words, location: body.location))),
        source: body.location)
    }
    var cases = [
      request("{\"broken\":", media.contentType, "body JSON that breaks off"),
      request("[1,]", media.contentType, "body JSON with a comma too many"),
    ]
    if body.content.best(for: "application/x-concord") == nil {
      cases.append(request("a body", "application/x-concord", "body in an undocumented content type"))
    }
    return cases
  }

  private func location(of sample: Sample) -> SourceLocation? {
    linked.api.document.location(schemaURI: sample.schemaURI, pointer: sample.schema)
  }
}

extension Sample {
  /// The place that the sample is about: of a missing member, the member.
  fileprivate var subject: JSONPointer { instance }
}
