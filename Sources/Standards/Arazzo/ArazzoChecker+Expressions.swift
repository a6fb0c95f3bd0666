import JSON
import YAMLSource

/// What an expression can see where it stands.
struct ExpressionScope {
  let workflow: Workflow
  /// The steps that have run; `nil` when all have.
  let visibleSteps: [String]?
  /// Whether there is a request and response to look at.
  let hasExchange: Bool
  /// Whether there are rows of a store to look at.
  var hasRows = false
}

extension ArazzoChecker {
  /// Checks expressions that stand at one place.
  func check(_ expressions: [RuntimeExpression], in scope: ExpressionScope, at location: SourceLocation) {
    for expression in expressions { check(expression, in: scope, at: location) }
  }

  /// Reports an expression that can never have a value there.
  func check(_ expression: RuntimeExpression, in scope: ExpressionScope, at location: SourceLocation) {
    switch expression {
    case .url, .method, .statusCode, .request, .response:
      guard !scope.hasExchange else { return }
      sink.error(
        "'\(expression)' has no value here: there is no exchange yet", at: location,
        remedy: "hand it out of the step that makes the request: outputs")
    case .rows:
      guard !scope.hasRows else { return }
      sink.error(
        "'\(expression)' has no value here", at: location,
        remedy: "only criteria and outputs of 'x-concord-reads' see rows; hand them out there: outputs")
    case .input(let name, _): checkInput(name, of: scope.workflow, "'\(expression)'", at: location)
    case .output(let name, _):
      checkName(
        name, among: scope.workflow.outputs.map(\.name), "'\(expression)': the workflow has no output", at: location)
    case .step(let id, let name, _): checkStep(id, output: name, in: scope, at: location)
    case .workflow(let id, let part, let name, _):
      guard let workflow = document.workflow(id: id) else {
        sink.error(
          "'\(expression)': there is no workflow '\(id)'", at: location,
          remedy: remedy(for: id, among: document.workflows.map(\.id)))
        return
      }
      switch part {
      case .inputs: checkInput(name, of: workflow, "'\(expression)'", at: location)
      case .outputs:
        checkName(
          name, among: workflow.outputs.map(\.name), "'\(expression)': the workflow '\(id)' has no output", at: location
        )
      }
    case .sourceDescription(let name, _):
      guard document.source(named: name) == nil else { return }
      sink.error(
        "'\(expression)': there is no source description '\(name)'", at: location,
        remedy: remedy(for: name, among: document.sources.map(\.name)))
    case .component(let kind, let name):
      checkName(name, among: names(of: kind), "'\(expression)': the components have no", at: location)
    }
  }

  private func names(of kind: RuntimeExpression.ComponentKind) -> [String] {
    switch kind {
    case .inputs: document.components.inputs.keys.sorted()
    case .parameters: document.components.parameters.keys.sorted()
    case .successActions: document.components.successActions.keys.sorted()
    case .failureActions: document.components.failureActions.keys.sorted()
    }
  }

  private func checkStep(_ id: String, output name: String, in scope: ExpressionScope, at location: SourceLocation) {
    let text = "'$steps.\(id).outputs.\(name)'"
    guard let step = scope.workflow.step(id: id) else {
      let ids = scope.workflow.steps.map(\.id)
      return sink.error(
        "\(text): the workflow '\(scope.workflow.id)' has no step '\(id)'", at: location,
        remedy: remedy(for: id, among: scope.visibleSteps ?? ids))
    }
    if let visible = scope.visibleSteps, !visible.contains(id) {
      return sink.error(
        "\(text): the step '\(id)' has not run yet", at: location, remedy: "use a step above this one")
    }
    var names = step.outputs.map(\.name) + step.reads.flatMap(\.outputs).map(\.name)
    if case .workflow(let reference) = step.target {
      // A called workflow of another document may hand out anything.
      guard reference.source == nil, let called = document.workflow(id: reference.id) else { return }
      names += called.outputs.map(\.name)
    }
    checkName(name, among: names, "\(text): the step '\(id)' has no output", at: location)
  }

  private func checkInput(_ name: String, of workflow: Workflow, _ text: String, at location: SourceLocation) {
    guard let inputs = workflow.inputs else {
      return sink.error(
        "\(text): the workflow '\(workflow.id)' has no inputs", at: location,
        remedy: "declare '\(name)' below its 'inputs'")
    }
    guard let names = inputNames(inputs.schema, depth: 0) else { return }
    checkName(name, among: names.sorted(), "\(text): the workflow '\(workflow.id)' has no input", at: location)
  }

  /// The names that a schema of inputs declares; `nil` when that cannot be told (references elsewhere, alternatives).
  private func inputNames(_ schema: JSONValue, depth: Int) -> Set<String>? {
    guard depth < 16, let object = schema.objectValue else { return nil }
    var names: Set<String> = Set(object["properties"]?.objectValue?.keys ?? [])
    if let reference = object["$ref"]?.stringValue {
      guard reference.hasPrefix("#"), let pointer = try? JSONPointer(parsing: String(reference.dropFirst())),
        let target = document.source.json.value(at: pointer), let more = inputNames(target, depth: depth + 1)
      else { return nil }
      names.formUnion(more)
    }
    for part in object["allOf"]?.arrayValue ?? [] {
      guard let more = inputNames(part, depth: depth + 1) else { return nil }
      names.formUnion(more)
    }
    for keyword in ["anyOf", "oneOf", "if", "patternProperties", "$dynamicRef"] where object[keyword] != nil {
      return nil
    }
    return names
  }

  /// A name is known as a whole, or up to one of its dots: the rest are properties of the value.
  private func checkName(_ name: String, among names: [String], _ message: String, at location: SourceLocation) {
    var candidate = Substring(name)
    while true {
      if names.contains(String(candidate)) { return }
      guard let dot = candidate.lastIndex(of: ".") else { break }
      candidate = candidate[..<dot]
    }
    sink.error("\(message) '\(name)'", at: location, remedy: remedy(for: name, among: names))
  }
}
