import YAMLSource

extension StackReader {
  /// A text that is settled when the file is read, so only variables of the environment may stand in it.
  ///
  /// Nil when it is absent or no text, which is reported.
  func environmentText(_ node: SourceNode?, _ key: String) -> String? {
    let problems = sink.diagnostics.count
    guard let template = template(node, key, scope: VariableScope(environment: environment)) else { return nil }
    let text = template.expanded { variable in
      sink.error("only variables of the environment can be used in '\(key)'", at: template.location)
      return "\(variable)"
    }
    if text.isEmpty, sink.diagnostics.count == problems {
      sink.error("'\(key)' is empty", at: template.location)
    }
    return text
  }

  /// Reports each `${` that would be taken literally: left silent, it names a thing that nobody meant.
  func refuseVariablesWhereNoneAreTaken(_ root: SourceNode) {
    // Whole mappings of templates, and what a Firestore store is called; everything else is meant as it stands.
    let componentKeys: [String: Set<String>] = [
      "stores": ["process", "external"], "services": ["process", "external"],
    ]
    for entry in root.entries ?? [] where entry.key != "inputs" && !entry.key.hasPrefix("x-") {
      guard let taken = componentKeys[entry.key] else {
        refuseVariables(in: entry.value, of: entry.key)
        continue
      }
      for component in entry.value.entries ?? [] {
        let members = component.value.entries ?? []
        let isFirestore = members.contains { $0.key == "kind" && $0.value.string == "firestore" }
        let identity: Set<String> = entry.key == "stores" && isFirestore ? ["project", "database"] : []
        for member in members where !taken.union(identity).contains(member.key) && !member.key.hasPrefix("x-") {
          refuseVariables(in: member.value, of: member.key)
        }
      }
    }
  }

  private func refuseVariables(in node: SourceNode, of key: String) {
    switch node.content {
    case .mapping(let entries): for entry in entries { refuseVariables(in: entry.value, of: entry.key) }
    case .sequence(let elements): for element in elements { refuseVariables(in: element, of: key) }
    case .scalar(let text, _):
      // The text itself is not told: it may be a password.
      if text.contains("${") {
        sink.error("'\(key)' takes no variables", at: node.location, remedy: "write the value itself")
      }
    }
  }
}
