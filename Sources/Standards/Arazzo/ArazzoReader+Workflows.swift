import JSON
import YAMLSource

extension ArazzoReader {
  /// Reads a workflow; what the steps inherit from it is merged into them.
  func workflow(_ node: SourceNode, at pointer: JSONPointer) -> Workflow? {
    var mapping = mapping(node, "a workflow")
    guard mapping.isMapping else { return nil }
    let id = mapping.requiredString("workflowId")
    if let id { checkIdentifier(id, "a workflowId", at: node["workflowId"]?.location) }
    let inputs = mapping.optional("inputs").flatMap { self.inputs($0, at: pointer.appending("inputs")) }
    let dependsOn = mapping.list("dependsOn").compactMap { workflowReference($0) }
    var inherited = Inherited()
    inherited.parameters = mapping.list("parameters").compactMap { reusableParameter($0) }
    inherited.onSuccess = mapping.list("successActions").compactMap { reusableSuccessAction($0) }
    inherited.onFailure = mapping.list("failureActions").compactMap { reusableFailureAction($0) }
    reportDuplicates(in: inherited)
    let stepNodes = mapping.requiredList("steps")
    if mapping.has("steps"), node["steps"]?.elements?.isEmpty == true {
      sink.error("'steps' of a workflow must not be empty", at: mapping.keyLocation("steps"))
    }
    let workflow = Workflow(
      id: id ?? "", summary: mapping.string("summary"), description: mapping.string("description"), inputs: inputs,
      dependsOn: dependsOn, steps: stepNodes.compactMap { step($0, inheriting: inherited) },
      after: afterSteps(of: node), outputs: outputs(&mapping), extensions: mapping.extensions, location: node.location)
    mapping.finish()
    return workflow
  }

  /// What the steps of a workflow have in common.
  struct Inherited {
    var parameters: [StepParameter] = []
    var onSuccess: [SuccessAction] = []
    var onFailure: [FailureAction] = []
  }

  private func inputs(_ node: SourceNode, at pointer: JSONPointer) -> WorkflowInputs? {
    guard node.entries != nil || node.json.boolValue != nil else {
      sink.error("'inputs' of a workflow must be a JSON Schema, found \(node.found)", at: node.location)
      return nil
    }
    return WorkflowInputs(schema: node.json, pointer: pointer, location: node.location)
  }

  // MARK: Steps

  private func step(_ node: SourceNode, inheriting inherited: Inherited) -> Step? {
    var mapping = mapping(node, "a step")
    guard mapping.isMapping else { return nil }
    let id = mapping.requiredString("stepId")
    if let id { checkIdentifier(id, "a stepId", at: node["stepId"]?.location) }
    let target = target(&mapping, node)
    let own = Inherited(
      parameters: mapping.list("parameters").compactMap { reusableParameter($0) },
      onSuccess: mapping.list("onSuccess").compactMap { reusableSuccessAction($0) },
      onFailure: mapping.list("onFailure").compactMap { reusableFailureAction($0) })
    reportDuplicates(in: own)
    let criteria = criteria(&mapping, "successCriteria", mustHaveOne: true)
    let body = mapping.optional("requestBody").map { requestBody($0) }
    let description = mapping.string("description")
    let outputs = outputs(&mapping)
    mapping.finish()
    guard let id, let target else { return nil }
    let parameters =
      own.parameters
      + inherited.parameters.filter { candidate in
        !own.parameters.contains { $0.name == candidate.name && $0.location == candidate.location }
      }
    checkLocations(of: parameters, target: target.target)
    if case .workflow = target.target, let body {
      sink.error("a step that calls a workflow cannot have a 'requestBody'", at: body.location)
    }
    return Step(
      id: id, description: description, target: target.target, targetLocation: target.location,
      parameters: parameters, requestBody: body, successCriteria: criteria,
      onSuccess: own.onSuccess
        + inherited.onSuccess.filter { candidate in !own.onSuccess.contains { $0.name == candidate.name } },
      onFailure: own.onFailure
        + inherited.onFailure.filter { candidate in !own.onFailure.contains { $0.name == candidate.name } },
      outputs: outputs, reads: reads(of: node), extensions: mapping.extensions, location: node.location)
  }

  private func target(
    _ mapping: inout MappingReader, _ node: SourceNode
  ) -> (target: Step.Target, location: SourceLocation)? {
    let operationID = mapping.string("operationId")
    let operationPath = mapping.string("operationPath")
    let workflow = mapping.optional("workflowId").flatMap { workflowReference($0) }
    let keys = ["operationId", "operationPath", "workflowId"].filter { mapping.has($0) }
    guard keys.count == 1, let location = node[keys[0]]?.location else {
      sink.error(
        keys.isEmpty
          ? "a step lacks what it calls" : "a step calls one thing, found \(keys.joined(separator: " and "))",
        at: keys.count > 1 ? mapping.keyLocation(keys[1]) : node.location,
        remedy: "give it exactly one of 'operationId', 'operationPath' and 'workflowId'")
      return nil
    }
    if let operationID { return operation(operationID, at: location).map { ($0, location) } }
    if let operationPath { return self.operationPath(operationPath, at: location).map { ($0, location) } }
    return workflow.map { (.workflow($0), location) }
  }

