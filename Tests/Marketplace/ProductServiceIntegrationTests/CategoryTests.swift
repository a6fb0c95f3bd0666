import JSON
import ServiceTesting
import Testing

@Suite("Categories in the database")
struct CategoryTests {
  @Test("the init script seeds 4 categories and 16 products, and the ledger explains their stock")
  func seeds() async throws {
    let shop = try await CatalogueFixture()
    #expect(try await shop.call("GET", "/categories").body["items"]?.arrayValue?.count == 4)
    #expect(try await shop.call("GET", "/products?limit=100").body["items"]?.arrayValue?.count == 16)
    #expect(try await shop.ledgerExplainsStock())
  }

  @Test("a category is made, read, changed and deleted, and its slug is free again")
  func lifeCycle() async throws {
    let shop = try await CatalogueFixture()
    let made = try await shop.call("POST", "/categories", ["name": "Garden Tools", "parent_id": 3])
    #expect(made.status == 201)
    #expect(made.body["slug"] == "garden-tools")
    let path = try #require(made.location)
    #expect(try await shop.call("POST", "/categories", ["name": "Garden tools"]).kind == "slug-taken")
    let changed = try await shop.call(
      "PATCH", path, ["description": "Spades", "parent_id": nil, "status": "archived"])
    #expect(changed.body["description"] == "Spades")
    #expect(changed.body["parent_id"] == .null)
    #expect(changed.body["name"] == "Garden Tools")
    #expect(try await shop.call("DELETE", path).status == 204)
    #expect(try await shop.call("GET", path).status == 404)
    #expect(try await shop.call("POST", "/categories", ["name": "Garden Tools"]).status == 201)
  }

  @Test("a category cannot be put below itself")
  func hasNoCycles() async throws {
    let shop = try await CatalogueFixture()
    let child = try await shop.call("POST", "/categories", ["name": "Child", "parent_id": 1]).body["id"]?.intValue ?? 0
    let grandchild =
      try await shop.call("POST", "/categories", ["name": "Grandchild", "parent_id": .number(JSONNumber(child))])
      .body["id"]?.intValue ?? 0
    for parent in [1, child, grandchild] {
      let answer = try await shop.call("PATCH", "/categories/1", ["parent_id": .number(JSONNumber(parent))])
      #expect(answer.kind == "category-cycle")
    }
    #expect(try await shop.call("PATCH", "/categories/1", ["parent_id": 4]).status == 200)
  }

  @Test("two moves at once cannot close a cycle that neither sees alone")
  func movesTakeTurns() async throws {
    let shop = try await CatalogueFixture()
    for _ in 0..<10 {
      async let one = shop.call("PATCH", "/categories/1", ["parent_id": 2])
      async let other = shop.call("PATCH", "/categories/2", ["parent_id": 1])
      #expect(try await Set([one.status, other.status]) == [200, 409])
      try await shop.call("PATCH", "/categories/1", ["parent_id": nil])
      try await shop.call("PATCH", "/categories/2", ["parent_id": nil])
    }
  }

  @Test("a tree is at most 16 levels deep")
  func isBounded() async throws {
    let shop = try await CatalogueFixture()
    var parent = 1
    for level in 2...16 {
      parent =
        try await shop.call(
          "POST", "/categories", ["name": .string("Level \(level)"), "parent_id": .number(JSONNumber(parent))]
        ).body["id"]?.intValue ?? 0
    }
    let tooDeep = try await shop.call(
      "POST", "/categories", ["name": "Level 17", "parent_id": .number(JSONNumber(parent))])
    #expect(tooDeep.kind == "category-too-deep")
    #expect(try await shop.call("PATCH", "/categories/1", ["parent_id": 2]).kind == "category-too-deep")
    #expect(try await shop.call("PATCH", "/categories/1", ["parent_id": 999]).status == 404)
  }

  @Test("a category in use is not deleted")
  func protectsUsers() async throws {
    let shop = try await CatalogueFixture()
    #expect(try await shop.call("DELETE", "/categories/1").kind == "category-in-use")
    let parent = try #require(try await shop.call("POST", "/categories", ["name": "Parent"]).location)
    let id = try #require(try await shop.call("GET", parent).body["id"])
    let child = try await shop.call("POST", "/categories", ["name": "Only child", "parent_id": id])
    #expect(try await shop.call("DELETE", parent).kind == "category-in-use")
    try await shop.call("DELETE", try #require(child.location))
    #expect(try await shop.call("DELETE", parent).status == 204)
  }

  @Test("the pages of a list hold every category once, in order")
  func pages() async throws {
    let shop = try await CatalogueFixture()
    for index in 0..<5 {
      try await shop.call("POST", "/categories", ["name": .string("Extra \(index)"), "sort_order": 3])
    }
    var seen: [Int] = []
    var next = "/categories?limit=2"
    while true {
      let page = try await shop.call("GET", next).body
      seen += page["items"]?.arrayValue?.compactMap { $0["id"]?.intValue } ?? []
      guard let cursor = page["next_cursor"]?.stringValue else { break }
      next = "/categories?limit=2&cursor=\(cursor)"
    }
    #expect(seen == [1, 2, 3, 5, 6, 7, 8, 9, 4])
  }

  @Test("a cut or foreign cursor is 422", arguments: ["x", "WzFd", "WyJhIiwiYiJd"])
  func refusesCursors(cursor: String) async throws {
    let shop = try await CatalogueFixture()
    #expect(try await shop.call("GET", "/categories?cursor=\(cursor)").violations == ["cursor"])
  }
}
