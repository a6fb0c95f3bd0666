// What an API document tells about the order of things is little, but enough to begin with: what is made under a path
// and shown under a longer one can be made, read, changed and removed. Everything written here is meant to be edited.

package import JSON
package import OpenAPI
import YAMLSource

/// Writes first workflows for a service from its OpenAPI document.
package struct OpenAPIImporter {
  private let document: OpenAPIDocument
  private let service: String
  private let samples: PayloadSampler
  private let credentials: Credentials
  private let tree: ResourceTree
  private var stackInputs: [Credentials.Input] = []
  private var covered: Set<String> = []
  private var remarks: [String] = []

  /// Prepares an import; `patterns` compiles the patterns of the document's schemas.
  package init(_ document: OpenAPIDocument, service: String, patterns: any PatternEngine) {
    self.document = document
    self.service = service
    samples = PayloadSampler(document, patterns: patterns)
    credentials = Credentials(document, service: service)
    tree = ResourceTree(document.operations)
  }

  /// Writes everything.
  ///
  /// - Parameters:
  ///   - file: path of the document below the folder of contracts.
  ///   - text: the document's text, when it is to be written there.
  ///   - baseURL: where the service is, without a slash at the end.
  package mutating func stack(documentFile file: String, text: String?, baseURL: String) -> ImportedStack {
    var workflows: [WorkflowDraft] = []
    for resource in tree.resources {
      guard let provision = provision(resource) else { continue }
      workflows.append(provision)
      workflows.append(life(of: resource))
    }
    if let reads = reads() { workflows.append(reads) }
    if let credentials = credentialProvision() { workflows.insert(credentials, at: 0) }
    let rest = document.operations.filter { !covered.contains($0.id) }.map(\.id)
    if !rest.isEmpty {
      remarks.append("no workflow calls \(rest.joined(separator: ", ")); generated cases do where they can")
    }
    let arazzo = ArazzoText(
      title: document.title.isEmpty ? service : document.title, document: "../\(file)",
      head: [
        "First workflows for \(service), written by concord import from its OpenAPI document: a beginning to be edited.",
        "What 'provide-…' workflows make is what generated cases work on.",
      ], workflows: workflows)
    var files = [ImportedStack.File(path: "workflows/\(service).arazzo.yaml", text: arazzo.text)]
    if workflows.isEmpty { files = [] }
    if let text { files.insert(.init(path: file, text: text), at: 0) }
    let stack = StackText(service: service, document: file, baseURL: baseURL, inputs: stackInputs)
    return ImportedStack(
      service: service, files: files, stack: stack.whole, entry: stack.entry, remarks: remarks)
  }

  // MARK: Workflows

  private func provisionID(_ resource: Resource) -> String { "provide-\(service)-\(resource.noun)" }

  /// Makes one for whatever needs it; nil when nobody could tell how to find it afterwards.
  private mutating func provision(_ resource: Resource) -> WorkflowDraft? {
    var workflow = WorkflowDraft(id: provisionID(resource), summary: "Makes one \(resource.noun) to work on.")
    guard let output = appendCreation(of: resource, to: &workflow) else { return nil }
    workflow.outputs = pathValues(of: resource, created: output, step: "make").map { ($0.name, $0.expression) }
    let parameters = workflow.outputs.map {
      ParameterDraft(name: $0.name, location: "path", value: .string("$outputs.\($0.name)"))
    }
    let lasting = resource.operations.filter { $0.method == "GET" || $0.method == "HEAD" || $0.method == "DELETE" }
    let changing = resource.operations.filter { !lasting.contains($0) }
    let nested = document.operations.filter { operation in
      operation.path.hasPrefix(resource.path + "/")
        && Set(operation.template.variables) == Set(workflow.outputs.map(\.name))
        && !resource.operations.contains(operation)
    }
    for (operations, isFresh) in [(lasting + nested, false), (changing, true)] where !operations.isEmpty {
      workflow.provisions.append(
        .init(operations: operations.map(\.id), parameters: parameters, isFresh: isFresh))
    }
    return workflow
  }

  /// One that is made, read, listed, changed and removed.
  private mutating func life(of resource: Resource) -> WorkflowDraft {
    var workflow = WorkflowDraft(
      id: "\(service)-\(resource.noun)-life", summary: "The life of one \(resource.noun).")
    guard let output = appendCreation(of: resource, to: &workflow) else { return workflow }
    let values = pathValues(of: resource, created: output, step: "make")
    func path(_ operation: Operation) -> [ParameterDraft] {
      values.filter { operation.template.variables.contains($0.name) }.map {
        ParameterDraft(name: $0.name, location: "path", value: .string($0.expression))
      }
    }
    let same =
      output.expression.hasPrefix("$response.body#/")
      ? ["\(output.expression) == $steps.make.outputs.\(output.name)"] : []
    if let read = resource.own("GET") {
      append(read, "read", "The \(resource.noun) is there.", path(read), criteria: same, to: &workflow)
    }
    if let listing = resource.listing {
      append(listing, "list", "The list can be read.", path(listing), to: &workflow)
    }
    for method in ["PATCH", "PUT"] {
      if let change = resource.own(method) {
        append(change, "change-\(method.lowercased())", "The \(resource.noun) changes.", path(change), to: &workflow)
      }
    }
    if let removal = resource.own("DELETE") {
      append(removal, "remove", "The \(resource.noun) is removed.", path(removal), to: &workflow)
      if let read = resource.own("GET"),
        let gone = ["404", "410"].first(where: { code in
          read.responses.contains { $0.status == code }
        })
      {
        append(read, "read-removed", "Then it is not there any more.", path(read), status: gone, to: &workflow)
      }
    }
    return workflow
  }

  /// Everything that can be read without knowing anything.
  private mutating func reads() -> WorkflowDraft? {
    let operations = document.operations.filter {
      $0.method == "GET" && $0.template.variables.isEmpty && !covered.contains($0.id)
    }
    guard !operations.isEmpty else { return nil }
    var workflow = WorkflowDraft(id: "\(service)-reads", summary: "What needs no preparation can be read.")
    var taken: Set<String> = []
    for operation in operations {
      let id = Identifier.unique(Identifier.kebab(operation.id), among: &taken)
      append(operation, id, operation.summary ?? "\(operation.method) \(operation.path)", [], to: &workflow)
    }
    return workflow
  }

  /// Credentials for all generated cases.
  private mutating func credentialProvision() -> WorkflowDraft? {
    let sets = Set(document.operations.map { credentials.parameters(for: $0).parameters }.filter { !$0.isEmpty })
    guard sets.count == 1, let parameters = sets.first,
      let probe = document.operations.first(where: { $0.method == "GET" && $0.template.variables.isEmpty })
    else { return nil }
    var workflow = WorkflowDraft(
      id: "provide-\(service)-credentials", summary: "Generated requests prove who sends them.")
    workflow.provisions = [.init(operations: nil, parameters: parameters, isFresh: false)]
    append(probe, "probe", "Something can be read.", [], to: &workflow)
    for input in credentials.parameters(for: document.operations.first { !$0.isPublic } ?? probe).inputs {
      workflow.declare(input.name, ["type": "string"], isRequired: true)
    }
    return workflow
  }

  // MARK: Steps

  /// Appends what makes one, after what it lies below; answers what tells it from others.
  private mutating func appendCreation(
    of resource: Resource, to workflow: inout WorkflowDraft
  ) -> (name: String, expression: String)? {
    let creation = resource.creation
    guard let place = samples.identifier(resource.variable, resource.noun, inAnswerOf: creation) else {
      remarks.append(
        "what \(creation.id) makes cannot be found again: no member of its answer looks like '\(resource.variable)'")
      return nil
    }
    var parameters: [ParameterDraft] = []
    if let parent = tree.parent(of: resource.creation.path + "/"), parent.path != resource.path {
      let names = parent.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
        String($0.dropFirst().dropLast())
      }
      workflow.steps.append(
        StepDraft(
          id: "prepare", summary: "Something to put it below.", target: .workflow(provisionID(parent)),
          outputs: names.map { ($0, "$workflows.\(provisionID(parent)).outputs.\($0)") }))
      parameters = names.map {
        ParameterDraft(name: $0, location: "path", value: .string("$steps.prepare.outputs.\($0)"))
      }
    }
    append(creation, "make", "One \(resource.noun) is made.", parameters, to: &workflow)
    let output = (name: resource.variable, expression: place)
    workflow.steps[workflow.steps.count - 1].outputs = [output]
    return output
  }

  /// Values of the variables in the path of one.
  private func pathValues(
    of resource: Resource, created output: (name: String, expression: String), step: String
  ) -> [(name: String, expression: String)] {
    let names = resource.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
      String($0.dropFirst().dropLast())
    }
    return names.map { name in
      (name, name == output.name ? "$steps.\(step).outputs.\(name)" : "$steps.prepare.outputs.\(name)")
    }
  }

  private mutating func append(
    _ operation: Operation, _ id: String, _ summary: String, _ path: [ParameterDraft], criteria: [String] = [],
    status: String? = nil, to workflow: inout WorkflowDraft
  ) {
    covered.insert(operation.id)
    var step = StepDraft(id: id, summary: summary, target: .operation(operation.id))
    let (proofs, inputs) = credentials.parameters(for: operation)
    for input in inputs {
      workflow.declare(input.name, ["type": "string"], isRequired: true)
      if !stackInputs.contains(input) { stackInputs.append(input) }
    }
    let known = Set(path.map { "\($0.location ?? "")\($0.name)" })
    let proven = Set(proofs.map(\.name))
    let required = operation.parameters.filter {
      $0.isRequired && !known.contains("\($0.location.rawValue)\($0.name)") && !proven.contains($0.name)
    }
    step.parameters =
      path
      + required.map {
        ParameterDraft(name: $0.name, location: $0.location.rawValue, value: samples.value(of: $0))
      } + proofs
    if let body = samples.payload(of: operation) {
      step.body = (body.contentType == "application/json" ? nil : body.contentType, body.value)
      if body.isUnique { workflow.declareUnique() }
    }
    let success = operation.responses.map(\.status).filter { $0.hasPrefix("2") }.sorted().first
    let expected = status ?? success
    step.criteria = [expected.flatMap { Int($0) }.map { "$statusCode == \($0)" } ?? "$statusCode < 400"] + criteria
    workflow.steps.append(step)
  }
}
