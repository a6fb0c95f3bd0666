import Arazzo
import JSON
import OpenAPI
import YAMLSource

/// Reads what workflows provide for generated cases.
struct ProvisionReader {
  /// The extension of a workflow that says so.
  static let key = "x-concord-provides"

  let library: ContractLibrary
  let sink: DiagnosticSink

  /// What a document's workflows provide, in their order.
  ///
  /// - Parameter services: the services behind the document's source descriptions.
  func provisions(of document: ArazzoDocument, _ services: [String: String]) -> [DataProvision] {
    let root = JSONPointer().appending("workflows")
    return document.workflows.enumerated().flatMap { index, workflow -> [DataProvision] in
      guard let node = document.source.root.node(at: root.appending(index).appending(Self.key)) else { return [] }
      guard let elements = node.elements else {
        sink.error(
          "'\(Self.key)' must be a list", at: node.location,
          remedy: "write a list of {operations, parameters, body, fresh}")
        return []
      }
      return elements.compactMap { provision($0, of: workflow, services) }
    }
  }

  private func provision(_ node: SourceNode, of workflow: Workflow, _ services: [String: String]) -> DataProvision? {
    var reader = MappingReader(node, what: "the provision", into: sink)
    let source = reader.string("source")
    let operations = reader.optional("operations")
    let isFresh = reader.bool("fresh") ?? false
    let parameters = reader.list("parameters").compactMap(parameter)
    let body = reader.members("body").compactMap(place)
    reader.finish()
    guard let service = service(source, services, at: node.location), let api = library.apis[service] else {
      return nil
    }
    checkOutputs(parameters.map(\.value) + body.map(\.value), of: workflow, at: node.location)
    return DataProvision(
      workflow: workflow.id, operations: ids(operations, of: api), service: service, isFresh: isFresh,
      parameters: parameters, body: body)
  }

  private func service(_ source: String?, _ services: [String: String], at place: SourceLocation) -> String? {
    if let source {
      if let service = services[source] { return service }
      sink.error(
        "there is no OpenAPI source '\(source)'", at: place,
        remedy: suggestion(for: source, among: services.keys.sorted()).map { "did you mean '\($0)'?" })
      return nil
    }
    if services.count == 1 { return services.values.first }
    sink.error(
      "it is open which source the operations are of", at: place,
      remedy: "name one with 'source': \(services.keys.sorted().joined(separator: ", "))")
    return nil
  }

  /// The operations that are named; nil for all.
  private func ids(_ node: SourceNode?, of api: ServiceAPI) -> Set<String>? {
    guard let node, node.string != "*" else { return nil }
    let known = api.document.operations.map(\.id)
    var ids: Set<String> = []
    for element in node.elements ?? [node] {
      guard let id = element.string else {
        sink.error("an operation is named by its id", at: element.location)
        continue
      }
      if !known.contains(id) {
        sink.error(
          "the service '\(api.service)' has no operation '\(id)'", at: element.location,
          remedy: suggestion(for: id, among: known).map { "did you mean '\($0)'?" })
      }
      ids.insert(id)
    }
    return ids
  }

  private func parameter(_ node: SourceNode) -> (key: ParameterKey, value: ValueTemplate)? {
    var reader = MappingReader(node, what: "the parameter", into: sink)
    let name = reader.requiredString("name")
    let location = reader.requiredChoice("in", of: Parameter.Location.self)
    let value = reader.required("value").flatMap(template)
    reader.finish()
    guard let name, let location, let value else { return nil }
    return (ParameterKey(location, name), value)
  }

  private func place(_ entry: SourceNode.Entry) -> (place: JSONPointer, value: ValueTemplate)? {
    guard let place = try? JSONPointer(parsing: entry.key), !place.tokens.isEmpty else {
      sink.error(
        "'\(entry.key)' is no place in a body", at: entry.keyLocation, remedy: "write a JSON Pointer: /items/0/id")
      return nil
    }
    return template(entry.value).map { (place, $0) }
  }

  private func template(_ node: SourceNode) -> ValueTemplate? {
    do {
      return try ValueTemplate(node.json)
    } catch {
      sink.error("\(error)", at: node.location)
      return nil
    }
  }

  /// Only what the workflow hands out can be provided.
  private func checkOutputs(_ templates: [ValueTemplate], of workflow: Workflow, at place: SourceLocation) {
    let outputs = workflow.outputs.map(\.name)
    for expression in templates.flatMap(\.expressions) {
      switch expression {
      case .input: continue
      case .output(let name, _) where outputs.contains(name) || outputs.contains(String(name.prefix { $0 != "." })):
        continue
      case .output(let name, _):
        sink.error(
          "the workflow '\(workflow.id)' has no output '\(name)'", at: place,
          remedy: suggestion(for: name, among: outputs).map { "did you mean '\($0)'?" } ?? "add it to 'outputs'")
      default:
        sink.error(
          "'\(expression)' is not known outside of the workflow's steps", at: place,
          remedy: "hand it out in 'outputs', and write $outputs.…")
      }
    }
  }
}

extension ValueTemplate {
  /// A value whose texts may be expressions.
  init(_ value: JSONValue) throws(ExpressionSyntaxError) {
    switch value {
    case .string(let text): try self.init(parsing: text)
    case .array(let elements):
      var templates: [ValueTemplate] = []
      for element in elements { templates.append(try ValueTemplate(element)) }
      self = .array(templates)
    case .object(let object):
      var members: [Member] = []
      for member in object { members.append(Member(key: member.key, value: try ValueTemplate(member.value))) }
      self = .object(members)
    case .null, .bool, .number: self = .constant(value)
    }
  }
}
