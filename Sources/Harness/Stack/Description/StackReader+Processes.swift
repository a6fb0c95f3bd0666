import YAMLSource

extension StackReader {
  /// A text with variables; nil when it is absent or no text, which is reported.
  func template(_ node: SourceNode?, _ key: String, scope: VariableScope) -> VariableTemplate? {
    guard let node else { return nil }
    guard case .scalar(let text, _) = node.content, !node.isNull else {
      sink.error("'\(key)' must be a text, found \(node.found)", at: node.location)
      return nil
    }
    if text.unicodeScalars.contains("\0") { sink.error("'\(key)' must not contain a zero byte", at: node.location) }
    return scope.parse(text, at: node.location, into: sink)
  }

  /// Reads the keys of a `process`; the caller reads its own before and finishes.
  ///
  /// - Parameter others: further texts of the process, which may be the ones that tell its port.
  func readProcess(
    _ reader: inout MappingReader, scope: VariableScope, others: [VariableTemplate]
  ) -> ProcessDescription? {
    let command = reader.requiredList("command").compactMap { template($0, "command", scope: scope) }
    var environment: [ProcessDescription.Variable] = []
    for entry in reader.members("environment") {
      if entry.key.isEmpty || entry.key.contains("=") || entry.key.unicodeScalars.contains("\0") {
        sink.error("'\(entry.key)' cannot be the name of an environment variable", at: entry.keyLocation)
      } else if let value = template(entry.value, entry.key, scope: scope) {
        environment.append(ProcessDescription.Variable(name: entry.key, value: value))
      }
    }
    let directory = template(reader.optional("directory"), "directory", scope: scope)
    let fixedPort = reader.int("port", in: 1...65535)
    guard reader.isMapping, reader.has("command") else { return nil }
    if command.isEmpty {
      sink.error("'command' of \(reader.what) is empty", at: reader.keyLocation("command"))
      return nil
    }
    let texts = command + environment.map(\.value)
    let isTold = texts.contains { $0.variables.contains(.ownPort) || $0.variables.contains(.ownAddress) }
    if fixedPort == nil, !isTold {
      sink.error(
        "\(reader.what) does not say how the command learns its port", at: reader.location,
        remedy: "use ${self.port} in 'command' or 'environment', or give the port it always listens on as 'port'")
    }
    return ProcessDescription(
      command: command, environment: environment, directory: directory, fixedPort: fixedPort, location: reader.location)
  }
}
