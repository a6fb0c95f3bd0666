import Arazzo

/// Which workflows build on which, over all documents of a stack.
struct WorkflowGraph {
  private let workflows: [String: Workflow]
  private let called: [String: [WorkflowReference]]

  init(_ workflows: [String: Workflow]) {
    self.workflows = workflows
    called = workflows.mapValues { $0.steps.flatMap(\.calledWorkflows) }
  }

  /// Workflows that a workflow calls, or that its actions lead to.
  func calls(of id: String) -> [WorkflowReference] { called[id] ?? [] }

  /// All workflows that must be done before one starts.
  ///
  /// Those that it depends on, those that they depend on, and the dependencies of every workflow that is called on the
  /// way; not the called ones themselves, as they run when they are called.
  func prerequisites(of id: String) -> Set<String> {
    var found: Set<String> = []
    var expanded: Set<String> = []
    var open = [id]
    while let next = open.popLast() {
      guard expanded.insert(next).inserted, let workflow = workflows[next] else { continue }
      found.formUnion(workflow.dependsOn.map(\.id))
      open += workflow.dependsOn.map(\.id) + calls(of: next).map(\.id)
    }
    found.remove(id)
    return found
  }

  /// A way from a workflow back to itself over `dependsOn` and calling steps that leads through another document; the
  /// reader of a document has reported those within it.
  func circle(from start: String) -> [String]? {
    var visited: Set<String> = []
    var path = [start]
    return search(start, crossesDocuments: false, to: start, &path, &visited) ? path + [start] : nil
  }

  private func search(
    _ id: String, crossesDocuments: Bool, to goal: String, _ path: inout [String], _ visited: inout Set<String>
  ) -> Bool {
    guard let workflow = workflows[id] else { return false }
    let calling = workflow.steps.compactMap { step in
      if case .workflow(let reference) = step.target { reference } else { nil }
    }
    for reference in workflow.dependsOn + calling {
      let crosses = crossesDocuments || reference.source != nil
      if reference.id == goal {
        if crosses { return true }
        continue
      }
      guard visited.insert(reference.id).inserted else { continue }
      path.append(reference.id)
      if search(reference.id, crossesDocuments: crosses, to: goal, &path, &visited) { return true }
      path.removeLast()
    }
    return false
  }
}
