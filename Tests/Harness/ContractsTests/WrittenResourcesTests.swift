import JSON
import Testing

@testable import Contracts

@Suite("What an exchange wrote") struct WrittenResourcesTests {
  private func written(
    _ method: String, _ path: String, _ parameters: [String: String] = [:], status: Int = 201, location: String? = nil,
    answer: JSONValue? = nil
  ) -> Set<String> {
    Set(
      WrittenResources(
        method: method, path: path, parameters: parameters, status: status, location: location, answer: answer
      ).all.map { "\($0.name) \($0.id)" })
  }

  @Test("the path names what is changed, the answer and Location what is made, and its lists the parts")
  func named() {
    #expect(written("DELETE", "/orders/{id}/items/{item}", ["id": "57", "item": "9"]) == ["orders 57", "items 9"])
    #expect(
      written(
        "POST", "/api/orders", location: "/api/orders/57?x=1",
        answer: ["id": 57, "user_uid": "ada", "total": 3, "items": .array([["id": 9, "product_id": 4], ["id": 10]])])
        == ["orders 57", "items 9", "items 10"])
    #expect(written("POST", "/orders", answer: ["order": ["id": 57], "buyer": ["id": 3]]) == ["orders 57"])
    #expect(written("POST", "/orders", answer: ["orderId": "a-1"]) == ["orders a-1"])
    #expect(written("PUT", "/users/{uid}", ["uid": "ada"], status: 204) == ["users ada"])
    #expect(written("POST", "/orders", answer: .array([["id": 1], ["id": 2]])) == ["orders 1", "orders 2"])
  }

  @Test("who only reads, or is refused, writes nothing")
  func others() {
    #expect(written("GET", "/orders/{id}", ["id": "57"], status: 200, answer: ["id": 57]).isEmpty)
    #expect(written("POST", "/orders", status: 409, answer: ["id": 57]).isEmpty)
    #expect(written("POST", "/orders").isEmpty)
    #expect(written("POST", "/orders", answer: ["id": 1.5]).isEmpty)
    #expect(written("POST", "/orders/{id}", [:], status: 200).isEmpty)
  }
}
