import JSON
import YAMLSource

extension ArazzoReader {
  // MARK: Reusable objects

  /// A parameter, or a reference to one in the components with a value of its own.
  func reusableParameter(_ node: SourceNode) -> StepParameter? {
    guard node["reference"] != nil else { return parameter(node) }
    let (found, value) = component(node, .parameters, among: components.parameters)
    guard let found else { return nil }
    let overridden = value.flatMap { template($0) }
    return StepParameter(
      name: found.name, location: found.location, value: overridden ?? found.value, extensions: found.extensions,
      source: node.location)
  }

  /// A success action, or a reference to one in the components.
  func reusableSuccessAction(_ node: SourceNode) -> SuccessAction? {
    guard node["reference"] != nil else { return successAction(node) }
    return component(node, .successActions, among: components.successActions).found
  }

  /// A failure action, or a reference to one in the components.
  func reusableFailureAction(_ node: SourceNode) -> FailureAction? {
    guard node["reference"] != nil else { return failureAction(node) }
    return component(node, .failureActions, among: components.failureActions).found
  }

  private func component<Value>(
    _ node: SourceNode, _ kind: RuntimeExpression.ComponentKind, among known: [String: Value]
  ) -> (found: Value?, value: SourceNode?) {
    var mapping = MappingReader(node, what: "a reusable object", into: sink)
    let reference = mapping.requiredString("reference")
    let value = mapping.optional("value")
    mapping.finish()
    guard let reference, let location = node["reference"]?.location,
      let expression = expression(reference, at: location)
    else { return (nil, nil) }
    guard case .component(kind, let name) = expression else {
      sink.error(
        "'\(reference)' does not refer to one of '\(kind.rawValue)'", at: location,
        remedy: "write '$components.\(kind.rawValue).NAME'")
      return (nil, nil)
    }
    guard let found = known[name] else {
      sink.error(
        "'\(reference)' is not among the components", at: location,
        remedy: YAMLSource.remedy(for: name, among: known.keys.sorted())
          ?? "declare it below 'components/\(kind.rawValue)'")
      return (nil, nil)
    }
    return (found, value)
  }

  // MARK: Objects

  /// Reads a parameter.
  func parameter(_ node: SourceNode) -> StepParameter? {
    var mapping = mapping(node, "a parameter")
    let name = mapping.requiredString("name")
    let location = mapping.choice("in", of: StepParameter.Location.self)
    let value = mapping.required("value").flatMap { template($0) }
    mapping.finish()
    guard let name, let value else { return nil }
    return StepParameter(
      name: name, location: location, value: value, extensions: mapping.extensions, source: node.location)
  }

  /// Reads a success action.
  func successAction(_ node: SourceNode) -> SuccessAction? {
    var mapping = mapping(node, "a success action")
    let name = mapping.requiredString("name")
    let type = mapping.requiredChoice("type", among: ["end", "goto"])
    let target = actionTarget(&mapping)
    let criteria = criteria(&mapping, "criteria", mustHaveOne: true)
    mapping.finish()
    guard let name, let type, checkTarget(target, of: type, in: node) else { return nil }
    return SuccessAction(
      name: name, kind: target.map { .goto($0) } ?? .end, criteria: criteria, extensions: mapping.extensions,
      location: node.location)
  }

  /// Reads a failure action.
  func failureAction(_ node: SourceNode) -> FailureAction? {
    var mapping = mapping(node, "a failure action")
    let name = mapping.requiredString("name")
    let type = mapping.requiredChoice("type", among: ["end", "goto", "retry"])
    let target = actionTarget(&mapping)
    let criteria = criteria(&mapping, "criteria", mustHaveOne: false)
    let after = retryDelay(&mapping)
    let limit = mapping.int("retryLimit", in: 0...10_000)
    mapping.finish()
    guard let name, let type, checkTarget(target, of: type, in: node) else { return nil }
    for key in ["retryAfter", "retryLimit"] where type != "retry" && mapping.has(key) {
      sink.error("'\(key)' is only for actions of type 'retry'", at: mapping.keyLocation(key))
    }
    let kind: FailureAction.Kind =
      switch (type, target) {
      case ("retry", _): .retry(after: after, limit: limit ?? 1, via: target)
      case (_, let target?): .goto(target)
      default: .end
      }
    return FailureAction(
      name: name, kind: kind, criteria: criteria, extensions: mapping.extensions, location: node.location)
  }

  private func actionTarget(_ mapping: inout MappingReader) -> ActionTarget? {
    let workflow = mapping.optional("workflowId").flatMap { workflowReference($0) }
    let step = mapping.string("stepId")
    if workflow != nil, step != nil {
      sink.error(
        "\(mapping.what) goes to a step or to a workflow, not to both", at: mapping.keyLocation("stepId"),
        remedy: "keep one of 'stepId' and 'workflowId'")
    }
    return workflow.map { .workflow($0) } ?? step.map { .step($0) }
  }

