// What an audit may take, on real stores: beyond it a rule is an error with its reason, never a pass.

import Audit
import FirestoreModel
import Postgres
import RFC3339
import RunModel
import Testing

@Suite("Limits of an audit")
struct LimitTests {
  private static let contracts = [
    AuditStage.contract(
      "order-db",
      """
        - name: orders
          properties:
            - {name: id, primaryKey: true}
            - {name: user_uid, \(AuditStage.refers(to: "user-store.yaml", "users.uid", "orders-have-users"))}
            - {name: product, \(AuditStage.refers(to: "product-db.yaml", "products.id", "orders-have-products"))}
      """),
    AuditStage.contract("product-db", "  - {name: products, properties: [{name: id, primaryKey: true}]}"),
    AuditStage.contract(
      "user-store", "  - {name: users, physicalType: collection, properties: [{name: uid, primaryKey: true}]}"),
  ]

  /// Many orders of few users and products, one of each missing.
  private func stage(orders: Int) async throws -> AuditStage {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE orders (id int PRIMARY KEY, user_uid text, product int);
        INSERT INTO orders SELECT i, 'u' || i % 40, i % 300 FROM generate_series(1, \(orders)) AS i;
        CREATE INDEX ON orders (product); CREATE INDEX ON orders (user_uid); ANALYZE orders;
        """)
    try await stage.products.execute(
      script: """
        CREATE TABLE products (id int PRIMARY KEY); INSERT INTO products SELECT generate_series(0, 298);
        ANALYZE products;
        """)
    try await stage.documents(Dictionary(uniqueKeysWithValues: (0..<39).map { ("users/u\($0)", [:]) }))
    return stage
  }

  @Test("documents that may not be read make their rule an error, and no other")
  func firestoreReads() async throws {
    let stage = try await stage(orders: 100)
    let results = try await stage.audit(Self.contracts, limits: AuditLimits(firestoreReads: 10))
    #expect(results["orders-have-users"]?.reason?.contains("10 documents") == true)
    #expect(results["orders-have-products"]?.status == .held)
    let enough = try await stage.audit(Self.contracts, limits: AuditLimits(firestoreReads: 1000))
    #expect(enough["orders-have-users"]?.missing == ["u39", "u39"])
  }

  @Test("an audit that runs out of time leaves errors behind, not skipped rules and not passes")
  func duration() async throws {
    let stage = try await stage(orders: 30_000)
    // Two hundred rows a second: no scan of thirty thousand ends in a tenth of one.
    let limits = AuditLimits(duration: .milliseconds(100), rowsPerSecond: 200)
    let results = try await stage.audit(Self.contracts, limits: limits)
    #expect(results.count == 2)
    for (id, result) in results {
      guard case .errored(let reason) = result.status else {
        Issue.record("\(id): \(result.status)")
        continue
      }
      #expect(reason.contains("took longer than"))
    }
  }

  @Test("a rule over many rows is planned by the catalogue, and a pace changes nothing but the time")
  func pace() async throws {
    let stage = try await stage(orders: 30_000)
    let results = try await stage.audit(Self.contracts, limits: AuditLimits(rowsPerSecond: 1_000_000))
    let products = try #require(results["orders-have-products"])
    #expect(products.plan.first?.contains("the gaps between the id of products") == true)
    #expect(products.findingCount == 100)
    #expect(results["orders-have-users"]?.findingCount == 750)
  }

  @Test("an explanation names the ways with what they take, and audits nothing")
  func explanation() async throws {
    let stage = try await stage(orders: 30_000)
    let listener = Listener()
    let explanations = try await stage.auditor(Self.contracts, listener: listener).explain()
    #expect(explanations.map(\.rule.id.text) == ["orders-have-users", "orders-have-products"])
    #expect(explanations.allSatisfy { $0.problem == nil && ($0.rows ?? 0) > 20_000 })
    let users = explanations[0].ways
    #expect(users.count == 3)
    #expect(users.allSatisfy { $0.firestoreReads >= 39 && $0.seconds > 0 })
    #expect(explanations[1].ways.count == 7)
    #expect(explanations[1].ways.allSatisfy { $0.firestoreReads == 0 })
    #expect(listener.results.isEmpty && listener.started.isEmpty)
  }

  @Test("what cannot be explained says why")
  func inexplicable() async throws {
    let stage = try await AuditStage()
    let explanations = try await stage.auditor(Self.contracts).explain()
    #expect(explanations.allSatisfy { $0.ways.isEmpty && $0.problem?.contains("orders") == true })
  }

  @Test("a scan may take longer than a statement when its pace is slow")
  func patience() async throws {
    let stage = try await stage(orders: 30_000)
    var hasty = stage.configuration("order-db")
    hasty.statementTimeout = .milliseconds(500)
    var plain = stage.configuration("product-db")
    plain.statementTimeout = .milliseconds(500)
    try await stage.orders.execute(script: "DROP INDEX orders_product_idx")
    let results = try await stage.audit(
      Self.contracts, stores: ["order-db": .postgresql(hasty), "product-db": .postgresql(plain)],
      limits: AuditLimits(rowsPerSecond: 20_000))
    let products = try #require(results["orders-have-products"])
    #expect(products.findingCount == 100, "\(products)")
    #expect(products.duration > .seconds(1), "30,000 rows at 20,000 a second")
  }

  @Test("what is read of documents is part of an explanation too")
  func documents() async throws {
    let stage = try await stage(orders: 10)
    let contract = AuditStage.contract(
      "user-store",
      """
        - name: users
          physicalType: collection
          properties:
            - {name: uid, primaryKey: true}
            - {name: favourite, \(AuditStage.refers(to: "product-db.yaml", "products.id", "favourites-exist"))}
      """)
    let explanation = try #require(try await stage.auditor([contract, Self.contracts[1]]).explain().first)
    #expect(explanation.rows == 39)
    #expect(explanation.ways.first?.firestoreReads == 39)
  }
}
