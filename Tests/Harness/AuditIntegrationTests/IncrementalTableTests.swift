// The same as for documents, where both sides are tables: whatever happens in between, an audit that builds on the one
// before finds what one of everything finds.

import Postgres
import RFC3339
import RunModel
import SeededRandomness
import Testing

@testable import Audit

@Suite("Audits of two tables that build on the one before")
struct IncrementalTableTests {
  private static let contracts = contracts(deleted: "gone")

  private static func contracts(deleted: String) -> [String] {
    [
      AuditStage.contract(
        "product-db",
        """
          - name: products
            customProperties: [{property: concord.deleted, value: "\(deleted)"}]
            properties: [{name: region, primaryKey: true}, {name: code, primaryKey: true, primaryKeyPosition: 2}]
        """),
      AuditStage.contract(
        "order-db",
        """
          - name: orders
            properties: [{name: id, primaryKey: true}, {name: region}, {name: code}]
            relationships:
              - from: [orders.region, orders.code]
                to: ["product-db.yaml#/schema/products/properties/region", "product-db.yaml#/schema/products/properties/code"]
                customProperties:
                  - {property: concord.id, value: orders-have-products}
                  - {property: concord.delete, value: restrict}
        """),
    ]
  }

  /// So many orders that looking each up would be worse, of which none dangles.
  private static let orders = 24_000
  private static let products = 1_500

