import JSON

/// A first OpenAPI document from the requests of a collection and the answers that were saved with them.
struct OpenAPISkeleton {
  private struct Called {
    let id: String
    let method: String
    let path: String
    let names: [String]
    var requests: [PostmanCollection.Request]
  }

  private let title: String
  private var operations: [Called] = []

  /// Collects the operations: requests with one method and shape of path are one.
  init(_ collection: PostmanCollection) {
    title = collection.name
    var taken: Set<String> = []
    for request in collection.requests {
      let (path, names) = Self.template(of: request)
      if let index = operations.firstIndex(where: { $0.method == request.method && $0.path == path }) {
        operations[index].requests.append(request)
      } else {
        let id = Identifier.camel(Identifier.unique(Identifier.kebab(request.name), among: &taken))
        operations.append(Called(id: id, method: request.method, path: path, names: names, requests: [request]))
      }
    }
  }

  /// The operation that a request calls.
  func operation(of request: PostmanCollection.Request) -> CalledOperation? {
    let (path, names) = Self.template(of: request)
    guard let called = operations.first(where: { $0.method == request.method && $0.path == path }) else { return nil }
    let texts = request.url.segments.filter(Self.isVariable)
    return CalledOperation(id: called.id, pathValues: Array(zip(names, texts)).map { (name: $0.0, value: $0.1) })
  }

  /// The path with each variable as a template.
  private static func template(of request: PostmanCollection.Request) -> (path: String, names: [String]) {
    var names: [String] = []
    let segments = request.url.segments.map { segment -> String in
      guard isVariable(segment) else { return segment }
      var name = Identifier.camel(segment)
      if names.contains(name) { name += "\(names.count + 1)" }
      names.append(name)
      return "{\(name)}"
    }
    return ("/" + segments.joined(separator: "/"), names)
  }

  private static func isVariable(_ segment: String) -> Bool { segment.hasPrefix(":") || segment.contains("{{") }

  // MARK: The document

  /// The document as JSON.
  var text: String {
    var paths = JSONObject()
    for operation in operations {
      var item = paths[operation.path]?.objectValue ?? JSONObject()
      item[operation.method.lowercased()] = .object(described(operation))
      paths[operation.path] = .object(item)
    }
    return JSONValue.object([
      "openapi": "3.1.0",
      "info": [
        "title": .string(title), "version": "1.0.0",
        "description":
          "Written by concord import from a collection's requests and saved answers: say here what the service promises.",
      ],
      "paths": .object(paths),
    ]).serialized(.pretty) + "\n"
  }

  private func described(_ called: Called) -> JSONObject {
    var operation: JSONObject = ["operationId": .string(called.id), "summary": .string(called.requests[0].name)]
    var parameters: [JSONValue] = called.names.map {
      ["name": .string($0), "in": "path", "required": true, "schema": ["type": "string"]]
    }
    var query: Set<String> = []
    for pair in called.requests.flatMap(\.url.query) where query.insert(pair.name).inserted {
      parameters.append(["name": .string(pair.name), "in": "query", "schema": ["type": "string"]])
    }
    if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
    if let body = called.requests.lazy.compactMap(\.body).first { operation["requestBody"] = requestBody(body) }
    operation["responses"] = .object(responses(called))
    return operation
  }

  private func requestBody(_ body: PostmanCollection.Body) -> JSONValue? {
    switch body {
    case .raw(let text, isJSON: true):
      let example = (try? JSONValue(parsing: text)).map { SchemaGuess.schema(of: $0) }
      return ["content": ["application/json": .object(JSONObject(example.map { [("schema", $0)] } ?? []))]]
    case .raw(_, isJSON: false): return ["content": ["text/plain": [:]]]
    case .form: return ["content": ["application/x-www-form-urlencoded": [:]]]
    case .other: return nil
    }
  }

  private func responses(_ called: Called) -> JSONObject {
    var responses = JSONObject()
    for answer in called.requests.flatMap(\.answers) where responses["\(answer.status)"] == nil {
      var response: JSONObject = ["description": "As it was saved with the collection."]
      if !answer.body.isEmpty {
        let json = try? JSONValue(parsing: answer.body)
        let type = answer.contentType ?? (json == nil ? "text/plain" : "application/json")
        response["content"] = .object(
          JSONObject([(type, json.map { .object(["schema": SchemaGuess.schema(of: $0)]) } ?? .object([:]))]))
      }
      responses["\(answer.status)"] = .object(response)
    }
    // A test that expects a status documents it as well.
    for criterion in called.requests.flatMap({ PostmanScript($0.tests).criteria }) {
      guard let match = criterion.wholeMatch(of: /\$statusCode == (\d{3})/), responses[String(match.1)] == nil else {
        continue
      }
      responses[String(match.1)] = .object(["description": "As a test of the collection expects."])
    }
    if responses.isEmpty { responses["default"] = .object(["description": "Not saved with the collection."]) }
    return responses
  }
}

/// What one value tells about its schema.
enum SchemaGuess {
  /// A schema that names every member of the value; what is null may be anything.
  static func schema(of value: JSONValue) -> JSONValue {
    switch value {
    case .null: return [:]
    case .bool: return ["type": "boolean"]
    case .number(let number): return ["type": number.isInteger ? "integer" : "number"]
    case .string: return ["type": "string"]
    case .array(let items): return ["type": "array", "items": items.first.map(schema) ?? [:]]
    case .object(let object):
      let named = object.filter { !$0.value.isNull }.map { JSONValue.string($0.key) }
      var schema: JSONObject = ["type": "object"]
      if !named.isEmpty { schema["required"] = .array(named) }
      schema["properties"] = .object(JSONObject(object.map { ($0.key, self.schema(of: $0.value)) }))
      return .object(schema)
    }
  }
}
