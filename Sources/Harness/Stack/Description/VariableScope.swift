import YAMLSource

/// The variables that a text may use, by where it stands; turns texts into templates and reports the rest.
struct VariableScope {
  /// Values of `${env.NAME}`; nil to accept every name.
  let environment: [String: String]?
  /// Whether `${self.…}` means something.
  var hasSelf = false
  /// Stores that may be referred to, with their properties; nil where stores cannot be.
  var stores: [String: [StackVariable.StoreProperty]]?
  /// Services that may be referred to; nil where services cannot be.
  var services: [String]?

  /// Parses a text; each variable that is unknown is reported and left out.
  ///
  /// `$${` stands for `${`. A variable ends at the next `}`; `${env.NAME:-text}` has a default.
  func parse(_ text: String, at location: SourceLocation, into sink: DiagnosticSink) -> VariableTemplate {
    var parts: [VariableTemplate.Part] = []
    var literal = ""
    var rest = Substring(text)
    while let dollar = rest.firstIndex(of: "$") {
      literal += rest[..<dollar]
      rest = rest[dollar...]
      if rest.hasPrefix("$${") {
        literal += "${"
        rest = rest.dropFirst(3)
      } else if rest.hasPrefix("${") {
        guard let end = rest.firstIndex(of: "}") else {
          sink.error(
            "a variable is not closed: '\(rest)'", at: location, remedy: "write ${name}, or $${ for a plain ${")
          return VariableTemplate(parts: [], location: location)
        }
        let body = String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end])
        rest = rest[rest.index(after: end)...]
        switch resolve(body, at: location, into: sink) {
        case .literal(let value): literal += value
        case .variable(let variable):
          if !literal.isEmpty { parts.append(.literal(literal)) }
          literal = ""
          parts.append(.variable(variable))
        case nil: break
        }
      } else {
        literal += "$"
        rest = rest.dropFirst()
      }
    }
    literal += rest
    if !literal.isEmpty || parts.isEmpty { parts.append(.literal(literal)) }
    return VariableTemplate(parts: parts, location: location)
  }

  private func resolve(
    _ body: String, at location: SourceLocation, into sink: DiagnosticSink
  ) -> VariableTemplate.Part? {
    let words = body.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    switch (words[0], words.count) {
    case ("env", 2...): return environmentValue(String(body.dropFirst(4)), at: location, into: sink)
    case ("concord", 2) where words[1] == "bin": return .variable(.binaries)
    case ("concord", 2) where words[1] == "stack": return .variable(.stackFolder)
    case ("self", 2) where hasSelf && words[1] == "port": return .variable(.ownPort)
    case ("self", 2) where hasSelf && words[1] == "address": return .variable(.ownAddress)
    case ("stores", 3):
      if let variable = store(words[1], words[2], at: location, into: sink) { return .variable(variable) }
      return nil
    case ("services", 3):
      if let variable = service(words[1], words[2], at: location, into: sink) { return .variable(variable) }
      return nil
    default:
      sink.error("unknown variable '${\(body)}'", at: location, remedy: remedy(for: body, among: known))
      return nil
    }
  }

  private func environmentValue(
    _ body: String, at location: SourceLocation, into sink: DiagnosticSink
  ) -> VariableTemplate.Part? {
    let pieces = body.split(separator: ":-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let name = pieces[0]
    let isName =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
    guard isName else {
      sink.error("'\(name)' cannot be the name of an environment variable", at: location)
      return nil
    }
    guard let environment else { return .literal("${env.\(name)}") }
    if let value = environment[name] { return .literal(value) }
    if pieces.count == 2 { return .literal(pieces[1]) }
    sink.error(
      "the environment variable \(name) is not set", at: location,
      remedy: "set it, or give a default: ${env.\(name):-value}")
    return nil
  }

  private func store(
    _ name: String, _ property: String, at location: SourceLocation, into sink: DiagnosticSink
  ) -> StackVariable? {
    guard let stores else {
      sink.error(
        "'${stores.\(name).\(property)}' cannot be used here", at: location,
        remedy: "stores are started first and all at once, so only services can refer to them")
      return nil
    }
    guard let properties = stores[name] else {
      sink.error("there is no store '\(name)'", at: location, remedy: remedy(for: name, among: stores.keys.sorted()))
      return nil
    }
    guard let known = properties.first(where: { $0.rawValue == property }) else {
      sink.error(
        "the store '\(name)' has no '\(property)'", at: location,
        remedy: remedy(for: property, among: properties.map(\.rawValue)))
      return nil
    }
    return .store(name, known)
  }

  private func service(
    _ name: String, _ property: String, at location: SourceLocation, into sink: DiagnosticSink
  ) -> StackVariable? {
    guard let services else {
      sink.error(
        "'${services.\(name).\(property)}' cannot be used here", at: location,
        remedy: "only commands of services can refer to services")
      return nil
    }
    guard services.contains(name) else {
      sink.error("there is no service '\(name)'", at: location, remedy: remedy(for: name, among: services))
      return nil
    }
    guard let known = StackVariable.ServiceProperty(rawValue: property) else {
      let all = StackVariable.ServiceProperty.allCases.map(\.rawValue)
      sink.error("the service '\(name)' has no '\(property)'", at: location, remedy: remedy(for: property, among: all))
      return nil
    }
    return .service(name, known)
  }

  /// Every variable that can be used here, for suggestions.
  private var known: [String] {
    var names = ["env.NAME", "concord.bin", "concord.stack"]
    if hasSelf { names += ["self.port", "self.address"] }
    for (name, properties) in (stores ?? [:]).sorted(by: { $0.key < $1.key }) {
      names += properties.map { "stores.\(name).\($0.rawValue)" }
    }
    for name in services ?? [] {
      names += StackVariable.ServiceProperty.allCases.map { "services.\(name).\($0.rawValue)" }
    }
    return names
  }
}
