import JSON
import OpenAPI
import RunModel
import YAMLSource

extension CaseGenerator {
  /// What HTTP and the security requirements promise, whatever the data.
  func protocolCases() -> [GeneratedCase] { methodCases() + credentialCases() }

  // MARK: Methods

  /// Methods whose absence a service must tell; HEAD and OPTIONS are often answered without being documented.
  private static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]

  /// Methods that the path does not have; they are the cases of the first operation of the path.
  private func methodCases() -> [GeneratedCase] {
    let document = linked.api.document
    let own = document.operations.filter { $0.template.signature == operation.template.signature }
    guard own.first?.id == operation.id else { return [] }
    let documented = own.map(\.method).sorted()
    return Self.methods.filter { !documented.contains($0) }.compactMap { method in
      // Another template may match the path as well, and have the method.
      guard document.match(method: method, path: examplePath) == nil else { return nil }
      var draft = base
      draft.method = method
      draft.body = nil
      return GeneratedCase(
        name: "method: \(method)", content: .request(draft, .undocumentedMethod(documented: documented)),
        source: operation.location)
    }
  }

  private var examplePath: String {
    var path = operation.path
    for name in operation.template.variables {
      let value = base.values[ParameterKey(.path, name)].map(ParameterText.text) ?? "x"
      path = path.replacing("{\(name)}", with: value)
    }
    return path
  }

  // MARK: Credentials

  private func credentialCases() -> [GeneratedCase] {
    guard !operation.isPublic else { return [] }
    let carriers = credentialCarriers
    guard !carriers.isEmpty else { return [] }
    var without = base
    var forged = base
    for carrier in carriers {
      without = without.with(nil, for: carrier.key)
      forged = forged.with(.string(carrier.forged), for: carrier.key)
    }
    let source = operation.security.first?.location ?? operation.location
    return [
      GeneratedCase(
        name: "credentials: none", content: .request(without, .unauthenticated("without credentials")), source: source),
      GeneratedCase(
        name: "credentials: forged",
        content: .request(forged, .unauthenticated("with credentials that nobody issued")), source: source),
    ]
  }

  /// The parts of a request that carry credentials, with some that nobody has issued.
  private var credentialCarriers: [(key: ParameterKey, forged: String)] {
    var carriers: [ParameterKey: String] = [:]
    for part in operation.security.flatMap(\.parts) {
      guard let scheme = linked.api.document.securitySchemes[part.scheme] else { continue }
      switch scheme.kind {
      case .apiKey(let name, let location): carriers[ParameterKey(location, name)] = "nobody-issued-this"
      case .http(let scheme, _):
        // "nobody:nobody" in Base64 (RFC 7617).
        carriers[ParameterKey(.header, "Authorization")] =
          scheme == "basic" ? "Basic bm9ib2R5Om5vYm9keQ==" : "\(scheme.capitalizedFirst) nobody-issued-this"
      case .oauth2, .openIDConnect: carriers[ParameterKey(.header, "Authorization")] = "Bearer nobody-issued-this"
      case .mutualTLS, .remote: continue
      }
    }
    return carriers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  // MARK: Sequences

  /// What must hold after a request that succeeded.
  func sequenceCases() -> [GeneratedCase] {
    var cases: [GeneratedCase] = []
    func add(_ name: String, _ followUp: GeneratedCase.FollowUp, _ source: SourceLocation) {
      cases.append(GeneratedCase(name: "sequence: \(name)", content: .sequence(base, followUp), source: source))
    }
    let created = operation.responses.first { $0.status == "201" }
    if operation.method == "POST" || operation.method == "PUT", let created,
      created.headers.contains(where: { $0.name.lowercased() == "location" })
    {
      add("what was created can be read", .readCreated, created.location)
    }
    // What is left of a collection that was emptied is an empty collection, and no resource that is gone.
    if operation.method == "DELETE", operation.template.segments.last?.contains(where: \.isVariable) == true {
      let readers = linked.api.document.operations.filter {
        $0.method == "GET" && $0.template.signature == operation.template.signature
      }
      if let reader = readers.first { add("what was deleted is gone", .readDeleted, reader.location) }
    }
    if operation.method == "DELETE" || operation.method == "PUT" || hasIdempotencyKey {
      add("the same request again", .repetition, operation.location)
    }
    for response in operation.responses where response.status.hasPrefix("2") {
      for link in response.links where linked.api.document.target(of: link) != nil {
        add("link \(link.name)", .link(status: response.status, name: link.name), link.location)
      }
    }
    return cases
  }

  private var hasIdempotencyKey: Bool { operation.parameter(named: "Idempotency-Key", in: .header) != nil }
}

extension PathTemplate.Part {
  fileprivate var isVariable: Bool { if case .variable = self { true } else { false } }
}

extension String {
  /// The text with its first letter in upper case, as schemes are written in `Authorization`.
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
