import FirebaseAuth
import JSON
import Postgres
import ServiceTesting
import Testing
import WholeMarketplace

@Suite("Many at once")
struct ConcurrencyTests {
  // MARK: - Stock

  @Test("of many buyers of the last units exactly as many are served as there are")
  func lastUnits() async throws {
    let market = try await WholeMarketplace.shared
    let buyer = try await market.person()
    let (scarce, plenty) = (try await market.product(stock: 7), try await market.product(stock: 1000))
    let statuses = try await atOnce(40) { index in
      try await market.order(
        index.isMultiple(of: 2) ? [(scarce, 1), (plenty, 1)] : [(plenty, 1), (scarce, 1)], for: buyer.uid)
    }.map(\.status)
    #expect(statuses.filter { $0 == 201 }.count == 7)
    #expect(statuses.filter { $0 == 409 }.count == 33)
    try await expectExactStock([scarce, plenty], market)
    #expect(try await stock(scarce, market) == 0)
  }

  @Test("orders of overlapping products in all sequences, with cancellations among them, all go through")
  func overlappingSets() async throws {
    let market = try await WholeMarketplace.shared
    let buyer = try await market.person()
    let products = [
      try await market.product(stock: 10_000), try await market.product(stock: 10_000),
      try await market.product(stock: 10_000), try await market.product(stock: 10_000),
    ]
    let answers = try await atOnce(36) { index in
      let lines = (0..<3).map { (products[(index * 7 + $0 * (index.isMultiple(of: 2) ? 1 : 3)) % 4], $0 + 1) }
      let order = try await market.order(index.isMultiple(of: 3) ? lines.reversed() : lines, for: buyer.uid)
      guard index.isMultiple(of: 2), let path = order.location else { return order }
      return try await market.call("POST", "\(path)/cancel", to: .orders)
    }
    #expect(answers.allSatisfy { [200, 201].contains($0.status) }, "\(answers.map(\.status))")
    try await expectExactStock(products, market)
  }

  @Test("one call sent many times at once with one key acts once", arguments: ["decrement", "restore"])
  func sameStockKey(operation: String) async throws {
    let market = try await WholeMarketplace.shared
    let product = try await market.product(stock: 50)
    let answers = try await atOnce(12) { _ in
      try await market.call(
        "POST", "/products/\(product)/\(operation)-stock", ["quantity": 3], to: .products,
        headers: [("Idempotency-Key", "\(operation)-\(product)")])
    }
    #expect(answers.allSatisfy { $0.status == 200 && $0.body == answers[0].body })
    #expect(try await stock(product, market) == (operation == "decrement" ? 47 : 53))
    try await expectExactStock([product], market)
  }

  @Test("a count of the shelf beside sales leaves stock and ledger equal")
  func adjustmentsBesideSales() async throws {
    let market = try await WholeMarketplace.shared
    let product = try await market.product(stock: 500)
    let statuses = try await atOnce(40) { index in
      index.isMultiple(of: 4)
        ? try await market.call(
          "PATCH", "/products/\(product)", ["stock": .number(JSONNumber(500 + index))], to: .products)
        : try await market.call("POST", "/products/\(product)/decrement-stock", ["quantity": 2], to: .products)
    }.map(\.status)
    #expect(statuses.allSatisfy { $0 == 200 }, "\(statuses)")
    try await expectExactStock([product], market)
  }

  // MARK: - Orders and payments

