import FoundationEssentials
import ServiceKit
import Testing

@testable import APIGateway

@Suite("The gateway's OpenAPI document")
struct OpenAPIDocumentTests {
  @Test("it has exactly the operations that the gateway answers")
  func operations() throws {
    let root = String(#filePath.split(separator: "/Tests/", maxSplits: 1)[0])
    let text = try String(contentsOfFile: root + "/contracts/apis/api-gateway.openapi.yaml", encoding: .utf8)
    // Operations are indented by six; deeper ones are links.
    let documented = text.split(separator: "\n").compactMap { line in
      line.hasPrefix("      operationId: ") ? String(line.dropFirst(19)) : nil
    }
    #expect(documented.sorted() == (TestGateway().router.operations + ["getHealth", "getReadiness"]).sorted())
  }
}
