import JSON
import Postgres
import ServiceTesting
import Testing

@Suite("Stock in the database")
struct StockTests {
  private func take(
    _ shop: CatalogueFixture, _ quantity: Int, key: String? = nil, order: Int? = nil
  ) async throws -> Answer {
    var body: JSONObject = ["quantity": .number(JSONNumber(quantity))]
    if let order { body["order_id"] = .number(JSONNumber(order)) }
    return try await shop.call(
      "POST", "/products/1/decrement-stock", .object(body), headers: key.map { [("Idempotency-Key", $0)] } ?? [])
  }

  private func restore(
    _ shop: CatalogueFixture, _ quantity: Int, key: String, reverses: String? = nil, order: Int? = nil
  ) async throws -> Answer {
    var body: JSONObject = ["quantity": .number(JSONNumber(quantity))]
    if let reverses { body["reverses"] = .string(reverses) }
    if let order { body["order_id"] = .number(JSONNumber(order)) }
    return try await shop.call(
      "POST", "/products/1/restore-stock", .object(body), headers: [("Idempotency-Key", key)])
  }

  private func stock(_ shop: CatalogueFixture) async throws -> Int? {
    try await shop.call("GET", "/products/1").body["stock"]?.intValue
  }

  @Test("units are taken and put back, and the ledger says for which order")
  func takesAndRestores() async throws {
    let shop = try await CatalogueFixture()
    #expect(
      try await take(shop, 3, order: 77).body == ["product_id": 1, "delta": -3, "stock": 47, "order_id": 77])
    #expect(
      try await restore(shop, 2, key: "back").body == ["product_id": 1, "delta": 2, "stock": 49, "order_id": nil])
    #expect(
      try await shop.count(
        "SELECT COUNT(*) FROM stock_movements WHERE reason = 'sale' AND delta = -3 AND order_id = 77") == 1)
    #expect(try await shop.ledgerExplainsStock())
  }

  @Test("more than there is cannot be taken")
  func isShort() async throws {
    let shop = try await CatalogueFixture()
    #expect(try await take(shop, 51).kind == "insufficient-stock")
    #expect(try await take(shop, 50).status == 200)
    #expect(try await take(shop, 1).kind == "insufficient-stock")
    #expect(try await stock(shop) == 0)
  }

  @Test("the same key acts once and gets the same answer, also for a refusal")
  func isIdempotent() async throws {
    let shop = try await CatalogueFixture()
    let first = try await take(shop, 4, key: "k1")
    #expect(try await take(shop, 1).status == 200)
    #expect(try await take(shop, 4, key: "k1").body == first.body)
    let refused = try await take(shop, 100, key: "k2")
    #expect(refused.status == 409)
    _ = try await restore(shop, 500, key: "r1")
    #expect(try await take(shop, 100, key: "k2").body["detail"] == refused.body["detail"])
    #expect(try await take(shop, 5, key: "k1").kind == "idempotency-key-reused")
    #expect(try await restore(shop, 4, key: "k1").kind == "idempotency-key-reused")
    #expect(try await stock(shop) == 50 - 4 - 1 + 500)
    #expect(try await shop.ledgerExplainsStock())
  }

  @Test("a key that met no product stays free")
  func freesKeys() async throws {
    let shop = try await CatalogueFixture()
    let headers = [("Idempotency-Key", "k")]
    #expect(
      try await shop.call("POST", "/products/99/decrement-stock", ["quantity": 1], headers: headers).status == 404)
    #expect(try await take(shop, 1, key: "k").status == 200)
  }

  @Test("a reversal brings back exactly what its decrement took, once")
  func reverses() async throws {
    let shop = try await CatalogueFixture()
    _ = try await take(shop, 4, key: "sale", order: 9)
    #expect(try await restore(shop, 3, key: "undo-0", reverses: "sale").kind == "reversal-mismatch")
    #expect(try await restore(shop, 4, key: "undo-1", reverses: "sale", order: 9).body["delta"] == 4)
    #expect(try await restore(shop, 4, key: "undo-1", reverses: "sale", order: 9).body["delta"] == 4)
    #expect(try await restore(shop, 4, key: "undo-2", reverses: "sale", order: 9).body["delta"] == 0)
    #expect(try await restore(shop, 4, key: "undo-3", reverses: "undo-1").kind == "reversal-mismatch")
    #expect(try await stock(shop) == 50)
    #expect(try await shop.ledgerExplainsStock())
  }

  @Test("a decrement that arrives after its own reversal is refused for ever")
  func closesTheDoor() async throws {
    let shop = try await CatalogueFixture()
    #expect(try await restore(shop, 4, key: "undo", reverses: "late").body["delta"] == 0)
    #expect(try await take(shop, 4, key: "late").kind == "decrement-reversed")
    #expect(try await take(shop, 4, key: "late").kind == "decrement-reversed")
    #expect(try await stock(shop) == 50)
  }

  @Test("a refused decrement has nothing to reverse")
  func reversesNothing() async throws {
    let shop = try await CatalogueFixture()
    _ = try await take(shop, 400, key: "refused")
    #expect(try await restore(shop, 400, key: "undo", reverses: "refused").body["delta"] == 0)
    #expect(try await stock(shop) == 50)
  }

  @Test("of many buyers of the last units exactly as many get one as there are")
  func sellsEachUnitOnce() async throws {
    let shop = try await CatalogueFixture()
    try await shop.call("PATCH", "/products/1", ["stock": 7])
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for buyer in 0..<30 {
        group.addTask { try await take(shop, 1, key: "buyer-\(buyer)").status }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses.filter { $0 == 200 }.count == 7)
    #expect(statuses.filter { $0 == 409 }.count == 23)
    #expect(try await stock(shop) == 0)
    #expect(try await shop.ledgerExplainsStock())
  }

  @Test("one call sent many times at once acts once, and a racing reversal leaves nothing taken")
  func survivesRaces() async throws {
    let shop = try await CatalogueFixture()
    for round in 0..<10 {
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<4 {
          group.addTask { try await take(shop, 2, key: "race-\(round)").status }
        }
        group.addTask { try await restore(shop, 2, key: "race-\(round)-undo", reverses: "race-\(round)").status }
        for try await status in group { #expect(status == 200 || status == 409) }
      }
      #expect(try await stock(shop) == 50)
    }
    #expect(try await shop.ledgerExplainsStock())
  }

  @Test("a key must be visible ASCII, and differ from what it reverses", arguments: ["a b", "ü", ""])
  func checksKeys(key: String) async throws {
    let shop = try await CatalogueFixture()
    #expect(try await take(shop, 1, key: key).violations == ["Idempotency-Key"])
    #expect(try await restore(shop, 1, key: "same", reverses: "same").violations == ["Idempotency-Key"])
  }
}
