import JSON
import OpenAPI
import YAMLSource

/// Makes the generated suites of a stack, one for each operation.
struct SuiteGenerator {
  let apis: [ServiceAPI]
  let provisions: [DataProvision]
  let workflows: [String: WorkflowSuite]
  let patterns: PatternCache
  let limits: GenerationLimits

  /// The suites, in the order of services and documents; operations that nothing can be generated for are noted.
  func suites() -> (suites: [GeneratedSuite], problems: [Diagnostic]) {
    var suites: [GeneratedSuite] = []
    var problems: [Diagnostic] = []
    guard limits.casesPerOperation > 0 else { return ([], []) }
    for api in apis {
      for operation in api.document.operations {
        let suite = suite(LinkedOperation(operation, of: api))
        problems += suite.problems.map { problem in
          Diagnostic(
            severity: .note, location: operation.location, message: "\(operation.id): \(problem)",
            remedy: "give the document an example, or let a workflow provide data (\(ProvisionReader.key))")
        }
        if !suite.cases.isEmpty { suites.append(suite) }
      }
    }
    return (suites, problems)
  }

  private func suite(_ linked: LinkedOperation) -> GeneratedSuite {
    let own = provisions.filter { $0.concerns(linked.operation, of: linked.api.service) }
    var prerequisites: Set<String> = []
    for provision in own {
      guard let workflow = workflows[provision.workflow] else { continue }
      prerequisites.formUnion(workflow.prerequisites)
      if !provision.isFresh { prerequisites.insert(workflow.id) }
    }
    return CaseGenerator(linked, provisions: own, patterns: patterns)
      .suite(limits: limits, prerequisites: prerequisites.sorted())
  }
}
