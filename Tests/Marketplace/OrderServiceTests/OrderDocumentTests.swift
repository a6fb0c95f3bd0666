import FoundationEssentials
import ServiceKit
import Testing

@testable import OrderService

@Suite("The OpenAPI document of order-service")
struct OrderDocumentTests {
  @Test("the document has every operation that the router serves, and no other")
  func isComplete() throws {
    // …/Tests/Marketplace/OrderServiceTests/OrderDocumentTests.swift: the repository is four levels up.
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let document = try String(contentsOfFile: "/\(root)/contracts/apis/order-service.openapi.yaml", encoding: .utf8)
    // In a link the word is followed by the operation it leads to: those lines stand deeper.
    let documented = document.split(separator: "\n").compactMap { line -> String? in
      line.hasPrefix("      operationId: ") ? String(line.dropFirst("      operationId: ".count)) : nil
    }
    #expect(Set(documented).subtracting(["getHealth", "getReadiness"]) == Set(operations))
    #expect(documented.count == operations.count + 2)
  }

  private var operations: [String] {
    OrderServiceAPI(.unused).router().operations
  }
}
