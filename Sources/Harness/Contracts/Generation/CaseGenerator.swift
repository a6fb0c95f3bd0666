// Every case varies one thing of a request that is otherwise as simple as the document allows, so that a failure has one
// reason. The order is that of worth: when an operation has more cases than the limit, the last ones are left out, and
// edges and violations take turns so that neither starves the other.

import JSON
import JSONSchema
import OpenAPI
import RunModel
import SchemaSampling
import YAMLSource

/// How many cases are generated.
package struct GenerationLimits: Sendable, Hashable {
  /// Cases of one operation, at most.
  package var casesPerOperation: Int
  /// Random valid requests of one operation, and as many invalid ones.
  package var randomPerOperation: Int

  /// A hundred cases per operation, six of them random of each kind, unless given.
  package init(casesPerOperation: Int = 100, randomPerOperation: Int = 6) {
    self.casesPerOperation = max(0, casesPerOperation)
    self.randomPerOperation = max(0, randomPerOperation)
  }
}

/// Makes the cases of one operation.
struct CaseGenerator {
  let linked: LinkedOperation
  let provisions: [DataProvision]
  let samplers: RequestSamplers
  let base: RequestDraft
  /// Whether a request with everything that is required could be made.
  private let isComplete: Bool
  private(set) var problems: [String]

  var operation: Operation { linked.operation }

  /// Prepares the cases of an operation, with what workflows provide for it.
  init(_ linked: LinkedOperation, provisions: [DataProvision], patterns: PatternCache) {
    self.linked = linked
    self.provisions = provisions
    let samplers = RequestSamplers(linked, places: provisions.flatMap { $0.body.map(\.place) }, patterns: patterns)
    self.samplers = samplers
    var gaps: [String] = []
    base = Self.base(linked.operation, provisions, samplers, &gaps)
    isComplete = gaps.isEmpty
    problems = samplers.problems + gaps + Self.wrongExamples(of: linked, samplers.media)
  }

  /// Examples that their own schema refuses; they make no cases, since nobody knows which of the two is meant.
  private static func wrongExamples(of linked: LinkedOperation, _ media: MediaType?) -> [String] {
    let parameters = linked.operation.parameters.flatMap { parameter in
      parameter.examples.map { ($0, parameter.schema, "\(parameter.location.rawValue) \(parameter.name)") }
    }
    let bodies = (media?.examples ?? []).map { ($0, media?.schema, "the body") }
    return (parameters + bodies).compactMap { example, reference, place in
      guard let value = example.value, !linked.api.allows(value, by: reference) else { return nil }
      return "the example\(example.name.map { " '\($0)'" } ?? "") of \(place) is not what its schema allows"
    }
  }

  /// The simplest request: what is required, as simple as can be.
  private static func base(
    _ operation: Operation, _ provisions: [DataProvision], _ samplers: RequestSamplers, _ problems: inout [String]
  ) -> RequestDraft {
    var draft = RequestDraft(method: operation.method)
    for parameter in operation.parameters where parameter.isRequired && RequestSamplers.isSendable(parameter) {
      let key = ParameterKey(parameter)
      let candidates =
        parameter.examples.compactMap(\.value) + [samplers.parameters[key]?.simplest() ?? nil].compactMap { $0 }
      draft.values[key] = candidates.first { ParameterReadings(of: $0, for: parameter).isSendable }
      if draft.values[key] == nil, !provisions.contains(where: { $0.parameters.contains { $0.key == key } }) {
        problems.append("no value could be made for the \(parameter.location.rawValue) parameter '\(parameter.name)'")
      }
    }
    guard let media = samplers.media else { return draft }
    if let value = samplers.body?.simplest() ?? media.examples.compactMap(\.value).first {
      draft.body = RequestDraft.Body(contentType: media.contentType, content: .value(value))
    } else if media.schema == nil {
      draft.body = RequestDraft.Body(contentType: media.contentType, content: .value(.object(JSONObject())))
    } else {
      problems.append("no valid body could be made")
    }
    return draft
  }

  /// The suite, no larger than the limits.
  ///
  /// - Parameter prerequisites: workflows that must have run before.
  func suite(limits: GenerationLimits, prerequisites: [String]) -> GeneratedSuite {
    var cases: [GeneratedCase] = []
    if isComplete {
      cases += exampleCases() + missingCases() + protocolCases() + sequenceCases()
      let randoms = randomCases(limits.randomPerOperation)
      let room = max(0, limits.casesPerOperation - cases.count - randoms.count)
      let constraints = constraintCases()
      cases += constraints.prefix(room) + randoms
      let all = Self.withUniqueNames(cases)
      return suite(
        Array(all.prefix(limits.casesPerOperation)), prerequisites,
        omitted: constraints.count - min(room, constraints.count) + max(0, all.count - limits.casesPerOperation))
    }
    return suite([], prerequisites, omitted: 0)
  }

