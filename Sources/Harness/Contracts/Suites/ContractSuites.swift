// Everything that can be wrong with what a user wrote is found here, before anything starts: documents, the schemas in
// them, the links between workflows and operations, the inputs that workflows need. What is left are values that the
// runner can trust.

package import JSON
import OpenAPI
package import RunModel
package import YAMLSource

/// The suites of a stack: every API document and workflow, loaded, checked and linked; nothing is run yet.
package struct ContractSuites: Sendable {
  /// A service whose promises are tested.
  package struct Service: Sendable {
    /// Name in the stack.
    package let name: String
    /// File of its OpenAPI document.
    package let openapi: String

    /// Names a service and its document.
    package init(name: String, openapi: String) {
      self.name = name
      self.openapi = openapi
    }
  }

  let apis: [ServiceAPI]
  /// The workflows that are suites of their own, in the order of their files, then the generated ones.
  let suites: [RunnableSuite]
  /// What workflows provide for generated cases.
  let provisions: [DataProvision]
  /// All workflows by id, also those that only others call.
  let workflows: [String: WorkflowSuite]
  let inputs: [String: JSONValue]
  let patterns: PatternCache

  /// Loads documents and workflows and checks all of them.
  ///
  /// A workflow that others call, and whose required inputs nothing but its callers provides, is a part of them and no
  /// suite of its own.
  /// - Returns: the suites, absent when there is an error, and every problem with its position.
  package static func load(
    services: [Service], workflows: [String], inputs: [String: JSONValue], stores: [Component] = [],
    loader: SourceLoader, generation limits: GenerationLimits = GenerationLimits()
  ) -> (ContractSuites?, [Diagnostic]) {
    let patterns = PatternCache()
    var library = ContractLibrary(loader: loader, patterns: patterns)
    for service in services { library.load(service) }
    for file in workflows { library.load(workflows: file) }
    var linker = SuiteLinker(library: library, inputs: inputs, stores: stores)
    let linked = linker.link()
    let diagnostics = library.diagnostics + linker.diagnostics
    guard !diagnostics.hasErrors else { return (nil, diagnostics.inReadingOrder()) }
    let apis = library.apis.values.sorted { $0.service < $1.service }
    let workflows = Dictionary(linked.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let (generated, problems) = SuiteGenerator(
      apis: apis, provisions: linker.provisions, workflows: workflows, patterns: patterns, limits: limits
    ).suites()
    let suites = ContractSuites(
      apis: apis,
      suites: linked.filter { !linker.isPart($0.id) }.map(RunnableSuite.workflow)
        + generated.map(RunnableSuite.generated),
      provisions: linker.provisions, workflows: workflows, inputs: inputs, patterns: patterns)
    return (suites, (diagnostics + problems).inReadingOrder())
  }

  /// Some suites of others.
  init(selecting suites: [RunnableSuite], of others: ContractSuites) {
    apis = others.apis
    self.suites = suites
    provisions = others.provisions
    workflows = others.workflows
    inputs = others.inputs
    patterns = others.patterns
  }

  private init(
    apis: [ServiceAPI], suites: [RunnableSuite], provisions: [DataProvision], workflows: [String: WorkflowSuite],
    inputs: [String: JSONValue], patterns: PatternCache
  ) {
    self.apis = apis
    self.suites = suites
    self.provisions = provisions
    self.workflows = workflows
    self.inputs = inputs
    self.patterns = patterns
  }

  /// Tells of generated cases that did not fit into the limit; nil when all did.
  var omissionNotice: Notice? {
    let omitted = suites.compactMap { suite -> Int? in
      guard case .generated(let generated) = suite, generated.omittedCount > 0 else { return nil }
      return generated.omittedCount
    }
    guard !omitted.isEmpty else { return nil }
    return Notice(
      .info,
      "\(omitted.count) operation\(omitted.count == 1 ? "" : "s") could have \(omitted.reduce(0, +)) more generated cases",
      remedy: "raise --cases-per-operation to run them all")
  }

  /// The cases and operations as reports announce them.
  package var plan: ContractPlan {
    ContractPlan(
      suites: suites.map(\.plan),
      operations: apis.flatMap { api in api.document.operations.map(api.reference(to:)) })
  }
}