  private func checkTarget(_ target: ActionTarget?, of type: String, in node: SourceNode) -> Bool {
    let isNamed = node["stepId"] != nil || node["workflowId"] != nil
    if type == "goto", target == nil {
      if !isNamed {
        sink.error(
          "an action of type 'goto' lacks where it goes", at: node.location, remedy: "add 'stepId' or 'workflowId'")
      }
      return false
    }
    if type == "end", isNamed {
      sink.error("an action of type 'end' goes nowhere", at: node.location, remedy: "write 'type: goto'")
      return false
    }
    return true
  }

  /// Seconds, possibly with a fraction; at most a day.
  private func retryDelay(_ mapping: inout MappingReader) -> Duration {
    guard let number = mapping.number("retryAfter") else { return .zero }
    guard number.double >= 0, number.double <= 86_400 else {
      sink.error(
        "'retryAfter' must be between 0 and 86400 seconds, found \(number.lexeme)",
        at: mapping.keyLocation("retryAfter"))
      return .zero
    }
    return .milliseconds(Int64((number.double * 1000).rounded()))
  }

  /// Actions and parameters of one list must not have the same name.
  func reportDuplicates(in lists: Inherited) {
    report(lists.parameters.map { ("\($0.location.map { "\($0.rawValue) " } ?? "")parameter '\($0.name)'", $0.source) })
    report(lists.onSuccess.map { ("success action '\($0.name)'", $0.location) })
    report(lists.onFailure.map { ("failure action '\($0.name)'", $0.location) })
  }

  private func report(_ names: [(name: String, location: SourceLocation)]) {
    var seen: [String: SourceLocation] = [:]
    for (name, location) in names {
      if let first = seen[name] {
        sink.error("the \(name) is listed twice; it is already on line \(first.line)", at: location, remedy: "keep one")
      }
      seen[name] = location
    }
  }

  // MARK: Criteria

  /// Reads a list of criteria.
  func criteria(_ mapping: inout MappingReader, _ key: String, mustHaveOne: Bool) -> [Criterion] {
    let nodes = mapping.list(key)
    if mustHaveOne, mapping.has(key), nodes.isEmpty {
      sink.error("'\(key)' must not be empty", at: mapping.keyLocation(key), remedy: "leave it out, or add a criterion")
    }
    return nodes.compactMap { criterion($0) }
  }

  /// Reads a criterion.
  func criterion(_ node: SourceNode) -> Criterion? {
    var mapping = mapping(node, "a criterion")
    let contextText = mapping.string("context")
    let text = mapping.requiredString("condition")
    let type = mapping.optional("type")
    mapping.finish()
    let context = contextText.flatMap { text in
      node["context"].flatMap { expression(text, at: $0.location) }
    }
    guard let text, let place = node["condition"]?.location else { return nil }
    guard let kind = conditionKind(type) else { return nil }
    if type != nil, contextText == nil {
      sink.error(
        "a criterion with a 'type' needs a 'context'", at: node.location, remedy: "add 'context: $response.body'")
    }
    guard let condition = condition(text, kind, at: place) else { return nil }
    return Criterion(context: context, condition: condition, extensions: mapping.extensions, location: place)
  }

  private func conditionKind(_ node: SourceNode?) -> (type: String, version: String?)? {
    guard let node else { return ("simple", nil) }
    if node.entries != nil {
      var mapping = mapping(node, "the type of a criterion")
      let type = mapping.requiredChoice("type", among: ["jsonpath", "xpath"])
      let versions =
        type == "xpath" ? ["xpath-30", "xpath-20", "xpath-10"] : ["draft-goessner-dispatch-jsonpath-00"]
      let version = mapping.requiredChoice("version", among: versions)
      mapping.finish()
      if type == "jsonpath", version != nil {
        sink.warning(
          "the query is read as RFC 9535, not as its draft", at: node.location, remedy: "write 'type: jsonpath'")
      }
      return type.map { ($0, version) }
    }
    let types = ["simple", "regex", "jsonpath", "xpath"]
    guard let type = node.string, types.contains(type) else {
      sink.error(
        "the type of a criterion cannot be \(node.found)", at: node.location,
        remedy: YAMLSource.remedy(for: node.string ?? "", among: types))
      return nil
    }
    return (type, nil)
  }

  private func condition(
    _ text: String, _ kind: (type: String, version: String?), at location: SourceLocation
  ) -> Criterion.Condition? {
    switch kind.type {
    case "regex": return .regex(text)
    case "jsonpath": return .jsonPath(text)
    case "xpath":
      sink.error(
        "XPath conditions are not supported", at: location, remedy: "use 'type: regex' on the text of the body")
      return .xpath(text, version: kind.version ?? "xpath-31")
    default:
      do {
        return .simple(try SimpleCondition(parsing: text))
      } catch {
        report(error, at: location)
        return nil
      }
    }
  }
}
