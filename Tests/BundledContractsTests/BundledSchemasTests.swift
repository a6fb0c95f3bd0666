import FoundationEssentials
import JSON
import OpenAPI
import Testing

/// What the marketplace answers is described so closely that a wrong answer cannot pass.
@Suite("Bundled schemas") struct BundledSchemasTests {
  private static let services = ["user-service", "product-service", "order-service", "api-gateway"]

  /// Members whose content belongs to somebody else: the reporter of an event.
  private static let free: Set<String> = ["properties"]

  /// Members that may be absent: a violation is in the body or among the parameters, never both, and the first payments
  /// were not written down in full.
  private static let optional: [String: Set<String>] = [
    "errors": ["pointer", "parameter"],
    "gateway_response": ["type", "transaction_id", "code", "amount", "currency", "refund"],
  ]

  @Test("allow no member that they do not name, and promise every one that they do", arguments: services)
  func closed(service: String) throws {
    try Self.walk(service) { member, place in
      guard member.types.contains("object") || !member.properties.isEmpty else { return }
      if Self.free.contains(member.name) {
        #expect(member["additionalProperties"] == true, "\(place) does not say that it is free")
        return
      }
      #expect(member.isClosed, "\(place) is open")
      let optional = Set(member.properties.keys).subtracting(member.required)
        .subtracting(Self.optional[member.name] ?? []).sorted()
      #expect(optional.isEmpty, "\(place) does not promise \(optional)")
    }
  }

  @Test("write amounts, instants and ids in one way each", arguments: services)
  func forms(service: String) throws {
    try Self.walk(service) { member, place in
      let words = member.name.split(separator: "_").map(String.init)
      switch words.last {
      case "price", "amount", "subtotal":
        #expect(member.types.isSubset(of: ["string", "null"]), "\(place) is no text")
        #expect(member["pattern"]?.stringValue?.hasSuffix(#"\.[0-9]{2}$"#) == true, "\(place) has not two decimals")
      case "at", "from", "to":
        #expect(member["format"] == "date-time", "\(place) is no instant")
        #expect(member["pattern"]?.stringValue?.hasSuffix("Z$") == true, "\(place) is not in UTC")
      case "id", "uid":
        let isNumber = member.types.contains("integer") && member["minimum"] != nil && member["maximum"] != nil
        let isText = member["format"] == "uuid" || member["minLength"] != nil && member["maxLength"] != nil
        #expect(isNumber || isText || member["pattern"] != nil, "\(place) has no bounds")
      default: break
      }
    }
  }

  @Test("list every value of a choice, as the platform's design does", arguments: services)
  func choices(service: String) throws {
    let known: Set<Set<String>> = [
      ["active", "suspended", "deleted"], ["active", "inactive", "archived"],
      ["PENDING", "PAID", "PROCESSING", "SHIPPED", "DELIVERED", "CANCELLED", "REFUNDED"],
      ["pending", "paid", "failed", "refunded"], ["PENDING", "COMPLETED", "FAILED", "REFUNDED"],
    ]
    try Self.walk(service) { member, place in
      guard ["status", "payment_status"].contains(member.name), member.types.contains("string"),
        member["const"] == nil
      else { return }
      let values = Set((member["enum"]?.arrayValue ?? []).compactMap(\.stringValue))
      #expect(known.contains(values), "\(place) is one of \(values.sorted())")
    }
  }

  @Test("name and show every kind of problem of every error", arguments: services)
  func kinds(service: String) throws {
    let documents = try ContractDocuments()
    for operation in try documents.document(service).operations {
      for response in operation.responses where (Int(response.status) ?? 0) >= 400 {
        let place = "\(service) \(operation.id) \(response.status)"
        let content = try #require(response.content.first, "\(place) has no content")
        #expect(content.contentType == "application/problem+json", "\(place) is \(content.contentType)")
        let schema = try documents.schema(at: try #require(content.schema), name: "")
        let kinds = Set(schema.properties["type"]?["enum"]?.arrayValue ?? [])
        let shown = Set(content.examples.compactMap { $0.value?.objectValue?["type"] })
        #expect(!kinds.isEmpty && kinds == shown, "\(place) lists \(kinds.count) kinds and shows \(shown.count)")
        #expect(schema.properties["status"]?["const"]?.intValue == Int(response.status), "\(place): status")
      }
    }
  }

  @Test("document every kind of problem that the marketplace knows, and no other")
  func inventory() throws {
    let documents = try ContractDocuments()
    var documented: Set<String> = []
    for service in Self.services {
      for operation in try documents.document(service).operations {
        for response in operation.responses where (Int(response.status) ?? 0) >= 400 {
          guard let reference = response.content.first?.schema else { continue }
          let kinds = try documents.schema(at: reference, name: "").properties["type"]?["enum"]?.arrayValue ?? []
          documented.formUnion(kinds.compactMap { $0.stringValue?.split(separator: ":").last.map(String.init) })
        }
      }
    }
    // Of a path that has other methods, which no operation describes.
    documented.insert("method-not-allowed")
    #expect(documented == (try Self.kindsInSources()))
  }

  /// Every kind that the marketplace's sources write, faults aside.
  private static func kindsInSources() throws -> Set<String> {
    let folder = ContractDocuments.root + "/Sources/Marketplace"
    var kinds: Set<String> = []
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder)
    where name.hasSuffix(".swift") && !name.hasPrefix("Faults/") {
      let text = try String(contentsOf: URL(filePath: "\(folder)/\(name)"), encoding: .utf8)
      for match in text.matches(of: /kind: (?:String = )?"([a-z-]+)"/) { kinds.insert(String(match.1)) }
    }
    return kinds
  }

  /// Calls `visit` for every schema that is part of an answer, once for each answer.
  private static func walk(_ service: String, _ visit: (ContractSchema, _ place: String) throws -> Void) throws {
    let documents = try ContractDocuments()
    var count = 0
    for operation in try documents.document(service).operations {
      for response in operation.responses {
        for reference in response.content.compactMap(\.schema) {
          let schema = try documents.schema(at: reference, name: "")
          try documents.walk(schema, place: "\(service) \(operation.id) \(response.status)") {
            count += 1
            try visit($0, $1)
          }
        }
      }
    }
    #expect(count > 100)
  }
}
