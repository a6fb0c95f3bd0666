import Arazzo
import JSON
import RunModel
import YAMLSource

/// Finds what the runner could not do with a workflow, although its document is sound.
struct WorkflowChecker {
  private let declarations: [String: InputDeclarations]
  /// Names of the inputs that the stack provides to all workflows.
  private let provided: Set<String>
  private let graph: WorkflowGraph
  private let parts: Set<String>
  private let stores: [Component]

  init(declarations: [String: InputDeclarations], provided: Set<String>, graph: WorkflowGraph, stores: [Component]) {
    self.stores = stores
    self.declarations = declarations
    self.provided = provided
    self.graph = graph
    let called = Set(declarations.keys.flatMap { graph.calls(of: $0) }.map(\.id))
    parts = called.filter { declarations[$0]?.missing(given: provided).isEmpty == false }
  }

  /// Whether a workflow only runs as a part of others.
  func isPart(_ id: String) -> Bool { parts.contains(id) }

  /// All problems of a workflow.
  func problems(of workflow: Workflow, isPart: Bool) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    if !isPart { problems += inputProblems(of: workflow) }
    problems += workflow.dependsOn.filter { self.isPart($0.id) }.map { reference in
      Diagnostic(
        location: reference.location,
        message: "'\(workflow.id)' builds on '\(reference.id)', which only runs when it is called",
        remedy: "provide the inputs of '\(reference.id)' in the stack description, or call it in a step")
    }
    if let circle = graph.circle(from: workflow.id) {
      problems.append(
        Diagnostic(
          location: workflow.location, message: "workflows wait for each other: \(circle.joined(separator: " → "))",
          remedy: "remove one of them"))
    }
    for step in workflow.steps {
      problems += callProblems(of: step) + replacementProblems(of: step) + readProblems(of: step)
    }
    return problems + visibilityProblems(of: workflow)
  }

  private func inputProblems(of workflow: Workflow) -> [Diagnostic] {
    guard let inputs = workflow.inputs, let declared = declarations[workflow.id] else { return [] }
    return declared.missing(given: provided).map { name in
      Diagnostic(
        location: inputs.location,
        message: "nothing provides the input '\(name)' of the workflow '\(workflow.id)'",
        remedy: remedy(for: name, among: provided.sorted())
          ?? "add it to 'inputs' of the stack description, or give it a default")
    }
  }

  /// What a step passes to a workflow must be what that one takes.
  private func callProblems(of step: Step) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    for reference in step.calledWorkflows {
      guard let declared = declarations[reference.id] else { continue }
      var passed: [StepParameter] = []
      if case .workflow(reference) = step.target { passed = step.parameters }
      for name in declared.missing(given: provided.union(passed.map(\.name))) {
        problems.append(
          Diagnostic(
            location: reference.location,
            message: "the step '\(step.id)' does not pass the input '\(name)' of the workflow '\(reference.id)'",
            remedy: passed.isEmpty && step.parameters.isEmpty ? nil : "add it to 'parameters'"))
      }
      let names = declared.inputs.map(\.name)
      for parameter in passed where declared.isComplete && !names.contains(parameter.name) {
        problems.append(
          Diagnostic(
            location: parameter.source,
            message: "the workflow '\(reference.id)' has no input '\(parameter.name)'",
            remedy: remedy(for: parameter.name, among: names)))
      }
    }
    return problems
  }

  private func replacementProblems(of step: Step) -> [Diagnostic] {
    (step.requestBody?.replacements ?? []).filter { $0.pointer == nil }.map { replacement in
      Diagnostic(
        location: replacement.location, message: "the target '\(replacement.target)' is no JSON Pointer",
        remedy: "a pointer begins with '/': '/items/0/id'; XPath is not supported")
    }
  }

  /// What a step reads must be there, and of the kind that the question is for.
  private func readProblems(of step: Step) -> [Diagnostic] {
    step.reads.compactMap { read in
      guard let store = stores.first(where: { $0.name == read.store }) else {
        return Diagnostic(
          location: read.location, message: "the stack has no store '\(read.store)'",
          remedy: remedy(for: read.store, among: stores.map(\.name)))
      }
      switch (read.query, store.kind) {
      case (.sql, .postgresql), (.document, .firestore), (.collection, .firestore): return nil
      case (.sql, _):
        return Diagnostic(
          location: read.location, message: "the store '\(read.store)' understands no SQL",
          remedy: "ask it for a 'document' or a 'collection'")
      case (.document, _), (.collection, _):
        return Diagnostic(
          location: read.location, message: "the store '\(read.store)' has no documents", remedy: "ask it with 'sql'")
      }
    }
  }

  /// What one workflow sees of another must be there whenever it runs, not only when the other happened to be faster.
  private func visibilityProblems(of workflow: Workflow) -> [Diagnostic] {
    let visible = graph.prerequisites(of: workflow.id)
      .union(graph.calls(of: workflow.id).map(\.id)).union([workflow.id])
    return workflow.locatedExpressions.compactMap { expression, location in
      guard case .workflow(let id, _, _, _) = expression, declarations[id] != nil, !visible.contains(id) else {
        return nil
      }
      return Diagnostic(
        location: location, message: "'\(expression)': '\(workflow.id)' does not build on the workflow '\(id)'",
        remedy: "add '\(id)' to 'dependsOn' of '\(workflow.id)', or call it in a step")
    }
  }
}

extension Workflow {
  /// All expressions with the places where they stand.
  fileprivate var locatedExpressions: [(RuntimeExpression, SourceLocation)] {
    var found = outputs.map { ($0.expression, $0.location) }
    for step in steps {
      for parameter in step.parameters { found += parameter.value.expressions.map { ($0, parameter.source) } }
      if let body = step.requestBody {
        found += (body.payload?.expressions ?? []).map { ($0, body.location) }
        for replacement in body.replacements {
          found += replacement.value.expressions.map { ($0, replacement.location) }
        }
      }
      for criterion in step.criteria { found += criterion.expressions.map { ($0, criterion.location) } }
      found += step.outputs.map { ($0.expression, $0.location) }
    }
    return found
  }
}
