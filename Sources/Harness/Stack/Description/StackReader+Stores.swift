import YAMLSource

extension StackReader {
  private static let kinds = ["postgresql", "firestore"]

  /// Reads one store; nil when not even its kind is clear.
  func readStore(_ entry: SourceNode.Entry) -> StoreDescription? {
    let what = "the store '\(entry.key)'"
    var reader = MappingReader(entry.value, what: what, into: sink, allowExtensions: "x-")
    let kind = reader.requiredChoice("kind", among: Self.kinds)
    let isFirestore = kind == "firestore"
    let project = isFirestore ? environmentText(reader.required("project"), "project") : nil
    let database = isFirestore ? environmentText(reader.optional("database"), "database") : nil
    let sources = ["embedded", "process", "external"]
    let given = sources.filter { reader.has($0) }
    let nodes = sources.map { reader.optional($0) }
    reader.finish()
    guard let kind else { return nil }
    guard given.count == 1 else {
      let found = given.isEmpty ? "none" : given.map { "'\($0)'" }.joined(separator: " and ")
      sink.error(
        "\(what) must have exactly one of 'embedded', 'process' and 'external', found \(found)", at: entry.keyLocation)
      return nil
    }
    let source = (embedded: nodes[0], process: nodes[1], external: nodes[2])
    if kind == "firestore" {
      return firestore(source, project: project ?? "", database: database ?? "(default)", what: what).map {
        StoreDescription(name: entry.key, kind: $0, location: entry.keyLocation)
      }
    }
    return postgresql(source, what: what).map {
      StoreDescription(name: entry.key, kind: .postgresql($0), location: entry.keyLocation)
    }
  }

  private typealias SourceNodes = (embedded: SourceNode?, process: SourceNode?, external: SourceNode?)

  /// What a store may refer to when it is started: itself.
  private var processScope: VariableScope { VariableScope(environment: environment, hasSelf: true) }

  /// What may stand in the address of something that is there: the environment.
  private var externalScope: VariableScope { VariableScope(environment: environment) }

  private func postgresql(_ source: SourceNodes, what: String) -> StoreDescription.PostgreSQLSource? {
    if let node = source.embedded {
      var reader = MappingReader(node, what: "'embedded' of \(what)", into: sink)
      let database = reader.requiredString("database")
      let user = reader.requiredString("user")
      let password = reader.requiredString("password")
      let port = reader.int("port", in: 0...65535) ?? 0
      let script = reader.optional("init").flatMap { node -> String? in
        guard let path = node.string else {
          sink.error("'init' of \(what) must be the path of an SQL file, found \(node.found)", at: node.location)
          return nil
        }
        return files.file(path, what: "the init script", at: node.location, into: sink)
      }
      reader.finish()
      guard let database, let user, let password else { return nil }
      for name in [ScratchDatabase.auditUser, ScratchDatabase.superuser] where user == name {
        sink.error("'\(name)' is a role of Concord's own", at: node.location, remedy: "choose another 'user'")
      }
      return .embedded(
        ScratchDatabase(database: database, user: user, password: password, initScript: script), port: port)
    }
    if let node = source.process {
      var reader = MappingReader(node, what: "'process' of \(what)", into: sink)
      let url = template(reader.required("url"), "url", scope: processScope)
      let process = readProcess(&reader, scope: processScope, others: [url].compactMap { $0 })
      reader.finish()
      guard let url, let process else { return nil }
      return .process(process, url: url)
    }
    guard let node = source.external else { return nil }
    var reader = MappingReader(node, what: "'external' of \(what)", into: sink)
    let url = template(reader.required("url"), "url", scope: externalScope)
    let replica = template(reader.optional("replica"), "replica", scope: externalScope)
    let writable = reader.bool("writable") ?? false
    reader.finish()
    return url.map { .external(url: $0, replica: replica, writable: writable) }
  }

  private func firestore(
    _ source: SourceNodes, project: String, database: String, what: String
  ) -> StoreDescription.Kind? {
    if let node = source.embedded {
      let reader = MappingReader(node, what: "'embedded' of \(what)", into: sink)
      reader.finish()
      return .firestore(project: project, database: database, .embedded)
    }
    if let node = source.process {
      var reader = MappingReader(node, what: "'process' of \(what)", into: sink)
      let address =
        template(reader.optional("address"), "address", scope: processScope)
        ?? VariableTemplate(parts: [.variable(.ownAddress)], location: node.location)
      let process = readProcess(&reader, scope: processScope, others: [])
      reader.finish()
      return process.map { .firestore(project: project, database: database, .process($0, address: address)) }
    }
    guard let node = source.external else { return nil }
    var reader = MappingReader(node, what: "'external' of \(what)", into: sink)
    let address = template(reader.optional("address"), "address", scope: externalScope)
    let url = template(reader.optional("url"), "url", scope: externalScope)
    let token = template(reader.optional("token"), "token", scope: externalScope)
    let writable = reader.bool("writable") ?? false
    reader.finish()
    switch (address, url) {
    case (let address?, nil):
      if let token {
        sink.error("an emulator takes no token", at: token.location, remedy: "give 'url' instead of 'address'")
      }
      return .firestore(project: project, database: database, .emulator(address: address, writable: writable))
    case (nil, let url?):
      return .firestore(project: project, database: database, .service(url: url, token: token, writable: writable))
    default:
      sink.error(
        "'external' of \(what) must have either 'address' (an emulator's host:port) or 'url' (Firestore itself)",
        at: node.location)
      return nil
    }
  }
}