  private func suite(_ cases: [GeneratedCase], _ prerequisites: [String], omitted: Int) -> GeneratedSuite {
    GeneratedSuite(
      linked: linked, provisions: provisions, cases: cases, samplers: samplers, base: base,
      prerequisites: prerequisites, omittedCount: omitted, problems: problems)
  }

  /// Two constraints can read alike, such as those of two alternatives.
  private static func withUniqueNames(_ cases: [GeneratedCase]) -> [GeneratedCase] {
    var seen: [String: Int] = [:]
    return cases.map { candidate in
      let count = seen[candidate.name, default: 0] + 1
      seen[candidate.name] = count
      guard count > 1 else { return candidate }
      return GeneratedCase(
        name: "\(candidate.name) (\(count))", content: candidate.content, source: candidate.source)
    }
  }

  // MARK: Kinds of cases

  /// Documented examples, and the simplest request where there are none.
  private func exampleCases() -> [GeneratedCase] {
    var cases = [GeneratedCase(name: "valid: simplest", content: .request(base, .valid), source: operation.location)]
    for parameter in operation.parameters where RequestSamplers.isSendable(parameter) {
      for example in parameter.examples {
        guard let value = example.value, ParameterReadings(of: value, for: parameter).isSendable,
          linked.api.allows(value, by: parameter.schema)
        else { continue }
        cases.append(
          GeneratedCase(
            name: "valid: example \(example.name ?? "of") \(parameter.location.rawValue) \(parameter.name)",
            content: .request(base.with(value, for: ParameterKey(parameter)).asData(), .valid),
            source: example.location))
      }
    }
    for example in samplers.media?.examples ?? [] {
      guard let value = example.value, linked.api.allows(value, by: samplers.media?.schema) else { continue }
      cases.append(
        GeneratedCase(
          name: "valid: example \(example.name ?? "of the body")", content: .request(base.with(body: value), .valid),
          source: example.location))
    }
    return cases
  }

  /// Each required part left out alone; members of the body are left out by their schema's violations.
  private func missingCases() -> [GeneratedCase] {
    var cases: [GeneratedCase] = []
    for parameter in operation.parameters
    where parameter.isRequired && parameter.location != .path && RequestSamplers.isSendable(parameter) {
      let what = "\(parameter.location.rawValue) \(parameter.name)"
      cases.append(
        GeneratedCase(
          name: "missing: \(what)",
          content: .request(
            base.with(nil, for: ParameterKey(parameter)),
            .missing(BrokenConstraint(description: what, location: parameter.source))), source: parameter.source))
    }
    if let body = operation.requestBody, body.isRequired, base.body != nil {
      var draft = base
      draft.body = nil
      cases.append(
        GeneratedCase(
          name: "missing: the body",
          content: .request(draft, .missing(BrokenConstraint(description: "the body", location: body.location))),
          source: body.location))
    }
    return cases
  }

  /// Random values for the parts of the request in turns, as far as values of the kind can be made for them.
  private func randomCases(_ count: Int) -> [GeneratedCase] {
    let provided = Set(provisions.flatMap { $0.parameters.map(\.key) })
    var valid: [GeneratedCase.RandomSubject] = [], invalid: [GeneratedCase.RandomSubject] = []
    if let body = samplers.body {
      if !body.isOpaque { valid.append(.body) }
      if !body.violations().isEmpty { invalid.append(.body) }
    }
    for parameter in operation.parameters {
      let key = ParameterKey(parameter)
      guard let sampler = samplers.parameters[key] else { continue }
      if !samplers.opaque.contains(key), !provided.contains(key) { valid.append(.parameter(key)) }
      if !violations(of: parameter, sampler).isEmpty { invalid.append(.parameter(key)) }
    }
    return Self.inTurns([
      randomCases("random valid", valid, count, isValid: true),
      randomCases("random invalid", invalid, count, isValid: false),
    ])
  }

  private func randomCases(
    _ name: String, _ subjects: [GeneratedCase.RandomSubject], _ count: Int, isValid: Bool
  ) -> [GeneratedCase] {
    guard !subjects.isEmpty else { return [] }
    return (0..<count).map { number in
      GeneratedCase(
        name: "\(name) \(number + 1)", content: .random(subjects[number % subjects.count], isValid: isValid),
        source: operation.location)
    }
  }
}

extension RequestDraft {
  /// The draft whose values give way to data of the run.
  fileprivate func asData() -> RequestDraft {
    var draft = self
    draft.subjects = []
    return draft
  }
}
