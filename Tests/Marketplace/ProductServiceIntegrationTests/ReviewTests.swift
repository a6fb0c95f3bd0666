import JSON
import Postgres
import ServiceTesting
import Synchronization
import Testing

@Suite("Reviews in the database")
struct ReviewTests {
  private func write(
    _ shop: CatalogueFixture, by user: String = "alice", _ more: JSONObject = [:], headers: [(String, String)] = []
  ) async throws -> Answer {
    var body: JSONObject = ["user_uid": .string(user), "rating": 5]
    for member in more { body[member.key] = member.value }
    return try await shop.call("POST", "/products/1/reviews", .object(body), headers: headers)
  }

  @Test("a review without a claim is not a verified purchase, and order-service is not asked")
  func writesPlainly() async throws {
    let shop = try await CatalogueFixture()
    let review = try await write(shop, ["title": "Fine", "comment": "Naïve “quotes” 🙂"])
    #expect(review.status == 201)
    #expect(review.body["is_verified_purchase"] == false)
    #expect(review.body["order_id"] == .null)
    #expect(review.body["comment"] == "Naïve “quotes” 🙂")
    #expect(shop.neighbours.state.withLock { $0.questions } == 0)
  }

  @Test("a claim that order-service confirms is verified, with the order it names")
  func verifiesClaims() async throws {
    let shop = try await CatalogueFixture()
    shop.neighbours.state.withLock { $0.purchases = ["alice 1": 12, "bob 1": 13] }
    #expect(try await write(shop, ["order_id": 13]).kind == "purchase-not-verified")
    let byOrder = try await write(shop, ["order_id": 12])
    #expect(byOrder.body["is_verified_purchase"] == true)
    let byWord = try await write(shop, by: "bob", ["is_verified_purchase": true])
    #expect(byWord.body["order_id"] == 13)
    #expect(byWord.body["is_verified_purchase"] == true)
  }

  @Test("a claim that order-service does not confirm leaves no review")
  func refusesFalseClaims() async throws {
    let shop = try await CatalogueFixture()
    let answer = try await write(shop, ["is_verified_purchase": true])
    #expect(answer.status == 409)
    #expect(answer.kind == "purchase-not-verified")
    #expect(try await shop.count("SELECT COUNT(*) FROM product_reviews") == 0)
  }

  @Test("an unknown author or product is 404, an unreachable neighbour 503, and neither leaves a row")
  func failsClosed() async throws {
    let shop = try await CatalogueFixture()
    #expect(try await write(shop, by: "nobody").status == 404)
    #expect(
      try await shop.call("POST", "/products/99/reviews", ["user_uid": "alice", "rating": 1]).status == 404)
    shop.neighbours.state.withLock { $0.isReachable = false }
    let answer = try await write(shop)
    #expect(answer.status == 503)
    #expect(answer.header("Retry-After") == "1")
    #expect(try await shop.count("SELECT COUNT(*) FROM product_reviews") == 0)
  }

  @Test("two reviews at once by one user for one product: one is written")
  func writesOnce() async throws {
    let shop = try await CatalogueFixture()
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 { group.addTask { try await write(shop).status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses.filter { $0 == 201 }.count == 1)
    #expect(statuses.filter { $0 == 409 }.count == 7)
  }

  @Test("a list shows approved reviews unless asked for others, newest first")
  func moderates() async throws {
    let shop = try await CatalogueFixture()
    let first = try #require(try await write(shop).body["id"]?.intValue)
    let second = try #require(try await write(shop, by: "bob", ["rating": 2]).body["id"]?.intValue)
    func list(_ query: String) async throws -> [Int] {
      try await shop.call("GET", "/products/1/reviews?\(query)").body["items"]?.arrayValue?
        .compactMap { $0["id"]?.intValue } ?? []
    }
    #expect(try await list("") == [])
    #expect(try await list("approved=any") == [second, first])
    #expect(try await shop.call("POST", "/reviews/\(first)/approve").body["is_approved"] == true)
    #expect(try await shop.call("POST", "/reviews/\(first)/approve").status == 200)
    #expect(try await list("") == [first])
    #expect(try await list("approved=false&rating=2") == [second])
    let page = try await shop.call("GET", "/products/1/reviews?approved=any&limit=1").body
    let cursor = try #require(page["next_cursor"]?.stringValue)
    #expect(try await list("approved=any&limit=1&cursor=\(cursor)") == [first])
  }

  @Test("only its author or an administrator changes or deletes a review; a changed one waits again")
  func belongsToItsAuthor() async throws {
    let shop = try await CatalogueFixture()
    let path = try #require(try await write(shop, headers: [("X-User-UID", "alice")]).location)
    try await shop.call("POST", "\(path)/approve")
    let bob = [("X-User-UID", "bob")]
    #expect(try await shop.call("PATCH", path, ["rating": 1], headers: bob).status == 403)
    #expect(try await shop.call("DELETE", path, headers: bob).status == 403)
    #expect(try await shop.call("POST", "\(path)/approve", headers: bob).status == 403)
    #expect(try await write(shop, by: "alice", headers: bob).status == 403)
    let changed = try await shop.call("PATCH", path, ["rating": 3, "title": "Hm"], headers: [("X-User-UID", "alice")])
    #expect(changed.body["rating"] == 3)
    #expect(changed.body["is_approved"] == false)
    #expect(try await shop.call("DELETE", path, headers: bob + [("X-User-Admin", "true")]).status == 204)
    #expect(try await shop.call("GET", path).status == 404)
    #expect(try await write(shop).status == 201)
  }

  @Test("goods that go back take the seal of their review with them, and keep a new one from getting it")
  func losesItsSeal() async throws {
    let shop = try await CatalogueFixture()
    shop.neighbours.state.withLock { $0.purchases = ["alice 1": 12, "bob 1": 12] }
    let path = try #require(try await write(shop, ["order_id": 12]).location)
    try await shop.call("POST", "/products/1/restore-stock", ["quantity": 1, "order_id": 12])
    let review = try await shop.call("GET", path).body
    #expect(review["is_verified_purchase"] == false)
    #expect(review["order_id"] == 12)
    #expect(try await write(shop, by: "bob", ["order_id": 12]).kind == "purchase-not-verified")
  }
}
