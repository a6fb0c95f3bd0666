import YAMLSource

extension StackReader {
  /// Reads all services, then what they need of each other.
  func readServices(_ entries: [SourceNode.Entry], stores: [StoreDescription]) -> [ServiceDescription] {
    var scope = VariableScope(environment: environment, hasSelf: true)
    scope.services = entries.map(\.key)
    scope.stores = Dictionary(
      stores.map { store in
        if case .firestore = store.kind {
          (store.name, StackVariable.StoreProperty.ofFirestore)
        } else {
          (store.name, StackVariable.StoreProperty.ofPostgreSQL)
        }
      }, uniquingKeysWith: { first, _ in first })
    let names = entries.map(\.key)
    let services = entries.compactMap { readService($0, scope: scope, names: names, stores: stores.map(\.name)) }
    reportCircles(services)
    return services
  }

  private func readService(
    _ entry: SourceNode.Entry, scope: VariableScope, names: [String], stores: [String]
  ) -> ServiceDescription? {
    let what = "the service '\(entry.key)'"
    var reader = MappingReader(entry.value, what: what, into: sink, allowExtensions: "x-")
    let openapi = reader.optional("openapi").flatMap { node -> String? in
      guard let path = node.string else {
        sink.error("'openapi' of \(what) must be a file or URL, found \(node.found)", at: node.location)
        return nil
      }
      if SourceLoader.name(ofRemote: path) != nil { return path }
      return files.file(path, what: "the OpenAPI document", at: node.location, into: sink)
    }
    let process = reader.optional("process")
    let external = reader.optional("external")
    let readiness = readReadiness(reader.optional("ready"), what: what, isExternal: external != nil)
    var needs: [String] = []
    for node in reader.list("needs") {
      guard let name = node.string else {
        sink.error("'needs' of \(what) must be names, found \(node.found)", at: node.location)
        continue
      }
      guard names.contains(name) || stores.contains(name) else {
        let all = names.filter { $0 != entry.key } + stores
        sink.error(
          "\(what) needs '\(name)', which is neither a store nor a service", at: node.location,
          remedy: remedy(for: name, among: all))
        continue
      }
      needs.append(name)
    }
    let coverage = readCoverage(reader.optional("coverage"))
    reader.finish()
    guard reader.isMapping, let source = readSource(process, external, scope: scope, what: what, at: entry.keyLocation)
    else { return nil }
    return ServiceDescription(
      name: entry.key, openapi: openapi, source: source, readiness: readiness, needs: needs, coverage: coverage,
      location: entry.keyLocation)
  }

  private func readSource(
    _ process: SourceNode?, _ external: SourceNode?, scope: VariableScope, what: String, at location: SourceLocation
  ) -> ServiceDescription.Source? {
    switch (process, external) {
    case (let node?, nil):
      var reader = MappingReader(node, what: "'process' of \(what)", into: sink)
      let process = readProcess(&reader, scope: scope, others: [])
      reader.finish()
      return process.map { .process($0) }
    case (nil, let node?):
      var reader = MappingReader(node, what: "'external' of \(what)", into: sink)
      let url = template(reader.required("url"), "url", scope: VariableScope(environment: environment))
      reader.finish()
      return url.map { .external(url: $0) }
    default:
      sink.error("\(what) must have exactly one of 'process' and 'external'", at: location)
      return nil
    }
  }

  private func readReadiness(_ node: SourceNode?, what: String, isExternal: Bool) -> ServiceDescription.Readiness {
    let limit = Duration.seconds(15)
    guard let node else {
      return ServiceDescription.Readiness(path: "/", status: isExternal ? .any : .success, limit: limit)
    }
    var reader = MappingReader(node, what: "'ready' of \(what)", into: sink)
    let path = reader.string("path") ?? "/"
    if !path.hasPrefix("/") {
      sink.error("'path' of \(reader.what) must start with '/'", at: reader.keyLocation("path"))
    }
    let status = reader.int("status", in: 100...599).map(ServiceDescription.ExpectedStatus.exactly) ?? .success
    let within = reader.duration("within") ?? limit
    reader.finish()
    return ServiceDescription.Readiness(path: path, status: status, limit: within)
  }

  /// Reports each circle of needs once, at the service of it that stands first in the file.
  private func reportCircles(_ services: [ServiceDescription]) {
    let needs = Dictionary(services.map { ($0.name, $0.needs) }, uniquingKeysWith: { first, _ in first })
    var reported: Set<String> = []
    for service in services where !reported.contains(service.name) {
      guard let circle = NeedsGraph(needs).circle(through: service.name) else { continue }
      reported.formUnion(circle)
      sink.error(
        "services need each other in a circle: \((circle + [service.name]).joined(separator: " → "))",
        at: service.location,
        remedy: "'needs' is the order of start; a service may use another's URL without needing it")
    }
  }
}
