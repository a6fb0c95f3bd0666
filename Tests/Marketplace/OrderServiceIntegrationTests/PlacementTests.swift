import JSON
import OrderService
import Postgres
import ServiceTesting
import Synchronization
import Testing

@Suite("Placing orders")
struct PlacementTests {
  @Test("an order keeps names and prices, merges lines, and takes its stock")
  func places() async throws {
    let shop = try await Shop()
    let answer = try await shop.order([(5, 1), (1, 2), (5, 2)])
    #expect(answer.status == 201)
    let order = answer.body
    #expect(order["status"] == "PENDING")
    #expect(order["payment_status"] == "pending")
    #expect(order["items"]?.arrayValue?.map { $0["product_id"] } == [1, 5])
    #expect(order["items"]?[0]?["product_name"] == "Wireless Headphones")
    #expect(order["items"]?[1]?["quantity"] == 3)
    // 399.98 + 74.85 = 474.83; tax 33.00 + 6.18; standard shipping is free.
    #expect(order["subtotal"] == "474.83")
    #expect(order["tax_amount"] == "39.18")
    #expect(order["shipping_amount"] == "0.00")
    #expect(order["total_amount"] == "514.01")
    #expect(try await shop.stock(1) == 48)
    #expect(try await shop.stock(5) == 297)
    #expect(try await shop.call("GET", try #require(answer.location)).body == order)
    #expect(try await shop.inconsistencies() == [])
  }

  @Test("names and prices of an order stay when the product changes")
  func keepsHistory() async throws {
    let shop = try await Shop()
    let path = try #require(try await shop.order([(2, 1)]).location)
    await shop.changeProduct(2, ["name": "Keyboard II", "price": "1.00"])
    let line = try await shop.call("GET", path).body["items"]?[0]
    #expect(line?["product_name"] == "Mechanical Keyboard")
    #expect(line?["unit_price"] == "129.00")
  }

  @Test("an unknown user, and an unknown, deleted or inactive product, is 404 and leaves no row")
  func refusesUnknowns() async throws {
    let shop = try await Shop()
    #expect(try await shop.order([(1, 1)], user: "nobody").status == 404)
    for product in [99, 8, 16] {
      #expect(try await shop.order([(1, 1), (product, 1)]).status == 404)
    }
    #expect(try await shop.orderCount("SELECT COUNT(*) FROM orders") == 0)
    #expect(try await shop.stock(1) == 50)
  }

  @Test("short stock is 409 and leaves no row, also when it only shows while taking")
  func refusesShortStock() async throws {
    let shop = try await Shop()
    #expect(try await shop.order([(12, 1)]).kind == "insufficient-stock")
    #expect(try await shop.order([(1, 1), (3, 21)]).kind == "insufficient-stock")
    // The look-up is remembered; the stock behind it goes to somebody else.
    #expect(try await shop.order([(7, 1)]).status == 201)
    _ = try await shop.catalogue.product(7, fresh: true)
    await shop.changeProduct(7, ["stock": 2])
    #expect(try await shop.order([(7, 3)]).kind == "insufficient-stock")
    #expect(try await shop.orderCount("SELECT COUNT(*) FROM orders") == 1)
    #expect(try await shop.inconsistencies() == [])
  }

  @Test("a refusal on a later product puts the earlier ones back and keeps the order as CANCELLED")
  func compensates() async throws {
    let shop = try await Shop()
    _ = try await shop.catalogue.product(7, fresh: true)
    await shop.changeProduct(7, ["stock": 2])
    #expect(try await shop.order([(1, 5), (7, 3)], key: "k").kind == "insufficient-stock")
    #expect(try await shop.stock(1) == 50)
    #expect(try await shop.orderCount("SELECT COUNT(*) FROM orders WHERE status = 'CANCELLED'") == 1)
    #expect(try await shop.inconsistencies() == [])
    await shop.changeProduct(7, ["stock": 3])
    #expect(try await shop.order([(1, 5), (7, 3)], key: "k").status == 201)
  }

  @Test("stock that was delivered after a look is sold at once")
  func trustsFreshLooksOnly() async throws {
    let shop = try await Shop()
    _ = try await shop.catalogue.product(12, fresh: true)
    await shop.changeProduct(12, ["stock": 4])
    #expect(try await shop.order([(12, 4)]).status == 201)
  }

  @Test("an unreachable user-service is 503 and leaves no row")
  func failsClosed() async throws {
    let shop = try await Shop()
    shop.users.isReachable.withLock { $0 = false }
    let answer = try await shop.order([(1, 1)])
    #expect(answer.status == 503)
    #expect(answer.header("Retry-After") == "1")
    #expect(try await shop.orderCount("SELECT COUNT(*) FROM orders") == 0)
  }

