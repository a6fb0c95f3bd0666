import JSON
import Postgres
import ServiceTesting
import Testing

@Suite("Products in the database")
struct ProductTests {
  private let lamp: JSONValue = ["name": "Desk Lamp", "price": "34.50", "sku": "LAMP-1", "stock": 12]

  private func ids(_ answer: Answer) -> [Int] {
    answer.body["items"]?.arrayValue?.compactMap { $0["id"]?.intValue } ?? []
  }

  @Test("a product is made with its margin and its first stock movement")
  func creates() async throws {
    let shop = try await CatalogueFixture()
    let made = try await shop.call(
      "POST", "/products",
      [
        "name": "Desk Lamp", "price": "34.50", "sku": "LAMP-1", "stock": 12, "category_id": 3, "cost_price": "20.00",
        "tags": ["light", "a \"quoted, {tag}\\"],
      ])
    #expect(made.status == 201)
    #expect(made.body["slug"] == "desk-lamp")
    #expect(made.body["margin_percentage"] == "42.03")
    #expect(made.body["tags"] == ["light", "a \"quoted, {tag}\\"])
    #expect(made.body["status"] == "active")
    #expect(try await shop.call("GET", try #require(made.location)).body == made.body)
    #expect(try await shop.ledgerExplainsStock())
  }

  @Test("a taken SKU or slug is 409, and a slug made of the name evades")
  func keepsUniqueness() async throws {
    let shop = try await CatalogueFixture()
    let first = try await shop.call("POST", "/products", lamp)
    #expect(try await shop.call("POST", "/products", lamp).kind == "sku-taken")
    let second = try await shop.call("POST", "/products", ["name": "Desk Lamp", "price": "1.00", "sku": "LAMP-2"])
    #expect(second.body["slug"] == "desk-lamp-lamp-2")
    let path = try #require(second.location)
    #expect(try await shop.call("PATCH", path, ["slug": "desk-lamp"]).kind == "slug-taken")
    #expect(try await shop.call("PATCH", path, ["sku": "LAMP-1"]).kind == "sku-taken")
    try await shop.call("DELETE", try #require(first.location))
    #expect(try await shop.call("PATCH", path, ["sku": "LAMP-1", "slug": "desk-lamp"]).status == 200)
  }

  @Test("a change of stock is an adjustment in the ledger, and a change of price moves the margin")
  func updates() async throws {
    let shop = try await CatalogueFixture()
    let changed = try await shop.call(
      "PATCH", "/products/1", ["stock": 44, "price": "240.00", "description": nil, "tags": []])
    #expect(changed.body["stock"] == 44)
    #expect(changed.body["margin_percentage"] == "50.00")
    #expect(changed.body["description"] == .null)
    #expect(changed.body["tags"] == [])
    #expect(changed.body["name"] == "Wireless Headphones")
    #expect(
      try await shop.count(
        "SELECT delta FROM stock_movements WHERE product_id = 1 AND reason = 'adjustment'") == -6)
    #expect(try await shop.ledgerExplainsStock())
  }

  @Test("a deleted product is gone from every reading, and its row stays")
  func softDeletes() async throws {
    let shop = try await CatalogueFixture()
    #expect(try await shop.call("DELETE", "/products/5").status == 204)
    #expect(try await shop.call("DELETE", "/products/5").status == 404)
    #expect(try await shop.call("GET", "/products/5").status == 404)
    #expect(try await shop.call("PATCH", "/products/5", ["stock": 1]).status == 404)
    #expect(try await shop.call("POST", "/products/5/decrement-stock", ["quantity": 1]).status == 404)
    #expect(try await shop.call("GET", "/products/5/reviews").status == 404)
    #expect(!ids(try await shop.call("GET", "/products?limit=100")).contains(5))
    #expect(try await shop.count("SELECT COUNT(*) FROM products WHERE id = 5 AND deleted_at IS NOT NULL") == 1)
  }

  @Test(
    "filters keep exactly the products they describe",
    arguments: [
      ("category_id=4&sort=price", [16, 15, 13, 14]), ("status=inactive", [8]),
      ("tag=bestseller&sort=price", [5, 9, 1]),
      ("min_price=139.95&max_price=199.99&sort=price", [11, 7, 1]), ("featured=true&sort=-price", [3, 1, 13, 9, 5]),
      ("q=KNIFE", [10]), ("q=%25", []), ("q=BOOK-DATA", [14]), ("q=first%20principles", [14]),
      ("category_id=1&featured=false&tag=computer", [2]), ("category_id=99", []),
    ])
  func filters(query: String, expected: [Int]) async throws {
    let shop = try await CatalogueFixture()
    #expect(ids(try await shop.call("GET", "/products?\(query)")) == expected)
  }

