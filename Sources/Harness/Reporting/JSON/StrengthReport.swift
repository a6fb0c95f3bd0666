import JSON
package import RunModel

/// The strength of suites as `strength.json`, for programs.
package struct StrengthReport {
  /// File name within the reports folder.
  package static let fileName = "strength.json"

  private let strength: SuiteStrength

  /// Reports a strength.
  package init(_ strength: SuiteStrength) { self.strength = strength }

  /// The whole report.
  package func render() -> String {
    let figure = strength.figure
    let checks = Dictionary(grouping: strength.trials.compactMap(\.outcome.check), by: \.self)
    return JSONValue.object([
      "format": "concord-strength", "version": "1.0",
      "noticed": .whole(figure.noticed), "total": .whole(figure.total),
      "carried": .whole(strength.trials(.carried).count), "mutants": .whole(strength.mutantCount),
      "noticedBy": .object(
        JSONObject(checks.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.whole($0.value.count)) })),
      "unnoticed": .array(strength.trials(.unnoticed).map(\.json)),
      "carriedOn": .array(strength.trials(.carried).map(\.json)),
    ]).serialized(.pretty) + "\n"
  }
}

extension SuiteStrength.Outcome {
  fileprivate var check: String? { if case .noticed(let check) = self { check } else { nil } }
}

extension SuiteStrength.Trial {
  fileprivate var json: JSONValue {
    .object([
      "service": .string(mutation.operation.service), "operation": .string(mutation.operation.id),
      "status": .whole(mutation.status), "place": .string(mutation.place), "mutation": .string(mutation.kind),
      "example": .string(example.description),
    ])
  }
}
