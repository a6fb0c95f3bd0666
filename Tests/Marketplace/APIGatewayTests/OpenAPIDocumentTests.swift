import ServiceTesting
import Testing

@Suite("The gateway's OpenAPI document")
struct OpenAPIDocumentTests {
  @Test("it has exactly the operations that the gateway answers")
  func operations() throws {
    try expectDocument(of: "api-gateway", describes: TestGateway().router)
  }
}