  private func operation(_ text: String, at location: SourceLocation) -> Step.Target? {
    guard text.hasPrefix("$") else {
      let documents = sources.filter { $0.kind == .openapi }
      if documents.count > 1 {
        sink.error(
          "the operationId '\(text)' is ambiguous: there are \(documents.count) OpenAPI documents", at: location,
          remedy: "write '$sourceDescriptions.\(documents[0].name).\(text)'")
        return nil
      }
      return .operation(source: nil, id: text)
    }
    guard case .sourceDescription(let source, let id)? = expression(text, at: location) else {
      if (try? RuntimeExpression(parsing: text)) != nil {
        sink.error(
          "'\(text)' is no operation", at: location, remedy: "write '$sourceDescriptions.NAME.OPERATION-ID'")
      }
      return nil
    }
    return .operation(source: source, id: id)
  }

  /// `{$sourceDescriptions.NAME.url}#/paths/~1users/get`.
  private func operationPath(_ text: String, at location: SourceLocation) -> Step.Target? {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2, parts[0].hasPrefix("{"), parts[0].hasSuffix("}"),
      case .sourceDescription(let source, "url")? = try? RuntimeExpression(
        parsing: String(parts[0].dropFirst().dropLast())),
      let pointer = try? JSONPointer(parsing: String(parts[1]))
    {
      return .operationPath(source: source, pointer: pointer)
    }
    sink.error(
      "the operationPath '\(text)' cannot be read", at: location,
      remedy: "write '{$sourceDescriptions.NAME.url}#/paths/~1users/get'")
    return nil
  }

  /// A workflow by its id, or by `$sourceDescriptions.NAME.ID`.
  func workflowReference(_ node: SourceNode) -> WorkflowReference? {
    guard let text = node.string else {
      sink.error("a workflowId must be a string, found \(node.found)", at: node.location)
      return nil
    }
    guard text.hasPrefix("$") else { return WorkflowReference(source: nil, id: text, location: node.location) }
    guard case .sourceDescription(let source, let id)? = expression(text, at: node.location) else { return nil }
    return WorkflowReference(source: source, id: id, location: node.location)
  }

  /// A parameter of an operation must say where it goes; one of a workflow is an input.
  private func checkLocations(of parameters: [StepParameter], target: Step.Target) {
    if case .workflow = target { return }
    for parameter in parameters where parameter.location == nil {
      sink.error(
        "the parameter '\(parameter.name)' lacks 'in'", at: parameter.source,
        remedy: "add 'in: path', 'query', 'header' or 'cookie'")
    }
  }

  // MARK: Bodies, outputs and expressions

  private func requestBody(_ node: SourceNode) -> StepRequestBody {
    var mapping = mapping(node, "a request body")
    let payload = mapping.optional("payload").flatMap { template($0) }
    let replacements: [StepRequestBody.Replacement] = mapping.list("replacements").compactMap { node in
      var mapping = self.mapping(node, "a replacement")
      let target = mapping.requiredString("target")
      let value = mapping.required("value").flatMap { template($0) }
      mapping.finish()
      guard let target, let value else { return nil }
      return StepRequestBody.Replacement(target: target, value: value, location: node.location)
    }
    let body = StepRequestBody(
      contentType: mapping.string("contentType"), payload: payload, replacements: replacements,
      extensions: mapping.extensions, location: node.location)
    mapping.finish()
    return body
  }

  /// Reads what is handed out.
  func outputs(_ mapping: inout MappingReader) -> [Output] {
    mapping.members("outputs").compactMap { entry in
      checkName(entry, "the name of an output")
      guard let text = entry.value.string else {
        sink.error(
          "the output '\(entry.key)' must be an expression, found \(entry.value.found)", at: entry.value.location)
        return nil
      }
      guard let expression = expression(text, at: entry.value.location) else { return nil }
      return Output(name: entry.key, expression: expression, location: entry.value.location)
    }
  }

  /// An expression that makes up the whole text; what is wrong with it is reported.
  func expression(_ text: String, at location: SourceLocation) -> RuntimeExpression? {
    do {
      return try RuntimeExpression(parsing: text)
    } catch {
      report(error, at: location)
      return nil
    }
  }

  /// A value in which strings may be expressions.
  func template(_ node: SourceNode) -> ValueTemplate? {
    switch node.content {
    case .sequence(let elements):
      let parts = elements.compactMap { template($0) }
      return parts.count == elements.count ? .array(parts) : nil
    case .mapping(let entries):
      let parts = entries.compactMap { entry in
        template(entry.value).map { ValueTemplate.Member(key: entry.key, value: $0) }
      }
      return parts.count == entries.count ? .object(parts) : nil
    case .scalar:
      guard let text = node.string else { return .constant(node.json) }
      do {
        return try ValueTemplate(parsing: text)
      } catch {
        report(error, at: node.location)
        return nil
      }
    }
  }

  /// Reports an expression or condition that cannot be read.
  func report(_ error: ExpressionSyntaxError, at location: SourceLocation) {
    var advice = error.remedy
    if let root = error.root {
      advice = YAMLSource.remedy(for: "$" + root, among: RuntimeExpression.roots.map { "$" + $0 })
    }
    sink.error("\(error)", at: location, remedy: advice)
  }
}
