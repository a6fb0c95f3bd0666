import ServiceTesting
import Testing

@testable import OrderService

@Suite("The OpenAPI document of order-service")
struct OrderDocumentTests {
  @Test("the document has every operation that the router serves, and no other")
  func isComplete() throws {
    try expectDocument(of: "order-service", describes: OrderServiceAPI(.unused).router())
  }
}
