import JSON
import YAMLSource

/// Checks everything in a document that refers to something else in it.
struct ArazzoChecker {
  let document: ArazzoDocument
  let sink: DiagnosticSink

  init(document: ArazzoDocument, sink: DiagnosticSink) {
    self.document = document
    self.sink = sink
  }

  /// Reports unknown and repeated ids, circles of dependencies, and expressions that can never have a value.
  func check() {
    reportDuplicates(document.sources.map { ("source description", $0.name, $0.location) })
    reportDuplicates(document.workflows.map { ("workflow", $0.id, $0.location) })
    for workflow in document.workflows { check(workflow) }
    checkDependencyCircles()
  }

  private func reportDuplicates(_ names: [(what: String, name: String, location: SourceLocation)]) {
    var seen: [String: SourceLocation] = [:]
    for (what, name, location) in names where !name.isEmpty {
      if let first = seen[name] {
        sink.error(
          "the \(what) '\(name)' is declared twice; it is already on line \(first.line)", at: location,
          remedy: "give each an id of its own")
      } else {
        seen[name] = location
      }
    }
  }

  private func check(_ workflow: Workflow) {
    reportDuplicates(workflow.steps.map { ("step", $0.id, $0.location) })
    for reference in workflow.dependsOn { check(reference) }
    for (index, step) in workflow.steps.enumerated() {
      let earlier = workflow.steps[..<index].map(\.id)
      check(step, of: workflow, earlier: earlier)
    }
    checkAfterSteps(of: workflow)
    let scope = ExpressionScope(workflow: workflow, visibleSteps: nil, hasExchange: false)
    for output in workflow.outputs { check(output.expression, in: scope, at: output.location) }
  }

  private func checkAfterSteps(of workflow: Workflow) {
    for after in workflow.after where workflow.step(id: after.id) == nil {
      sink.error(
        "the step '\(after.id)' is not in the workflow '\(workflow.id)'", at: after.location,
        remedy: remedy(for: after.id, among: workflow.steps.map(\.id)))
    }
    if !workflow.steps.isEmpty, workflow.steps.allSatisfy({ step in workflow.after.contains { $0.id == step.id } }) {
      sink.error(
        "all steps of the workflow '\(workflow.id)' come after the others", at: workflow.location,
        remedy: "leave at least one out of 'x-concord-after'")
    }
  }

  private func check(_ step: Step, of workflow: Workflow, earlier: [String]) {
    switch step.target {
    case .operation(let source, _): if let source { checkSource(source, .openapi, at: step.targetLocation) }
    case .operationPath(let source, _): checkSource(source, .openapi, at: step.targetLocation)
    case .workflow(let reference):
      check(reference)
      if reference.source == nil, reference.id == workflow.id {
        sink.error("the workflow '\(workflow.id)' calls itself", at: reference.location)
      }
    }
    // Before the request there is no exchange; after it, everything of it; in `onSuccess`, the step's own outputs too.
    let before = ExpressionScope(workflow: workflow, visibleSteps: earlier, hasExchange: false)
    let after = ExpressionScope(workflow: workflow, visibleSteps: earlier, hasExchange: true)
    let success = ExpressionScope(workflow: workflow, visibleSteps: earlier + [step.id], hasExchange: true)
    for parameter in step.parameters { check(parameter.value.expressions, in: before, at: parameter.source) }
    if let body = step.requestBody {
      check(body.payload?.expressions ?? [], in: before, at: body.location)
      for replacement in body.replacements {
        check(replacement.value.expressions, in: before, at: replacement.location)
      }
    }
    for criterion in step.successCriteria { check(criterion.expressions, in: after, at: criterion.location) }
    for output in step.outputs { check(output.expression, in: after, at: output.location) }
    let reading = ExpressionScope(workflow: workflow, visibleSteps: earlier, hasExchange: true, hasRows: true)
    for read in step.reads {
      check(read.query.expressions, in: after, at: read.location)
      for criterion in read.successCriteria { check(criterion.expressions, in: reading, at: criterion.location) }
      for output in read.outputs { check(output.expression, in: reading, at: output.location) }
    }
    for action in step.onSuccess {
      if case .goto(let target) = action.kind { check(target, of: workflow, at: action.location) }
      for criterion in action.criteria { check(criterion.expressions, in: success, at: criterion.location) }
    }
    for action in step.onFailure {
      switch action.kind {
      case .goto(let target), .retry(_, _, let target?): check(target, of: workflow, at: action.location)
      default: break
      }
      for criterion in action.criteria { check(criterion.expressions, in: after, at: criterion.location) }
    }
  }

  private func check(_ target: ActionTarget, of workflow: Workflow, at location: SourceLocation) {
    switch target {
    case .workflow(let reference): check(reference)
    case .step(let id):
      if workflow.after.contains(where: { $0.id == id }) {
        sink.error(
          "the step '\(id)' comes after all others and cannot be gone to", at: location,
          remedy: "write 'type: end', which leads there")
      }
      guard workflow.step(id: id) == nil else { return }
      sink.error(
        "the step '\(id)' is not in the workflow '\(workflow.id)'", at: location,
        remedy: remedy(for: id, among: workflow.steps.map(\.id)))
    }
  }

  private func check(_ reference: WorkflowReference) {
    if let source = reference.source { return checkSource(source, .arazzo, at: reference.location) }
    guard document.workflow(id: reference.id) == nil else { return }
    sink.error(
      "there is no workflow '\(reference.id)'", at: reference.location,
      remedy: remedy(for: reference.id, among: document.workflows.map(\.id)))
  }

  private func checkSource(_ name: String, _ kind: SourceDescription.Kind, at location: SourceLocation) {
    guard let source = document.source(named: name) else {
      sink.error(
        "there is no source description '\(name)'", at: location,
        remedy: remedy(for: name, among: document.sources.map(\.name)))
      return
    }
    guard source.kind != kind else { return }
    sink.error(
      "the source description '\(name)' has the type '\(source.kind.rawValue)', not '\(kind.rawValue)'", at: location)
  }

  /// Workflows that wait for each other (by `dependsOn`, or by calling) would never end.
  private func checkDependencyCircles() {
    var finished: Set<String> = []
    for workflow in document.workflows {
      var path: [String] = []
      walk(workflow, &path, &finished)
    }
  }

  private func walk(_ workflow: Workflow, _ path: inout [String], _ finished: inout Set<String>) {
    guard !finished.contains(workflow.id) else { return }
    path.append(workflow.id)
    defer {
      path.removeLast()
      finished.insert(workflow.id)
    }
    let called: [WorkflowReference] = workflow.steps.compactMap {
      if case .workflow(let reference) = $0.target { reference } else { nil }
    }
    for reference in workflow.dependsOn + called where reference.source == nil {
      if let start = path.firstIndex(of: reference.id) {
        guard reference.id != workflow.id || workflow.dependsOn.contains(reference) else { continue }
        let circle = (path[start...] + [reference.id]).joined(separator: " → ")
        sink.error("workflows wait for each other: \(circle)", at: reference.location, remedy: "remove one of them")
      } else if let next = document.workflow(id: reference.id) {
        walk(next, &path, &finished)
      }
    }
  }
}