  @Test("the same key makes one order, also when sent many times at once")
  func isIdempotent() async throws {
    let shop = try await Shop()
    let first = try await shop.order([(1, 2)], key: "k1")
    #expect(first.header("Idempotency-Replayed") == "false")
    let again = try await shop.order([(1, 1), (1, 1)], key: "k1")
    #expect(again.status == 201)
    #expect(again.header("Idempotency-Replayed") == "true")
    #expect(again.body == first.body)
    #expect(try await shop.order([(1, 3)], key: "k1").kind == "idempotency-key-reused")
    #expect(try await shop.order([(1, 2)], user: "bob", key: "k1").body["id"] != first.body["id"])

    let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
      for _ in 0..<8 { group.addTask { try await shop.order([(2, 1)], key: "k2") } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for answer in answers {
      #expect(answer.status == 201 || answer.kind == "order-being-placed")
    }
    #expect(Set(answers.compactMap { $0.body["total_amount"] == nil ? nil : $0.body["id"]?.intValue }).count == 1)
    #expect(try await shop.stock(2) == 74)
    #expect(try await shop.inconsistencies() == [])
  }

  @Test("of many buyers of the last units exactly as many are served as there are")
  func sellsEachUnitOnce() async throws {
    let shop = try await Shop()
    await shop.changeProduct(3, ["stock": 5])
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<16 { group.addTask { try await shop.order([(3, 1), (4, 1)]).status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses.filter { $0 == 201 }.count == 5)
    #expect(statuses.filter { $0 == 409 }.count == 11)
    #expect(try await shop.stock(3) == 0)
    #expect(try await shop.stock(4) == 195)
    #expect(try await shop.inconsistencies() == [])
  }

  @Test("everything wrong with an order is listed at once")
  func listsViolations() async throws {
    let shop = try await Shop()
    let answer = try await shop.call(
      "POST", "/orders",
      [
        "user_uid": 7, "items": [["product_id": 0, "quantity": 1.5], ["product_id": 1]], "payment_method": "gold",
        "shipping_method": nil, "note": "x",
      ])
    #expect(answer.status == 422)
    #expect(
      Set(answer.violations) == [
        "#/user_uid", "#/items/0/product_id", "#/items/0/quantity", "#/items/1/quantity", "#/payment_method",
        "#/shipping_method", "#/note",
      ])
    #expect(try await shop.call("POST", "/orders", ["user_uid": "alice", "items": []]).violations == ["#/items"])
    #expect(try await shop.order([(5, 600), (5, 600)]).violations == ["#/items"])
  }

  @Test("a user orders for himself and sees his own orders; an administrator and a service see all")
  func belongsToItsBuyer() async throws {
    let shop = try await Shop()
    let alice = [("X-User-UID", "alice")]
    let bob = [("X-User-UID", "bob")]
    let admin = bob + [("X-User-Admin", "true")]
    #expect(try await shop.order([(1, 1)], user: "alice", headers: bob).status == 403)
    let path = try #require(try await shop.order([(1, 1)], user: "alice", headers: alice).location)
    #expect(try await shop.call("GET", path, headers: alice).status == 200)
    #expect(try await shop.call("GET", path, headers: bob).status == 403)
    #expect(try await shop.call("GET", path, headers: admin).status == 200)
    #expect(try await shop.call("GET", "/orders/999", headers: bob).status == 404)
    #expect(try await shop.call("GET", "/orders?user_uid=alice", headers: bob).status == 403)
    #expect(try await shop.call("GET", "/orders", headers: alice).status == 403)
    #expect(try await shop.call("GET", "/orders", headers: admin).status == 200)
    #expect(try await shop.call("POST", "\(path)/cancel", headers: bob).status == 403)
    #expect(try await shop.call("GET", "\(path)/payments", headers: bob).status == 403)
    #expect(try await shop.call("POST", "\(path)/payments", ["amount": "1.00"], headers: bob).status == 403)
    #expect(try await shop.call("PATCH", "\(path)/status", ["status": "PAID"], headers: alice).status == 403)
    #expect(
      try await shop.call("GET", "/purchases/verify?user_uid=alice&product_id=1", headers: bob).status == 403)
  }

  @Test("the pages of a list hold each order of the user once, newest first")
  func pages() async throws {
    let shop = try await Shop()
    for index in 0..<5 { _ = try await shop.order([(15, 1)], user: index == 2 ? "bob" : "alice") }
    var seen: [Int] = []
    var next = "/orders?user_uid=alice&limit=3"
    while true {
      let page = try await shop.call("GET", next).body
      seen += page["items"]?.arrayValue?.compactMap { $0["id"]?.intValue } ?? []
      guard let cursor = page["next_cursor"]?.stringValue else { break }
      next = "/orders?user_uid=alice&limit=3&cursor=\(cursor)"
    }
    #expect(seen == [5, 4, 2, 1])
    #expect(try await shop.call("GET", "/orders?status=PAID").body["items"] == [])
    #expect(try await shop.call("GET", "/orders?cursor=WyJ4Il0").violations == ["cursor"])
  }
}
