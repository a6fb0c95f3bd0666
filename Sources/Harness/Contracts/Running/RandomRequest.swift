import JSON
import JSONSchema
import OpenAPI
import RunModel
import SchemaSampling

/// A request with one random part, which can be made simpler.
struct RandomRequest {
  let draft: RequestDraft
  let intent: RequestIntent
  private let suite: GeneratedSuite
  private let subject: GeneratedCase.RandomSubject
  private let value: JSONValue

  /// Times that a value is drawn for a parameter, whose text may turn out to be fit for nothing.
  private static let draws = 20

  /// Draws the value of a case; nil when none is found.
  init?(
    _ suite: GeneratedSuite, _ generated: GeneratedCase, _ subject: GeneratedCase.RandomSubject, isValid: Bool,
    seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed, name: "\(suite.id)/\(generated.name)")
    for _ in 0..<Self.draws {
      if isValid {
        guard let drawn = suite.sampler(of: subject)?.random(using: &generator) else { return nil }
        guard let value = suite.sendable(drawn, subject) else { continue }
        self.init(suite, subject, value, subjectPlace: nil, .valid)
        return
      }
      guard let sample = suite.sampler(of: subject)?.randomViolation(using: &generator) else { return nil }
      guard suite.isViolation(sample.value, subject) else { continue }
      let location = suite.linked.api.document.location(schemaURI: sample.schemaURI, pointer: sample.schema)
      let constraint = BrokenConstraint(description: suite.words(sample, subject), location: location)
      self.init(suite, subject, sample.value, subjectPlace: sample.instance, .invalid(constraint))
      return
    }
    return nil
  }

  private init(
    _ suite: GeneratedSuite, _ subject: GeneratedCase.RandomSubject, _ value: JSONValue, subjectPlace: JSONPointer?,
    _ intent: RequestIntent
  ) {
    self.suite = suite
    self.subject = subject
    self.value = value
    self.intent = intent
    switch subject {
    case .body: draft = suite.base.with(body: value, subject: subjectPlace)
    case .parameter(let key): draft = suite.base.with(value, for: key)
    }
  }

  /// Simpler requests of the same kind, simplest first.
  var simplifications: [RandomRequest] {
    guard let sampler = suite.sampler(of: subject) else { return [] }
    return sampler.simplifications(of: value).compactMap { simpler in
      let fits = intent == .valid ? suite.isSendable(simpler, subject) : suite.isViolation(simpler, subject)
      guard fits else { return nil }
      return RandomRequest(suite, subject, simpler, subjectPlace: draft.body?.subject, intent)
    }
  }
}

extension GeneratedSuite {
  /// Makes values for a part of the request.
  fileprivate func sampler(of subject: GeneratedCase.RandomSubject) -> SchemaSampler? {
    switch subject {
    case .body: samplers.body
    case .parameter(let key): samplers.parameters[key]
    }
  }

  private func parameter(_ subject: GeneratedCase.RandomSubject) -> Parameter? {
    guard case .parameter(let key) = subject else { return nil }
    return linked.operation.parameter(named: key.name, in: key.location)
  }

  fileprivate func isSendable(_ value: JSONValue, _ subject: GeneratedCase.RandomSubject) -> Bool {
    parameter(subject).map { ParameterReadings(of: value, for: $0).isSendable } ?? true
  }

  /// The value, or what is left of a text without the characters that its place cannot carry.
  fileprivate func sendable(_ value: JSONValue, _ subject: GeneratedCase.RandomSubject) -> JSONValue? {
    if isSendable(value, subject) { return value }
    guard let text = value.stringValue, let parameter = parameter(subject),
      let schema = (parameter.schema ?? parameter.content?.schema).flatMap(linked.api.schema)
    else { return nil }
    let plain = text.filter { $0.isASCII && !$0.isWhitespace && $0 != "/" }
    guard isSendable(.string(plain), subject), schema.isValid(.string(plain)) else { return .none }
    return .some(.string(plain))
  }

  fileprivate func isViolation(_ value: JSONValue, _ subject: GeneratedCase.RandomSubject) -> Bool {
    parameter(subject).map { ParameterReadings.isViolation(value, of: $0, in: linked.api) } ?? true
  }

  fileprivate func words(_ sample: Sample, _ subject: GeneratedCase.RandomSubject) -> String {
    switch subject {
    case .body: "body\(sample.description)"
    case .parameter(let key): "\(key.location.rawValue) \(key.name)\(sample.description)"
    }
  }
}
