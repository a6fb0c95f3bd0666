import JSON
package import YAMLSource

extension ArazzoDocument {
  /// Checks what the steps call against the documents that are called.
  ///
  /// An unknown operation or workflow, or a path parameter that no step passes, is an error; a path or query parameter
  /// that the operation does not have is a warning, as a suite may send it to see it refused.
  /// - Parameter catalogue: what a source description offers; `nil` when it could not be loaded, which the caller has
  ///   reported, so that nothing is said about its operations.
  package func diagnostics(resolving catalogue: (SourceDescription) -> SourceCatalogue?) -> [Diagnostic] {
    let sink = DiagnosticSink()
    var catalogues: [String: SourceCatalogue] = [:]
    for source in sources { catalogues[source.name] = catalogue(source) }
    for workflow in workflows {
      for reference in workflow.dependsOn { check(reference, in: catalogues, sink) }
      for step in workflow.steps { check(step, in: catalogues, sink) }
    }
    return sink.diagnostics.inReadingOrder()
  }

  /// The source description whose operation a target names; without a name, the only OpenAPI document.
  package func source(of target: Step.Target) -> SourceDescription? {
    switch target {
    case .operation(let name?, _), .operationPath(let name, _): source(named: name)
    case .operation(nil, _): sources.first { $0.kind == .openapi }
    case .workflow(let reference): reference.source.flatMap { source(named: $0) }
    }
  }

  private func check(_ step: Step, in catalogues: [String: SourceCatalogue], _ sink: DiagnosticSink) {
    if case .workflow(let reference) = step.target { check(reference, in: catalogues, sink) }
    for action in step.onSuccess {
      if case .goto(.workflow(let reference)) = action.kind { check(reference, in: catalogues, sink) }
    }
    for action in step.onFailure {
      switch action.kind {
      case .goto(.workflow(let reference)), .retry(_, _, .workflow(let reference)):
        check(reference, in: catalogues, sink)
      default: break
      }
    }
    guard let source = source(of: step.target), let catalogue = catalogues[source.name] else { return }
    switch step.target {
    case .workflow: return
    case .operation(_, let id):
      if let operation = catalogue.operations.first(where: { $0.id == id }) {
        return checkParameters(of: step, against: operation, sink)
      }
      sink.error(
        "the step '\(step.id)' calls the unknown operation '\(id)' of '\(source.name)'", at: step.targetLocation,
        remedy: remedy(for: id, among: catalogue.operations.compactMap(\.id)))
    case .operationPath(_, let pointer):
      if let operation = catalogue.operations.first(where: { $0.pointer == pointer }) {
        return checkParameters(of: step, against: operation, sink)
      }
      sink.error(
        "the step '\(step.id)' calls an operation that '\(source.name)' does not have: '\(pointer)'",
        at: step.targetLocation,
        remedy: remedy(for: pointer.description, among: catalogue.operations.map(\.pointer.description)))
    }
  }

  private func check(_ reference: WorkflowReference, in catalogues: [String: SourceCatalogue], _ sink: DiagnosticSink) {
    guard let source = reference.source, let catalogue = catalogues[source] else { return }
    guard !catalogue.workflows.contains(reference.id) else { return }
    sink.error(
      "'\(source)' has no workflow '\(reference.id)'", at: reference.location,
      remedy: remedy(for: reference.id, among: catalogue.workflows))
  }

  /// Extension of a parameter that is sent on purpose though no document knows it, to see it refused.
  private static let undocumentedKey = "x-concord-undocumented"

  private func checkParameters(
    of step: Step, against operation: SourceCatalogue.Operation, _ sink: DiagnosticSink
  ) {
    for parameter in operation.parameters where parameter.location == .path {
      guard !step.parameters.contains(where: { $0.location == .path && $0.name == parameter.name }) else { continue }
      sink.error(
        "the step '\(step.id)' does not pass the path parameter '\(parameter.name)'", at: step.location,
        remedy: "add it with 'in: path'")
    }
    for parameter in step.parameters {
      guard let location = parameter.location, location == .path || location == .query else { continue }
      if parameter.extensions[Self.undocumentedKey] == true { continue }
      let known = operation.parameters.filter { $0.location == location }.map(\.name)
      guard !known.contains(parameter.name) else { continue }
      sink.warning(
        "the operation has no \(location.rawValue) parameter '\(parameter.name)'", at: parameter.source,
        remedy: remedy(for: parameter.name, among: known))
    }
  }
}