  @Test("one order sent many times at once with one key is one order")
  func sameOrderKey() async throws {
    let market = try await WholeMarketplace.shared
    let buyer = try await market.person()
    let product = try await market.product(stock: 50)
    let answers = try await atOnce(12) { _ in try await market.order([(product, 2)], for: buyer.uid, key: "key") }
    #expect(answers.allSatisfy { $0.status == 201 || $0.kind == "order-being-placed" }, "\(answers.map(\.status))")
    #expect(Set(answers.compactMap(\.location)).count == 1)
    #expect(answers.filter { $0.header("Idempotency-Replayed") == "false" }.count == 1)
    #expect(try await stock(product, market) == 48)
    #expect(
      try await market.count("SELECT COUNT(*) FROM orders WHERE user_uid = \(buyer.uid)", in: market.orderPool) == 1)
  }

  @Test("of many cancellations at once one has an effect, and the others are 409")
  func cancellations() async throws {
    let market = try await WholeMarketplace.shared
    let (order, product) = try await newOrder(market)
    let statuses = try await atOnce(8) { _ in try await market.call("POST", "\(order)/cancel", to: .orders) }.map(
      \.status)
    #expect(statuses.sorted() == [200] + Array(repeating: 409, count: 7))
    try await expectReturned(product, market)
  }

  @Test("of many payments at once one is taken, and the others are 409")
  func payments() async throws {
    let market = try await WholeMarketplace.shared
    let (order, _) = try await newOrder(market)
    let due = try await market.call("GET", order, to: .orders).body["total_amount"] ?? .null
    let statuses = try await atOnce(8) { _ in
      try await market.call("POST", "\(order)/payments", ["amount": due], to: .orders)
    }.map(\.status)
    #expect(statuses.sorted() == [201] + Array(repeating: 409, count: 7))
    #expect(try await market.call("GET", "\(order)/payments", to: .orders).body["items"]?.arrayValue?.count == 1)
    #expect(try await market.call("GET", order, to: .orders).body["status"] == "PAID")
  }

  @Test("a payment and a cancellation at once leave a cancelled order and no money taken", arguments: 0..<6)
  func paymentAgainstCancellation(round: Int) async throws {
    let market = try await WholeMarketplace.shared
    let (order, product) = try await newOrder(market)
    let due = try await market.call("GET", order, to: .orders).body["total_amount"] ?? .null
    let answers = try await atOnce(2) { index in
      index == round % 2
        ? try await market.call("POST", "\(order)/cancel", to: .orders)
        : try await market.call("POST", "\(order)/payments", ["amount": due], to: .orders)
    }
    #expect(answers.filter { $0.status == 200 }.count == 1)
    #expect(answers.allSatisfy { [200, 201, 409].contains($0.status) })
    let wasPaid = answers.contains { $0.status == 201 }
    let after = try await market.call("GET", order, to: .orders).body
    #expect(after["status"] == "CANCELLED")
    #expect(after["payment_status"]?.stringValue == (wasPaid ? "refunded" : "pending"))
    let payments = try await market.call("GET", "\(order)/payments", to: .orders).body["items"]?.arrayValue
    #expect(payments?.compactMap { $0["status"]?.stringValue } == (wasPaid ? ["REFUNDED"] : []))
    try await expectReturned(product, market)
  }

  @Test("refunds and cancellations at once give money and goods back once")
  func refundAgainstCancellation() async throws {
    let market = try await WholeMarketplace.shared
    for _ in 0..<4 {
      let (order, product) = try await newOrder(market)
      let due = try await market.call("GET", order, to: .orders).body["total_amount"] ?? .null
      let payment = try await market.call("POST", "\(order)/payments", ["amount": due], to: .orders)
      let id = try #require(payment.body["id"]?.intValue)
      let answers = try await atOnce(6) { index in
        try await market.call(
          "POST", index.isMultiple(of: 2) ? "\(order)/cancel" : "/payments/\(id)/refund", to: .orders)
      }
      #expect(answers.map(\.status).sorted() == [200, 409, 409, 409, 409, 409])
      let after = try await market.call("GET", order, to: .orders).body
      #expect(
        ["CANCELLED", "REFUNDED"].contains(after["status"]?.stringValue) && after["payment_status"] == "refunded")
      try await expectReturned(product, market)
    }
  }

  @Test("steps of one order at once are taken once each, in their sequence")
  func steps() async throws {
    let market = try await WholeMarketplace.shared
    let (order, product) = try await newOrder(market)
    let due = try await market.call("GET", order, to: .orders).body["total_amount"] ?? .null
    try await market.call("POST", "\(order)/payments", ["amount": due], to: .orders)
    let answers = try await atOnce(9) { index in
      let status: JSONValue = index.isMultiple(of: 3) ? "SHIPPED" : index % 3 == 1 ? "PROCESSING" : "CANCELLED"
      return try await market.call("PATCH", "\(order)/status", ["status": status], to: .orders)
    }
    #expect(answers.allSatisfy { [200, 409].contains($0.status) })
    let after = try await market.call("GET", order, to: .orders).body["status"]?.stringValue ?? ""
    #expect(["PROCESSING", "SHIPPED", "CANCELLED"].contains(after))
    if after == "CANCELLED" {
      try await expectReturned(product, market)
    } else {
      try await expectExactStock([product], market)
    }
  }

  // MARK: - Users

  @Test("sign-ins at once are all counted, and each has a session")
  func signIns() async throws {
    let market = try await WholeMarketplace.shared
    let person = try await market.person()
    let answers = try await atOnce(10) { _ in
      try await market.call(
        "POST", "/sessions", ["email": .string(person.email), "password": .string(person.password)], to: .users)
    }
    #expect(answers.allSatisfy { $0.status == 201 })
    #expect(Set(answers.compactMap { $0.body["session_token"]?.stringValue }).count == 10)
    #expect(try await market.call("GET", "/users/\(person.uid)", to: .users).body["login_count"] == 11)
    let open = try await market.call("GET", "/users/\(person.uid)/sessions?limit=100", to: .users)
    #expect(open.body["items"]?.arrayValue?.count == 11)
  }

  @Test("of registrations at once with one address one succeeds")
  func registrations() async throws {
    let market = try await WholeMarketplace.shared
    let email = "race-\(UInt64.random(in: 0...UInt64.max))@example.com"
    let statuses = try await atOnce(8) { index in
      try await market.call(
        "POST", "/users",
        [
          "email": .string(index.isMultiple(of: 2) ? email : email.uppercased()), "password": "long enough",
          "first_name": "A", "last_name": "B",
        ], to: .users)
    }.map(\.status)
    #expect(statuses.sorted() == [201] + Array(repeating: 409, count: 7))
  }

  @Test("changes of different fields of one user at once are all kept")
  func userChanges() async throws {
    let market = try await WholeMarketplace.shared
    let person = try await market.person()
    let changes: JSONObject = [
      "first_name": "Ada", "last_name": "Lovelace", "phone_number": "+4930123456", "timezone": "Europe/London",
      "language": "en-GB",
    ]
    let members = Array(changes)
    let answers = try await atOnce(members.count) { index in
      try await market.call(
        "PATCH", "/users/\(person.uid)", [members[index].key: members[index].value], to: .users)
    }
    #expect(answers.allSatisfy { $0.status == 200 })
    let after = try await market.call("GET", "/users/\(person.uid)", to: .users).body
    for member in members { #expect(after[member.key] == member.value) }
  }

  @Test("deletions of one user, with sign-ins among them, leave a deleted user without a session", arguments: 0..<4)
  func deletionAgainstSignIn(round: Int) async throws {
    let market = try await WholeMarketplace.shared
    let person = try await market.person()
    let answers = try await atOnce(8) { index in
      (index + round).isMultiple(of: 3)
        ? try await market.call("DELETE", "/users/\(person.uid)", to: .users)
        : try await market.call(
          "POST", "/sessions", ["email": .string(person.email), "password": .string(person.password)], to: .users)
    }
    #expect(answers.allSatisfy { [201, 204, 401, 404].contains($0.status) }, "\(answers.map(\.status))")
    #expect(answers.contains { $0.status == 204 })
    for token in answers.compactMap({ $0.body["session_token"]?.stringValue }) + [person.session] {
      #expect(try await market.call("GET", "/sessions/\(token)", to: .users).status == 410)
    }
    let admin = [("X-User-UID", "admin"), ("X-User-Admin", "true")]
    let user = try await market.call("GET", "/users/\(person.uid)", to: .users, headers: admin)
    #expect(user.body["status"] == "deleted")
    #expect(try await market.accounts.lookup(uid: person.uid) == nil)
  }

  // MARK: - The catalogue

  @Test("of reviews of one product by one user at once one is written, and the others are 409")
  func reviews() async throws {
    let market = try await WholeMarketplace.shared
    let author = try await market.person()
    let product = try await market.product(stock: 1)
    let statuses = try await atOnce(8) { index in
      try await market.call(
        "POST", "/products/\(product)/reviews",
        ["user_uid": .string(author.uid), "rating": .number(JSONNumber(index % 5 + 1))], to: .products)
    }.map(\.status)
    #expect(statuses.sorted() == [201] + Array(repeating: 409, count: 7))
  }

  @Test("changes of different fields of one product at once are all kept")
  func productChanges() async throws {
    let market = try await WholeMarketplace.shared
    let product = try await market.product(stock: 1)
    let changes: JSONObject = [
      "name": "New name", "description": "New text", "price": "12.34", "tags": ["new"], "is_featured": true,
      "cost_price": "2.00", "image_url": "https://images.example/new.jpg", "slug": .string("new-\(product)"),
      "sku": .string("NEW-\(product)"), "status": "inactive", "category_id": 1, "stock": 9,
    ]
    let members = Array(changes)
    let answers = try await atOnce(members.count) { index in
      try await market.call(
        "PATCH", "/products/\(product)", [members[index].key: members[index].value], to: .products)
    }
    #expect(answers.allSatisfy { $0.status == 200 }, "\(answers.map(\.status))")
    let after = try await market.call("GET", "/products/\(product)", to: .products).body
    for member in members { #expect(after[member.key] == member.value) }
    try await expectExactStock([product], market)
  }

  @Test("products that take each other's SKU at once are refused, not broken", arguments: 0..<3)
  func swappedNames(round: Int) async throws {
    let market = try await WholeMarketplace.shared
    var products: [(id: Int, sku: JSONValue, slug: JSONValue)] = []
    for _ in 0..<3 {
      let id = try await market.product(stock: 1)
      let product = try await market.call("GET", "/products/\(id)", to: .products).body
      products.append((id, product["sku"] ?? .null, product["slug"] ?? .null))
    }
    let all = products
    let statuses = try await atOnce(6) { index in
      let (mine, other) = (all[index % 3], all[(index + 1) % 3])
      return try await market.call(
        "PATCH", "/products/\(mine.id)", index < 3 ? ["sku": other.sku] : ["slug": other.slug], to: .products)
    }.map(\.status)
    #expect(statuses.allSatisfy { [200, 409].contains($0) }, "\(statuses)")
  }

  @Test("moves of categories that would close a cycle together: one of them is refused", arguments: 0..<4)
  func categoryCycles(round: Int) async throws {
    let market = try await WholeMarketplace.shared
    var ids: [Int] = []
    for _ in 0..<3 {
      let slug = "cycle-\(UInt64.random(in: 0...UInt64.max))"
      let made = try await market.call("POST", "/categories", ["name": "C", "slug": .string(slug)], to: .products)
      ids.append(try #require(made.body["id"]?.intValue))
    }
    let all = ids
    let answers = try await atOnce(3) { index in
      try await market.call(
        "PATCH", "/categories/\(all[index])", ["parent_id": .number(JSONNumber(all[(index + 1) % 3]))], to: .products)
    }
    #expect(answers.map(\.status).sorted() == [200, 200, 409])
    // Up from each of them the root is reached.
    for id in ids {
      var (current, steps) = (id as Int?, 0)
      while let here = current, steps < 4 {
        current = try await market.call("GET", "/categories/\(here)", to: .products).body["parent_id"]?.intValue
        steps += 1
      }
      #expect(current == nil)
    }
  }

  // MARK: - What is the same in all of them

  private func atOnce(
    _ count: Int, _ body: @escaping @Sendable (_ index: Int) async throws -> Answer
  ) async throws -> [Answer] {
    let answers = try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
      for index in 0..<count { group.addTask { (index, try await body(index)) } }
      return try await group.reduce(into: [(Int, Answer)]()) { $0.append($1) }
    }
    return answers.sorted { $0.0 < $1.0 }.map(\.1)
  }

  private func newOrder(_ market: WholeMarketplace) async throws -> (path: String, product: Int) {
    let buyer = try await market.person()
    let product = try await market.product(stock: 20)
    let order = try await market.order([(product, 3)], for: buyer.uid)
    return (try #require(order.location), product)
  }

  private func stock(_ product: Int, _ market: WholeMarketplace) async throws -> Int? {
    try await market.call("GET", "/products/\(product)", to: .products).body["stock"]?.intValue
  }

  private func expectReturned(
    _ product: Int, _ market: WholeMarketplace, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(try await stock(product, market) == 20, sourceLocation: sourceLocation)
    try await expectExactStock([product], market, sourceLocation: sourceLocation)
  }

  /// Expects that the ledger explains the stock, and that what was sold is what orders hold.
  private func expectExactStock(
    _ products: [Int], _ market: WholeMarketplace, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let ids = products.map(Int64.init)
    let unexplained = try await market.count(
      """
      SELECT COUNT(*) FROM products p WHERE id = ANY(\(ids)::int[]) AND (stock < 0
        OR stock <> (SELECT SUM(delta) FROM stock_movements m WHERE m.product_id = p.id))
      """, in: market.productPool)
    #expect(unexplained == 0, "the ledger does not explain the stock", sourceLocation: sourceLocation)
    let owed = try await market.count(
      "SELECT COUNT(*) FROM order_saga_steps WHERE product_id = ANY(\(ids)::int[])", in: market.orderPool)
    #expect(owed == 0, "sagas are left", sourceLocation: sourceLocation)
    let sold = try await market.count(
      """
      SELECT COALESCE(-SUM(delta), 0)::int FROM stock_movements
      WHERE product_id = ANY(\(ids)::int[]) AND order_id IS NOT NULL
      """, in: market.productPool)
    let ordered = try await market.count(
      """
      SELECT COALESCE(SUM(quantity), 0)::int FROM order_items i JOIN orders o ON o.id = i.order_id
      WHERE product_id = ANY(\(ids)::int[]) AND o.status NOT IN ('CANCELLED', 'REFUNDED')
      """, in: market.orderPool)
    #expect(sold == ordered, sourceLocation: sourceLocation)
  }
}
