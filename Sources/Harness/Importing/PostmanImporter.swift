import JSON
package import OpenAPI
import YAMLSource

/// Writes workflows from a Postman collection, and an OpenAPI document where there is none.
package struct PostmanImporter {
  private let collection: PostmanCollection
  private let service: String
  private let document: OpenAPIDocument?
  private let documentFile: String?

  /// Prepares an import.
  ///
  /// - Parameters:
  ///   - document: the service's document; nil writes a first one from the collection.
  ///   - documentFile: its path below the folder of contracts.
  package init(_ collection: PostmanCollection, service: String, document: OpenAPIDocument?, documentFile: String?) {
    self.collection = collection
    self.service = service
    self.document = document
    self.documentFile = documentFile
  }

  /// Writes everything.
  ///
  /// - Parameter baseURL: where the service is; from the collection's variables if not given.
  /// - Throws: `ImportProblem` when no request can be carried over.
  package func stack(baseURL: String?) throws -> ImportedStack {
    let skeleton = OpenAPISkeleton(collection)
    var context = Context(provided: collection.variables)
    var workflows: [WorkflowDraft] = []
    var taken: Set<String> = []
    for folder in collection.folders {
      // Requests outside of folders are the collection's own.
      let id = folder.name == collection.name ? service : "\(service)-\(Identifier.kebab(folder.name))"
      var workflow = WorkflowDraft(id: Identifier.unique(id, among: &taken), summary: folder.name)
      context.begin()
      var steps: Set<String> = []
      for request in folder.requests {
        guard let operation = operation(of: request, skeleton) else {
          context.remarks.append(
            "'\(request.name)' calls \(request.method) /\(request.url.segments.joined(separator: "/")), which the document does not have"
          )
          continue
        }
        let id = Identifier.unique(Identifier.kebab(request.name), among: &steps)
        workflow.steps.append(context.step(id, request, operation, &workflow))
      }
      if !workflow.steps.isEmpty { workflows.append(workflow) }
    }
    guard !workflows.isEmpty else {
      throw ImportProblem(
        "none of the collection's \(collection.requests.count) requests can be carried over",
        remedy: document == nil ? "the collection has no requests" : "name the OpenAPI document of this service")
    }
    let file = documentFile ?? "apis/\(service).openapi.json"
    let arazzo = ArazzoText(
      title: collection.name, document: "../\(file)",
      head: ["Workflows of the Postman collection '\(collection.name)', written by concord import: to be edited."],
      workflows: workflows)
    var files = [ImportedStack.File(path: "workflows/\(service).arazzo.yaml", text: arazzo.text)]
    if document == nil { files.insert(.init(path: file, text: skeleton.text), at: 0) }
    let inputs = context.requiredInputs.map {
      Credentials.Input(
        name: $0, variable: Identifier.kebab("\(service) \($0)").replacing("-", with: "_").uppercased())
    }
    let stack = StackText(
      service: service, document: file, baseURL: baseURL ?? self.baseURL ?? "http://127.0.0.1:8080", inputs: inputs)
    return ImportedStack(
      service: service, files: files, stack: stack.whole, entry: stack.entry, remarks: context.remarks)
  }

  /// Scheme, host and port that the requests go to, where they say so.
  private var baseURL: String? {
    for request in collection.requests {
      var base = request.url.base
      for variable in collection.variables { base = base.replacing("{{\(variable.name)}}", with: variable.value) }
      guard let scheme = base.firstRange(of: "://") else { continue }
      return String(base[..<(base[scheme.upperBound...].firstIndex(of: "/") ?? base.endIndex)])
    }
    return nil
  }

  /// The operation that a request calls, with values of its path's variables.
  private func operation(of request: PostmanCollection.Request, _ skeleton: OpenAPISkeleton) -> CalledOperation? {
    guard let document else { return skeleton.operation(of: request) }
    // Variables stand for any one segment; a base path of the document may be part of the collection's variable.
    let path =
      "/" + request.url.segments.map { $0.contains("{{") || $0.hasPrefix(":") ? "x" : $0 }.joined(separator: "/")
    let base = document.servers.first?.basePath ?? ""
    let candidates = [path, path.hasPrefix(base + "/") ? String(path.dropFirst(base.count)) : path]
    for candidate in candidates {
      guard let match = document.match(method: request.method, path: candidate) else { continue }
      let segments = match.operation.template.description.split(separator: "/")
      let own = request.url.segments.suffix(segments.count)
      var values: [(name: String, value: String)] = []
      for (segment, text) in zip(segments, own) where segment.hasPrefix("{") && segment.hasSuffix("}") {
        values.append((String(segment.dropFirst().dropLast()), text))
      }
      return CalledOperation(id: match.operation.id, pathValues: values)
    }
    return nil
  }
}