  @Test(
    "pages hold every product once and in order, while others come and go",
    arguments: ["-created_at", "created_at", "price", "-price", "name", "-name"])
  func pages(sort: String) async throws {
    let shop = try await CatalogueFixture()
    let all = ids(try await shop.call("GET", "/products?limit=100&sort=\(sort)"))
    var seen: [Int] = []
    var next = "/products?limit=3&sort=\(sort)"
    while true {
      let page = try await shop.call("GET", next)
      seen += ids(page)
      guard let cursor = page.body["next_cursor"]?.stringValue else { break }
      // Comes and goes behind or before the position; the 16 that were there are seen once each all the same.
      let passing = try await shop.call(
        "POST", "/products", ["name": "Passing", "price": "0.00", "sku": .string("P-\(seen.count)")])
      try await shop.call("DELETE", try #require(passing.location))
      next = "/products?limit=3&sort=\(sort)&cursor=\(cursor)"
    }
    #expect(seen == all)
    #expect(seen.count == 16)
  }

  @Test("everything wrong with a product is listed at once")
  func listsViolations() async throws {
    let shop = try await CatalogueFixture()
    let answer = try await shop.call(
      "POST", "/products",
      [
        "name": " ", "price": 12.5, "sku": "a b", "stock": -1, "tags": ["x", "x"], "status": nil, "slug": "No Slug",
        "colour": "red",
      ])
    #expect(answer.status == 422)
    #expect(
      Set(answer.violations) == [
        "#/name", "#/price", "#/sku", "#/stock", "#/tags", "#/status", "#/slug", "#/colour",
      ])
    #expect(
      try await shop.call("POST", "/products", ["name": "A", "price": "1.00", "sku": "A", "category_id": 99]).status
        == 404)
    #expect(try await shop.call("PATCH", "/products/1", ["price": nil]).violations == ["#/price"])
    #expect(try await shop.call("PATCH", "/products/1", [:]).status == 422)
    #expect(try await shop.call("GET", "/products?min_price=2.00&max_price=1.00").violations == ["min_price"])
  }

  @Test("a user who is no administrator reads and does not write")
  func protectsTheCatalogue() async throws {
    let shop = try await CatalogueFixture()
    let user = [("X-User-UID", "alice")]
    let admin = [("X-User-UID", "alice"), ("X-User-Admin", "true")]
    #expect(try await shop.call("GET", "/products/1", headers: user).status == 200)
    #expect(try await shop.call("POST", "/products", lamp, headers: user).status == 403)
    #expect(try await shop.call("PATCH", "/products/1", ["stock": 9], headers: user).status == 403)
    #expect(try await shop.call("DELETE", "/products/1", headers: user).status == 403)
    #expect(try await shop.call("POST", "/categories", ["name": "X"], headers: user).status == 403)
    #expect(
      try await shop.call("POST", "/products/1/decrement-stock", ["quantity": 1], headers: user).status == 403)
    #expect(try await shop.call("POST", "/products", lamp, headers: admin).status == 201)
  }

  @Test("whoever names the version that was looked at overwrites nothing unseen, a sale neither")
  func versions() async throws {
    let shop = try await CatalogueFixture()
    let seen = try #require(try await shop.call("GET", "/products/1").header("ETag"))
    #expect(try await shop.call("GET", "/products/1").header("ETag") == seen, "looking changes nothing")
    #expect(try await shop.call("POST", "/products/1/decrement-stock", ["quantity": 3]).status == 200)
    let refused = try await shop.call("PATCH", "/products/1", ["stock": 50], headers: [("If-Match", seen)])
    #expect(refused.status == 412 && refused.kind == "version-mismatch")
    let now = try await shop.call("GET", "/products/1")
    #expect(now.body["stock"] == 47)
    #expect(refused.header("ETag") == now.header("ETag") && now.header("ETag") != seen)
    let changed = try await shop.call(
      "PATCH", "/products/1", ["stock": 60], headers: [("If-Match", try #require(now.header("ETag")))])
    #expect(changed.status == 200 && changed.body["stock"] == 60)
    #expect(changed.header("ETag") != now.header("ETag"))
    #expect(try await shop.call("GET", "/products/1").header("ETag") == changed.header("ETag"))
    #expect(try await shop.ledgerExplainsStock())
  }

  @Test("of many who saw one version, one changes it")
  func oneWinner() async throws {
    let shop = try await CatalogueFixture()
    let made = try await shop.call("POST", "/products", lamp)
    let path = try #require(made.location)
    let tag = try #require(made.header("ETag"))
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for price in 1...6 {
        group.addTask {
          try await shop.call("PATCH", path, ["price": .string("\(price).00")], headers: [("If-Match", tag)]).status
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses.sorted() == [200, 412, 412, 412, 412, 412])
  }
}