  private func stage() async throws -> AuditStage {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE orders (id serial PRIMARY KEY, region int, code text COLLATE "C", note text)
          WITH (autovacuum_enabled = off, fillfactor = 50);
        INSERT INTO orders (region, code) SELECT i % 3, 'p' || i % \(Self.products)
          FROM generate_series(1, \(Self.orders)) AS i;
        CREATE INDEX ON orders (region, code); ANALYZE orders
        """)
    try await stage.products.execute(
      script: """
        CREATE TABLE products (region int, code text COLLATE "C", gone boolean NOT NULL DEFAULT false, note text,
          PRIMARY KEY (region, code)) WITH (autovacuum_enabled = off, fillfactor = 50);
        INSERT INTO products SELECT i % 3, 'p' || i FROM generate_series(0, \(Self.products - 1)) AS i; ANALYZE products
        """)
    try await stage.tellCounts()
    return stage
  }

  /// What was found, and how.
  private func audit(
    _ stage: AuditStage, _ shelf: Shelf?, _ contracts: [String] = contracts
  ) async throws -> (found: [String], way: String, plan: [String]) {
    let listener = Listener()
    let kept = shelf.map { IncrementalState(keeper: $0, lasting: ["order-db", "product-db"]) }
    try await stage.auditor(contracts, sampleLimit: 10_000, listener: listener, kept: kept).run()
    let result = try #require(listener.results["orders-have-products"])
    #expect(result.reason == nil, "\(result.reason ?? "")")
    #expect(result.findingCount == result.findings.count)
    let found = zip(result.subjects, result.missing).map { "\($0)=\($1)" }.sorted()
    return (found, result.plan[0].contains(" since ") ? "changes" : "all", result.plan)
  }

  @Test("whatever happens between two audits, both ways find the same", arguments: [1, 2])
  func days(seed: UInt64) async throws {
    let stage = try await stage()
    let shelf = Shelf()
    var random = SplitMix64(seed: seed)
    func number(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    var ways: [String: Int] = [:]
    #expect(try await audit(stage, shelf).way == "all")
    for day in 1...14 {
      var products = ""
      for _ in 0..<number(3) {
        let code = number(Self.products + 30)
        let row = "region = \(code % 3) AND code = 'p\(code)'"
        switch number(5) {
        case 0: products += "DELETE FROM products WHERE \(row);"
        case 1: products += "UPDATE products SET gone = NOT gone WHERE \(row);"
        case 2: products += "UPDATE products SET code = 'moved\(day)' WHERE \(row);"
        case 3: products += "UPDATE products SET note = 'x' WHERE \(row);"
        // One that went may come back.
        default:
          products += "INSERT INTO products VALUES (\(code % 3), 'p\(code)') ON CONFLICT (region, code) DO NOTHING;"
        }
      }
      products += day % 3 == 0 ? "INSERT INTO products VALUES (0, 'new\(day)');" : ""
      products += day % 6 == 5 ? "DELETE FROM products WHERE code LIKE 'new%';" : ""
      if !products.isEmpty { try await stage.products.execute(script: products) }
      var orders = "INSERT INTO orders (region, code) VALUES (0, 'new\(day)'), (\(number(4)), 'p7'), (NULL, 'p1');"
      switch day % 5 {
      case 1: orders += "UPDATE orders SET code = 'p\(number(3000))' WHERE id = \(1 + number(Self.orders));"
      case 2: orders += "UPDATE orders SET note = 'x' WHERE id = \(1 + number(Self.orders));"
      case 3: orders += "DELETE FROM orders WHERE id % 1000 = \(number(1000));"
      case 4: orders += "INSERT INTO orders (id, region, code) VALUES (-\(day), 1, 'below\(day)');"
      default: break
      }
      try await stage.orders.execute(script: orders)
      try await stage.tellCounts()
      let (found, way, _) = try await audit(stage, shelf)
      ways[way, default: 0] += 1
      #expect(try await audit(stage, nil).found == found, "day \(day) by \(way)")
    }
    #expect(ways["changes", default: 0] >= 4 && ways["all", default: 0] >= 2, "\(ways)")
  }

  @Test("each kind of change is seen, and a table in which nothing changed is not even read")
  func changes() async throws {
    let stage = try await stage()
    let shelf = Shelf()
    func pass(
      _ what: String, orders: String = "SELECT 1", products: String = "SELECT 1", by way: String = "changes",
      _ count: Int
    ) async throws {
      try await stage.orders.execute(script: orders)
      try await stage.products.execute(script: products)
      try await stage.tellCounts()
      let outcome = try await audit(stage, shelf)
      #expect(outcome.way == way, "\(what): \(outcome.plan)")
      #expect(outcome.found.count == count, "\(what): \(outcome.found)")
    }
    let uses = Self.orders / Self.products
    try await pass("the first time", by: "all", 0)
    try await pass("nothing", 0)
    try await pass("a new row", orders: "INSERT INTO orders (region, code) VALUES (1, 'p0')", 1)
    try await pass("one that went", products: "DELETE FROM products WHERE code = 'p3'", 1 + uses)
    try await pass(
      "one that counts as gone", products: "UPDATE products SET gone = true WHERE code = 'p4'", 1 + 2 * uses)
    try await pass("one of another name", products: "UPDATE products SET code = 'p_5' WHERE code = 'p5'", 1 + 3 * uses)
    try await pass("another column", products: "UPDATE products SET note = 'x' WHERE code = 'p8'", 1 + 3 * uses)
    try await pass(
      "some that came back",
      products: "INSERT INTO products VALUES (0, 'p3'), (1, 'p0'); UPDATE products SET gone = false",
      uses)
    try await pass("an order of another", orders: "UPDATE orders SET code = 'none' WHERE id = 9", by: "all", uses + 1)
    try await pass("after that", uses + 1)

    // Between two audits of which the second finds the counts as they were, nothing of the table is read.
    let products = try await Sides(stage).products("products", ["region", "code"])
    let rule = try #require(RuleID("orders-have-products"))
    let bytes = try #require(shelf.state(of: rule))
    let header = try #require(bytes.firstIndex(of: UInt8(ascii: "\n")))
    let identity = try #require(
      String(decoding: bytes[..<header], as: UTF8.self).split(separator: "\"identity\":\"").dropFirst().first?.prefix {
        $0 != "\""
      })
    let state = try #require(ReferenceState(bytes, of: String(identity)))
    let codec = try #require(KeyCodec(products.kinds, hasByteOrder: true))
    let refresher = TableKeyRefresher(
      pages: SQLKeyPages(side: products, codec: codec), memory: 1 << 20, clock: SystemWallClock())
    func scans() async throws -> Int {
      try await stage.products.query(
        "SELECT (coalesce(idx_scan, 0) + seq_scan)::int FROM pg_stat_user_tables WHERE relname = 'products'"
      ).rows[0][0].decode(Int.self)
    }
    let before = try await scans()
    #expect(try await refresher.refresh(state).deleted.isEmpty)
    #expect(try await scans() == before)
    #expect(try await refresher.list().count == state.ids.count)
  }

  @Test("what stops counting as time goes by is found, which no count tells: nothing is kept of it")
  func timed() async throws {
    let stage = try await stage()
    let shelf = Shelf()
    // Gone in a moment that no test waits for: the function tells when it is.
    try await stage.products.execute(
      script: """
        CREATE TABLE clock (day int); INSERT INTO clock VALUES (1);
        CREATE FUNCTION day() RETURNS int LANGUAGE sql STABLE AS 'SELECT day FROM clock';
        ALTER TABLE products ADD until int; UPDATE products SET until = 1 WHERE code = 'p7'
        """)
    try await stage.tellCounts()
    let contracts = Self.contracts(deleted: "until < public.day()")
    #expect(try await audit(stage, shelf, contracts).found.isEmpty)
    try await stage.products.execute(script: "UPDATE clock SET day = 2")
    let outcome = try await audit(stage, shelf, contracts)
    #expect(outcome.way == "all")
    #expect(outcome.found.count == Self.orders / Self.products)
  }

  @Test("a reference that is read as quickly as a whole believes nothing")
  func quickAnyway() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE orders (id serial PRIMARY KEY, product int);
        INSERT INTO orders (product) SELECT i % 1000 FROM generate_series(1, 30000) AS i;
        CREATE INDEX ON orders (product); ANALYZE orders
        """)
    try await stage.products.execute(
      script: "CREATE TABLE products (id int PRIMARY KEY); INSERT INTO products SELECT generate_series(0, 999); ANALYZE"
    )
    let shelf = Shelf()
    for _ in 0..<2 {
      let listener = Listener()
      try await stage.auditor(
        AuditStage.ordersOfProducts, listener: listener,
        kept: IncrementalState(keeper: shelf, lasting: ["order-db", "product-db"])
      ).run()
      #expect(listener.results["orders-have-products"]?.plan[0].contains("the gaps between") == true)
    }
    #expect(shelf.state(of: try #require(RuleID("orders-have-products"))) == nil)
  }
}
