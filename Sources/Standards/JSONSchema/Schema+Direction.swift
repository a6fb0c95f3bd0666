import JSON

extension Schema {
  /// Members that only one side of an exchange sends (OAS 3.1.1 section 4.8.24.4, JSON Schema validation section 9.4).
  package enum Annotation: String, Sendable {
    /// The service makes the value: requests need not have it.
    case readOnly
    /// Answers need not have it.
    case writeOnly
  }

  /// The schema for the side that does not send members with an annotation: none of these is required.
  ///
  /// A member counts as annotated when its schema says so itself, or the one that it refers to.
  package func leavingOut(_ annotation: Annotation) -> Schema {
    let nodes = program.nodes.map { node -> SchemaNode in
      guard case .keywords(let keywords) = node.body else { return node }
      let names = annotatedMembers(of: keywords, annotation)
      guard !names.isEmpty else { return node }
      let left = keywords.map { keyword -> Keyword in
        guard case .required(let required) = keyword else { return keyword }
        return .required(required.filter { !names.contains($0) })
      }
      return SchemaNode(
        body: .keywords(left), document: node.document, pointer: node.pointer, source: node.source,
        resource: node.resource, needsEvaluated: node.needsEvaluated)
    }
    return Schema(
      program: SchemaProgram(nodes: nodes, documents: program.documents, dynamicAnchors: program.dynamicAnchors))
  }

  private func annotatedMembers(of keywords: [Keyword], _ annotation: Annotation) -> Set<String> {
    var names: Set<String> = []
    for case .members(let rules) in keywords {
      for (name, number) in rules.named where isAnnotated(number, annotation) { names.insert(name) }
    }
    return names
  }

  private func isAnnotated(_ number: Int, _ annotation: Annotation) -> Bool {
    let node = program.nodes[number]
    if node.source[annotation.rawValue] == true { return true }
    guard case .keywords(let keywords) = node.body else { return false }
    return keywords.contains { keyword in
      guard case .reference(let target) = keyword else { return false }
      return program.nodes[target].source[annotation.rawValue] == true
    }
  }
}
