import JSON

/// Writes workflows as an Arazzo document.
struct ArazzoText {
  let title: String
  /// Path of the OpenAPI document, relative to the file.
  let document: String
  /// Lines above everything.
  let head: [String]
  let workflows: [WorkflowDraft]

  /// The text of the file.
  var text: String {
    var yaml = YAMLText()
    for line in head { yaml.comment(0, line) }
    yaml.line(0, "arazzo: 1.0.1")
    yaml.line(0, "info:")
    yaml.member(1, "title", .string(title))
    yaml.line(1, "version: 1.0.0")
    yaml.line(0, "")
    yaml.line(0, "sourceDescriptions:")
    yaml.line(1, "- \(YAMLText.flow(["name": "api", "url": .string(document), "type": "openapi"]))")
    yaml.line(0, "")
    yaml.line(0, "workflows:")
    for (index, workflow) in workflows.enumerated() {
      if index > 0 { yaml.line(0, "") }
      write(workflow, &yaml)
    }
    return yaml.text
  }

  private func write(_ workflow: WorkflowDraft, _ yaml: inout YAMLText) {
    for remark in workflow.remarks { yaml.comment(1, remark) }
    yaml.member(1, "workflowId", .string(workflow.id), prefix: "- ")
    yaml.member(2, "summary", .string(workflow.summary))
    if !workflow.inputs.isEmpty {
      yaml.line(2, "inputs:")
      yaml.line(3, "type: object")
      if !workflow.requiredInputs.isEmpty {
        yaml.member(3, "required", .array(workflow.requiredInputs.map { .string($0) }))
      }
      yaml.line(3, "properties:")
      for input in workflow.inputs { yaml.member(4, input.name, input.schema) }
    }
    if !workflow.provisions.isEmpty {
      yaml.line(2, "x-concord-provides:")
      for provision in workflow.provisions { write(provision, &yaml) }
    }
    yaml.line(2, "steps:")
    for (index, step) in workflow.steps.enumerated() {
      if index > 0 { yaml.line(0, "") }
      write(step, &yaml)
    }
    if !workflow.outputs.isEmpty {
      yaml.line(2, "outputs:")
      for output in workflow.outputs { yaml.member(3, output.name, .string(output.expression)) }
    }
  }

  private func write(_ provision: WorkflowDraft.Provision, _ yaml: inout YAMLText) {
    let operations: JSONValue = provision.operations.map { .array($0.map { .string($0) }) } ?? "*"
    yaml.member(3, "operations", operations, prefix: "- ")
    if provision.isFresh { yaml.line(4, "fresh: true") }
    write(provision.parameters, 4, &yaml)
  }

  private func write(_ parameters: [ParameterDraft], _ depth: Int, _ yaml: inout YAMLText) {
    guard !parameters.isEmpty else { return }
    yaml.line(depth, "parameters:")
    for parameter in parameters {
      var object: JSONObject = ["name": .string(parameter.name)]
      if let location = parameter.location { object["in"] = .string(location) }
      object["value"] = parameter.value
      yaml.line(depth + 1, "- \(YAMLText.flow(.object(object)))")
    }
  }

  private func write(_ step: StepDraft, _ yaml: inout YAMLText) {
    for remark in step.remarks { yaml.comment(3, remark) }
    yaml.member(3, "stepId", .string(step.id), prefix: "- ")
    yaml.member(4, "description", .string(step.summary))
    switch step.target {
    case .operation(let id): yaml.member(4, "operationId", .string(id))
    case .workflow(let id): yaml.member(4, "workflowId", .string(id))
    }
    write(step.parameters, 4, &yaml)
    if let body = step.body {
      yaml.line(4, "requestBody:")
      if let contentType = body.contentType { yaml.member(5, "contentType", .string(contentType)) }
      yaml.member(5, "payload", body.payload)
    }
    if !step.criteria.isEmpty {
      yaml.line(4, "successCriteria:")
      for criterion in step.criteria { yaml.member(5, "condition", .string(criterion), prefix: "- ") }
    }
    if !step.outputs.isEmpty {
      yaml.line(4, "outputs:")
      for output in step.outputs { yaml.member(5, output.name, .string(output.expression)) }
    }
  }
}