/// An operation with the texts that a request has for its path's variables.
struct CalledOperation {
  let id: String
  let pathValues: [(name: String, value: String)]
}

/// What is known while a collection is translated from its first request to its last.
private struct Context {
  let provided: [PostmanCollection.Pair]
  var remarks: [String] = []
  /// Inputs that the stack must have.
  private(set) var requiredInputs: [String] = []
  /// Steps of this workflow that have set a variable.
  private var setters: [String: String] = [:]

  init(provided: [PostmanCollection.Pair]) { self.provided = provided }

  /// Begins a workflow.
  mutating func begin() { setters = [:] }

  mutating func step(
    _ id: String, _ request: PostmanCollection.Request, _ operation: CalledOperation, _ workflow: inout WorkflowDraft
  ) -> StepDraft {
    var step = StepDraft(id: id, summary: request.name, target: .operation(operation.id))
    for (name, text) in operation.pathValues {
      let value = text.hasPrefix(":") ? request.url.variables[String(text.dropFirst())] ?? "" : text
      // A variable that is empty in the collection is filled in by hand there; here it becomes an input.
      let template = value.isEmpty ? "{{\(name)}}" : value
      step.parameters.append(.init(name: name, location: "path", value: self.value(template, &workflow)))
    }
    for pair in request.url.query {
      step.parameters.append(.init(name: pair.name, location: "query", value: value(pair.value, &workflow)))
    }
    let automatic: Set<String> = ["content-type", "accept", "user-agent", "content-length", "host"]
    for pair in request.headers where !automatic.contains(pair.name.lowercased()) {
      step.parameters.append(.init(name: pair.name, location: "header", value: value(pair.value, &workflow)))
    }
    authorise(request, &step, &workflow)
    write(request.body, request, &step, &workflow)
    let script = PostmanScript(request.tests)
    step.criteria = script.criteria
    if !script.criteria.contains(where: { $0.hasPrefix("$statusCode") }) {
      step.criteria.insert(request.answers.first.map { "$statusCode == \($0.status)" } ?? "$statusCode < 400", at: 0)
    }
    step.outputs = script.outputs
    for output in script.outputs { setters[output.name] = id }
    if !script.rest.isEmpty {
      step.remarks = ["not carried over from the test script:"] + script.rest.prefix(20).map { "  \($0)" }
      remarks.append("'\(request.name)': \(script.rest.count) lines of its test script stand in the file as a comment")
    }
    if request.hasPreparation { remarks.append("'\(request.name)': its script that runs before is left out") }
    return step
  }

  private mutating func authorise(
    _ request: PostmanCollection.Request, _ step: inout StepDraft, _ workflow: inout WorkflowDraft
  ) {
    guard !step.parameters.contains(where: { $0.name.lowercased() == "authorization" }) else { return }
    switch request.auth {
    case nil, PostmanCollection.Auth.none?: break
    case .bearer(let token)?:
      let text = token.contains("{{") ? token : "{{token}}"
      step.parameters.append(
        .init(name: "Authorization", location: "header", value: value("Bearer \(text)", &workflow)))
    case .apiKey(let name, let key, let isHeader)?:
      let text = key.contains("{{") ? key : "{{apiKey}}"
      step.parameters.append(
        .init(name: name, location: isHeader ? "header" : "query", value: value(text, &workflow)))
    case .basic?:
      step.parameters.append(
        .init(name: "Authorization", location: "header", value: value("Basic {{basicCredentials}}", &workflow)))
    case .other(let kind)?: remarks.append("'\(request.name)': its authorisation of type \(kind) is left out")
    }
  }

