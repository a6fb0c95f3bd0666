import ServiceTesting
import Testing

@testable import ProductService

@Suite("The OpenAPI document of product-service")
struct ProductDocumentTests {
  @Test("the document has every operation that the router serves, and no other")
  func isComplete() throws {
    try expectDocument(of: "product-service", describes: ProductServiceAPI(.unused).router())
  }
}
