import Arazzo
import JSON
import JSONSchema
import OpenAPI
import RunModel
import YAMLSource

/// Links workflows with the operations and workflows that they call, collecting every problem on the way.
struct SuiteLinker {
  private let library: ContractLibrary
  private let provided: [String: JSONValue]
  private let declarations: [String: InputDeclarations]
  private let graph: WorkflowGraph
  private var checker: WorkflowChecker
  private(set) var diagnostics: [Diagnostic] = []
  /// What workflows provide for generated cases.
  private(set) var provisions: [DataProvision] = []

  init(library: ContractLibrary, inputs: [String: JSONValue], stores: [Component]) {
    self.library = library
    provided = inputs
    var workflows: [String: Workflow] = [:]
    var declarations: [String: InputDeclarations] = [:]
    for document in library.documents {
      for workflow in document.workflows where workflows[workflow.id] == nil {
        workflows[workflow.id] = workflow
        declarations[workflow.id] = InputDeclarations(workflow.inputs, in: document.source.json)
      }
    }
    self.declarations = declarations
    graph = WorkflowGraph(workflows)
    checker = WorkflowChecker(declarations: declarations, provided: Set(inputs.keys), graph: graph, stores: stores)
  }

  /// Links every workflow; in the order of the files.
  mutating func link() -> [WorkflowSuite] {
    reportDuplicates()
    var suites: [WorkflowSuite] = []
    for document in library.documents {
      let services = services(of: document)
      let schemas = library.inputSchemas(of: document)
      let library = library
      diagnostics += document.diagnostics { source in
        switch library.role(of: source, in: document) {
        case .api(let service): library.apis[service].map { SourceCatalogue($0.document) }
        case .workflows(let other): SourceCatalogue(workflows: other.workflows.map(\.id))
        case .unknown: nil
        }
      }
      let sink = DiagnosticSink()
      provisions += ProvisionReader(library: library, sink: sink).provisions(of: document, services)
      diagnostics += sink.diagnostics
      for workflow in document.workflows {
        diagnostics += checker.problems(of: workflow, isPart: isPart(workflow.id))
        checkInputs(of: workflow, in: document, schemas)
        suites.append(suite(of: workflow, in: document, services))
      }
    }
    return suites
  }

  /// Whether a workflow only runs as a part of others: they call it, and only they have what it needs.
  func isPart(_ id: String) -> Bool { checker.isPart(id) }

  private func suite(of workflow: Workflow, in document: ArazzoDocument, _ services: [String: String]) -> WorkflowSuite
  {
    let steps = workflow.steps.compactMap { step -> LinkedStep? in
      if case .workflow(let reference) = step.target { return LinkedStep(step: step, target: .workflow(reference.id)) }
      guard let service = document.source(of: step.target).flatMap({ services[$0.name] }),
        let api = library.apis[service], let operation = api.operation(of: step.target)
      else { return nil }  // reported by the document, and then there are no suites
      return LinkedStep(step: step, target: .operation(LinkedOperation(operation, of: api)))
    }
    return WorkflowSuite(
      workflow: workflow, steps: steps, services: services,
      inputs: declarations[workflow.id] ?? InputDeclarations(nil, in: .null),
      prerequisites: graph.prerequisites(of: workflow.id).sorted())
  }

  /// The services behind the source descriptions of a document.
  private mutating func services(of document: ArazzoDocument) -> [String: String] {
    var services: [String: String] = [:]
    for source in document.sources {
      switch (library.role(of: source, in: document), source.kind) {
      case (.api(let service), _): services[source.name] = service
      case (.workflows, _): break
      case (.unknown, .openapi):
        let known = library.services.map { "\($0.value) (\($0.key))" }.sorted().joined(separator: ", ")
        report(
          "the source '\(source.name)' is the document of no service of the stack: \(source.url)", at: source.location,
          remedy: known.isEmpty ? "give a service of the stack this 'openapi'" : "name the document of one of: \(known)"
        )
      case (.unknown, .arazzo):
        report(
          "the source '\(source.name)' is none of the stack's workflow files: \(source.url)", at: source.location,
          remedy: "add the file to 'contracts/workflows' of the stack description")
      }
    }
    return services
  }