  private mutating func write(
    _ body: PostmanCollection.Body?, _ request: PostmanCollection.Request, _ step: inout StepDraft,
    _ workflow: inout WorkflowDraft
  ) {
    switch body {
    case nil: break
    case .raw(let text, isJSON: true)?:
      // A variable may stand where a number is expected, which is no JSON before it is replaced.
      if let json = try? JSONValue(parsing: text) {
        step.body = (nil, templated(json, &workflow))
      } else if let json = try? JSONValue(parsing: Self.quotingVariables(text)) {
        step.body = (nil, templated(json, &workflow))
      } else {
        step.body = ("application/json", value(text, &workflow))
        remarks.append("'\(request.name)': its body is no JSON and is sent as it is")
      }
    case .raw(let text, isJSON: false)?: step.body = ("text/plain", value(text, &workflow))
    case .form(let pairs)?:
      step.body = (
        "application/x-www-form-urlencoded",
        .object(JSONObject(pairs.map { ($0.name, value($0.value, &workflow)) }))
      )
    case .other(let kind)?: remarks.append("'\(request.name)': its body of type \(kind) is left out")
    }
  }

  /// The text with bare variables in quotes: `{"id": {{id}}}`.
  private static func quotingVariables(_ text: String) -> String {
    text.replacing(/([:\[,]\s*)(\{\{[^{}]+\}\})/) { "\($0.1)\"\($0.2)\"" }
  }

  private mutating func templated(_ json: JSONValue, _ workflow: inout WorkflowDraft) -> JSONValue {
    switch json {
    case .string(let text): return value(text, &workflow)
    case .array(let items):
      var values: [JSONValue] = []
      for item in items { values.append(templated(item, &workflow)) }
      return .array(values)
    case .object(let object):
      var result = JSONObject()
      for member in object { result[member.key] = templated(member.value, &workflow) }
      return .object(result)
    default: return json
    }
  }

  /// The text with its variables as expressions; one that is nothing but a variable keeps the type of its value.
  private mutating func value(_ text: String, _ workflow: inout WorkflowDraft) -> JSONValue {
    var result = ""
    var rest = Substring(text)
    while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
      let expression = expression(of: String(rest[start.upperBound..<end.lowerBound]), &workflow)
      if rest.startIndex == text.startIndex, start.lowerBound == text.startIndex, end.upperBound == text.endIndex {
        return .string(expression)
      }
      result += rest[..<start.lowerBound] + "{\(expression)}"
      rest = rest[end.upperBound...]
    }
    return .string(result + rest)
  }

  private mutating func expression(of variable: String, _ workflow: inout WorkflowDraft) -> String {
    // `$guid`, `$timestamp`, `$randomEmail`: whatever is new every time.
    if variable.hasPrefix("$") {
      workflow.declareUnique()
      return "$inputs.unique"
    }
    let name = Identifier.camel(variable)
    if let step = setters[name] { return "$steps.\(step).outputs.\(name)" }
    let known = provided.first { Identifier.camel($0.name) == name }?.value ?? ""
    let words = Identifier.kebab(variable).split(separator: "-")
    let isSecret = words.contains { ["token", "password", "secret", "key", "credentials"].contains($0) }
    if known.isEmpty || isSecret {
      workflow.declare(name, ["type": "string"], isRequired: true)
      if !requiredInputs.contains(name) { requiredInputs.append(name) }
    } else {
      workflow.declare(name, ["type": "string", "default": .string(known)])
    }
    return "$inputs.\(name)"
  }
}
