import ECMARegex
import FoundationEssentials
import JSON
import JSONSchema
import OpenAPI
import Testing
import YAMLSource

/// Every operation of the marketplace documents what follows from its shape.
@Suite("Bundled operations") struct BundledOperationsTests {
  private static let folder = URL(filePath: #filePath).appending(path: "../../../contracts/apis").standardized.path
  private static let services = ["user-service", "product-service", "order-service", "api-gateway"]
  private static let gateway = "api-gateway"

  @Test("document the statuses that follow from their shape", arguments: services)
  func statuses(service: String) throws {
    for operation in try Self.document(service).operations where !Self.isProbe(operation) {
      var expected: Set<String> = ["500", "503"]
      if operation.requestBody != nil { expected.formUnion(["400", "413", "415", "422"]) }
      if operation.parameters.contains(where: { $0.location == .path }) { expected.insert("404") }
      if operation.parameters.contains(where: { $0.location == .query }) { expected.insert("422") }
      if service == Self.gateway {
        expected.insert("429")
        if !operation.isPublic { expected.insert("401") }
      }
      let missing = expected.subtracting(operation.responses.map(\.status)).sorted()
      #expect(missing.isEmpty, "\(service) \(operation.id) lacks \(missing)")
    }
  }

  @Test("document no status that their shape rules out", arguments: services)
  func impossibleStatuses(service: String) throws {
    for operation in try Self.document(service).operations {
      var impossible: Set<String> = []
      // Services read only the content that they ask for, the gateway all but that of a GET.
      if operation.requestBody == nil, service != Self.gateway || operation.method.lowercased() == "get" {
        impossible.formUnion(["400", "413", "415"])
      }
      if operation.requestBody == nil { impossible.insert("415") }
      if service != Self.gateway { impossible.formUnion(["502", "504"]) }
      if operation.id != "createSession" {
        if service != Self.gateway { impossible.formUnion(["401", "429"]) }
        let takesNoToken = operation.security.allSatisfy(\.parts.isEmpty)
        if service == Self.gateway, takesNoToken { impossible.formUnion(["401", "403"]) }
      }
      if Self.isProbe(operation) { impossible.formUnion(["401", "403", "404", "422", "429", "500"]) }
      let wrong = impossible.intersection(operation.responses.map(\.status)).sorted()
      #expect(wrong.isEmpty, "\(service) \(operation.id) can never answer \(wrong)")
    }
  }

  @Test("say when to come back and how to sign in", arguments: services)
  func headers(service: String) throws {
    let needed = ["401": "www-authenticate", "429": "retry-after", "503": "retry-after"]
    for operation in try Self.document(service).operations {
      for response in operation.responses {
        guard let name = needed[response.status], response.status != "401" || service == Self.gateway else { continue }
        let header = response.headers.first { $0.name.lowercased() == name }
        #expect(header != nil, "\(service) \(operation.id) \(response.status) lacks \(name)")
      }
    }
  }

  @Test("show every body that they take and answer, as its schema has it", arguments: services)
  func examples(service: String) throws {
    let document = try Self.document(service)
    let set = try document.schemaSet(patterns: ECMAPatternEngine(), formatAssertion: true)
    for operation in document.operations {
      let bodies =
        (operation.requestBody?.content ?? []).map { ("request", $0) }
        + operation.responses.flatMap { response in response.content.map { (response.status, $0) } }
      for (place, type) in bodies {
        let values = type.examples.compactMap(\.value)
        #expect(!values.isEmpty, "\(service) \(operation.id) \(place) has no example")
        guard let reference = type.schema else { continue }
        let schema = try set.schema(at: reference.uri)
        for value in values {
          let violations = schema.validate(value)
          #expect(
            violations.isEmpty,
            "\(service) \(operation.id) \(place): \(violations.prefix(3).map(\.description).joined(separator: "; "))")
        }
      }
    }
  }

  @Test("link to operations that exist, with values that exist", arguments: services)
  func links(service: String) throws {
    let document = try Self.document(service)
    for operation in document.operations {
      for response in operation.responses {
        for link in response.links {
          let name = "\(service) \(operation.id) \(response.status) \(link.name)"
          let target = try #require(document.target(of: link), "\(name) leads nowhere")
          let names = Set(link.parameters.map(\.name))
          let unknown = names.subtracting(target.parameters.map(\.name))
          #expect(unknown.isEmpty, "\(name) passes \(unknown.sorted()), which \(target.id) does not take")
          let needed = Set(target.parameters.filter { $0.location == .path }.map(\.name)).subtracting(names)
          #expect(needed.isEmpty, "\(name) does not pass \(needed.sorted())")
          for argument in link.parameters {
            let expression = argument.value.stringValue ?? ""
            #expect(
              try Self.resolves(expression, of: operation, in: response), "\(name): \(expression) stands for nothing")
          }
        }
      }
    }
  }

  @Test("that make something link to all that can be done with it", arguments: services)
  func creations(service: String) throws {
    let document = try Self.document(service)
    for creation in document.operations where creation.response(for: 201) != nil {
      let collection = creation.path.split(separator: "/").last { !$0.hasPrefix("{") }
      let uses = document.operations.filter { operation in
        let parts = operation.path.split(separator: "/")
        return zip(parts, parts.dropFirst()).contains { $0 == collection && $1.hasPrefix("{") }
      }
      let linked = Set((creation.response(for: 201)?.links ?? []).compactMap { document.target(of: $0)?.id })
      let missing = Set(uses.map(\.id)).subtracting(linked).sorted()
      #expect(missing.isEmpty, "\(service) \(creation.id) does not link to \(missing)")
    }
  }

  @Test("that answer in pages link to the next page", arguments: services)
  func pages(service: String) throws {
    for operation in try Self.document(service).operations
    where operation.parameter(named: "cursor", in: .query) != nil {
      let next = operation.response(for: 200)?.links.first { $0.operationID == operation.id }
      let passed = Set(next?.parameters.map(\.name) ?? [])
      let needed = Set(operation.parameters.filter { [.path, .query].contains($0.location) }.map(\.name))
      #expect(passed == needed, "\(service) \(operation.id) goes on with \(passed.sorted())")
    }
  }

  /// Whether a runtime expression has a value: a parameter of the request, or a member of an example of the answer.
  private static func resolves(_ expression: String, of operation: Operation, in response: Response) throws -> Bool {
    let body = "$response.body#"
    if expression.hasPrefix(body) {
      let pointer = try JSONPointer(parsing: String(expression.dropFirst(body.count)))
      return response.content.flatMap(\.examples).contains { $0.value?.value(at: pointer) != nil }
    }
    let parts = expression.split(separator: ".", maxSplits: 2).map(String.init)
    guard parts.count == 3, parts[0] == "$request", let location = Parameter.Location(rawValue: parts[1]) else {
      return false
    }
    return operation.parameter(named: parts[2], in: location) != nil
  }

  /// Whether it answers those who watch the process, and so neither reads a store nor counts calls.
  private static func isProbe(_ operation: Operation) -> Bool { ["/health", "/ready"].contains(operation.path) }

  private static func document(_ service: String) throws -> OpenAPIDocument {
    let loader = SourceLoader(root: nil) { name in [UInt8](try Data(contentsOf: URL(filePath: name))) }
    let (document, diagnostics) = OpenAPIDocument.load(file: "\(folder)/\(service).openapi.yaml", loader: loader)
    #expect(diagnostics.isEmpty, "\(service): \(diagnostics.prefix(3).map(\.description).joined(separator: "; "))")
    return try #require(document)
  }
}