  private mutating func reportDuplicates() {
    var seen: [String: SourceLocation] = [:]
    for workflow in library.documents.flatMap(\.workflows) {
      // The document has reported those that it has twice itself.
      if let other = seen[workflow.id], other.file != workflow.location.file {
        report(
          "the workflow id '\(workflow.id)' is used twice, also at \(other)", at: workflow.location,
          remedy: "suites are named after their workflows: give one of them another id")
      }
      seen[workflow.id] = workflow.location
    }
  }

  /// Checks how inputs get their values, and that those of suites fit their schema.
  private mutating func checkInputs(of workflow: Workflow, in document: ArazzoDocument, _ schemas: SchemaSet?) {
    guard let inputs = workflow.inputs, let declared = declarations[workflow.id] else { return }
    for input in declared.inputs { checkGenerator(of: input, in: document) }
    guard !isPart(workflow.id), declared.missing(given: Set(provided.keys)).isEmpty else { return }
    let uri = OpenAPIDocument.uri(ofFile: document.file) + "#" + inputs.pointer.uriFragment
    guard let schema = try? schemas?.schema(at: uri) else {
      report(
        "the inputs of the workflow '\(workflow.id)' are no valid JSON Schema", at: inputs.location,
        remedy: "see JSON Schema 2020-12")
      return
    }
    let values = declared.values(provided: provided, seed: 0, call: workflow.id)
    let names = declared.isComplete ? declared.inputs.map(\.name) : values.keys.sorted()
    let object = JSONObject(names.compactMap { name in values[name].map { (name, $0) } })
    for violation in schema.validate(.object(object)) {
      let subject = violation.instance.tokens.first.map { "input '\($0)'" } ?? "set of inputs"
      report(
        "the \(subject) of the workflow '\(workflow.id)' does not fit: \(Self.clause(violation.message))",
        at: document.source.keyLocation(of: violation.schema) ?? inputs.location,
        remedy: "correct it in 'inputs' of the stack description, or the schema here")
    }
  }

  /// A sentence as the end of another one, which carries no full stop.
  private static func clause(_ sentence: String) -> String {
    let body = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    return body.prefix(1).lowercased() + body.dropFirst()
  }

  private mutating func checkGenerator(of input: InputDeclarations.Input, in document: ArazzoDocument) {
    guard let generator = input.schema[InputDeclarations.generatorKey] else { return }
    let known = InputDeclarations.Generator.allCases.map(\.rawValue)
    guard generator.stringValue.map(known.contains) != true else { return }
    let place = input.pointer.appending(InputDeclarations.generatorKey)
    diagnostics.append(
      Diagnostic(
        location: document.source.location(of: place),
        message: "the input '\(input.name)' cannot be generated as \(generator.serialized())",
        remedy: remedy(for: generator.stringValue ?? "", among: known) ?? "known: \(known.joined(separator: ", "))"))
  }

  private mutating func report(_ message: String, at location: SourceLocation, remedy: String?) {
    diagnostics.append(Diagnostic(location: location, message: message, remedy: remedy))
  }
}

extension ServiceAPI {
  /// The operation that a step calls.
  fileprivate func operation(of target: Step.Target) -> Operation? {
    switch target {
    case .operation(_, let id): document.operation(id: id)
    case .operationPath(_, let pointer): document.operation(at: pointer)
    case .workflow: nil
    }
  }
}

extension SourceCatalogue {
  /// What an OpenAPI document offers to steps.
  fileprivate init(_ document: OpenAPIDocument) {
    self.init(
      operations: document.operations.map { operation in
        Operation(
          id: operation.operationID, pointer: operation.pointer,
          parameters: operation.parameters.compactMap { parameter in
            StepParameter.Location(rawValue: parameter.location.rawValue).map {
              Parameter(name: parameter.name, location: $0, isRequired: parameter.isRequired)
            }
          })
      })
  }
}
