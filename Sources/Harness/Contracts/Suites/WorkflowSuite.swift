import Arazzo
import RunModel

/// A workflow, linked with what its steps call.
struct WorkflowSuite: Sendable {
  let workflow: Workflow
  let steps: [LinkedStep]
  /// Services by the names of the document's source descriptions.
  let services: [String: String]
  let inputs: InputDeclarations
  /// Workflows that run before: those that it builds on, and those that the workflows it calls build on.
  let prerequisites: [String]

  var id: String { workflow.id }

  /// Whether no step can run again after a later one, so that each result is final as soon as it is there.
  var isStraight: Bool {
    var positions: [String: Int] = [:]
    for (index, step) in steps.enumerated() { positions[step.id] = index }
    for (index, step) in steps.enumerated() {
      for case .step(let id) in step.step.actionTargets where positions[id] ?? index <= index { return false }
    }
    return true
  }

  /// Cases of the suite, one per step.
  var plan: ContractPlan.Suite {
    ContractPlan.Suite(
      id: id, title: workflow.summary ?? id, source: workflow.location,
      cases: steps.map { CaseID(suite: id, name: $0.id) })
  }
}

/// A step with what it calls.
struct LinkedStep: Sendable {
  /// What is called.
  enum Target: Sendable {
    case operation(LinkedOperation)
    /// A workflow of the stack, by its id.
    case workflow(String)
  }

  let step: Step
  let target: Target

  var id: String { step.id }

  /// The first line of the description, or the id.
  var title: String { step.description?.split(separator: "\n").first.map(String.init) ?? step.id }

  /// The service whose promise the step tests.
  var service: String {
    if case .operation(let linked) = target { linked.api.service } else { "workflows" }
  }

  /// The operation as reports name it.
  var operation: OperationReference? {
    if case .operation(let linked) = target { linked.reference } else { nil }
  }
}

extension Step {
  /// Where its actions can lead.
  var actionTargets: [ActionTarget] {
    onSuccess.compactMap { action in
      if case .goto(let target) = action.kind { target } else { nil }
    }
      + onFailure.compactMap { action in
        switch action.kind {
        case .goto(let target), .retry(_, _, let target?): target
        case .end, .retry(_, _, nil): nil
        }
      }
  }

  /// Workflows that it calls, or that its actions lead to.
  var calledWorkflows: [WorkflowReference] {
    var references: [WorkflowReference] = []
    if case .workflow(let reference) = target { references.append(reference) }
    for case .workflow(let reference) in actionTargets { references.append(reference) }
    return references
  }
}
