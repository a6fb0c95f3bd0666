// What a query derives can come back: an order that was cancelled is restored. So two looks at it prove nothing unless
// what it rests on was the same at both, or the whole database was.

import DataContract
import Postgres
import RFC3339
import RunModel
import ScratchPostgres
import Synchronization
import Testing
import YAMLSource

@testable import Audit

@Suite("References to derived relations")
struct DerivedRelationTests {
  private static let tables = """
    CREATE TABLE orders (id int PRIMARY KEY, buyer text, status text);
    CREATE TABLE items (id int PRIMARY KEY, order_id int, product int);
    CREATE INDEX ON orders (buyer); CREATE INDEX ON items (order_id); CREATE TABLE noise (id int)
    """
  private static let purchases = """
    SELECT o.buyer, i.product FROM orders AS o JOIN items AS i ON i.order_id = o.id WHERE o.status = 'paid'
    """
  private static let basis =
    "SELECT o.buyer, i.product, o.xmin, i.xmin FROM orders AS o JOIN items AS i ON i.order_id = o.id"

  /// Which names of purchases a rule refers to, and what they say they rest on.
  private static func purchases(_ sides: Sides, basis: String?) async throws -> SQLSide {
    try await sides.derived(purchases, named: "purchases", ["buyer", "product"], basis: basis)
  }

  /// A stage with a review of what was bought once, and cancelled.
  private static func stage(on server: ScratchServer? = nil) async throws -> (AuditStage, Sides) {
    let stage = try await AuditStage(on: server)
    try await stage.products.execute(
      script: tables + "; INSERT INTO orders VALUES (1, 'ada', 'cancelled'); INSERT INTO items VALUES (1, 1, 7)")
    try await stage.orders.execute(script: "CREATE TABLE reviews (id int PRIMARY KEY, buyer text, product int)")
    return (stage, Sides(stage))
  }

  /// A search that hands over the one key whatever it is up to, so that every audit is a race.
  private struct Suspicion: CandidateSearch {
    let plan = ["suspicion"]

    func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
      try await receive(SearchStep(candidates: [KeyUse(key: Key(["ada", "7"]))]))
    }
  }

  @Test("what counts again for a moment accuses nobody, whether anything tells what it rests on or not")
  func comingBack() async throws {
    let (stage, sides) = try await Self.stage(on: ScratchServer.start())
    let reviews = try await sides.orders("reviews", ["buyer", "product"]).source
    var references: [ReferenceReconciler] = []
    for basis in [nil, Self.basis] {
      let target = try await Self.purchases(sides, basis: basis).target
      references.append(
        ReferenceReconciler(referrer: reviews, referent: target, search: Suspicion(), sampleLimit: 10))
    }
    let isOver = Atomic(false)
    // There is a review only while the order counts.
    async let writing: Void = {
      while !isOver.load(ordering: .relaxed) {
        try await stage.products.query("UPDATE orders SET status = 'paid'")
        try await stage.orders.query("INSERT INTO reviews VALUES (1, 'ada', 7)")
        try await stage.orders.query("DELETE FROM reviews")
        try await stage.products.query("UPDATE orders SET status = 'cancelled'")
      }
    }()
    defer { isOver.store(true, ordering: .relaxed) }
    var suspects = 0
    for audit in 0..<400 {
      let outcome = try await references[audit % 2].run { _ in }
      #expect(outcome.findingCount == 0, "\(audit): \(outcome)")
      suspects += outcome.suspectCount
    }
    isOver.store(true, ordering: .relaxed)
    try await writing
    print("Orders that come back: 400 audits, \(suspects) suspects, 0 findings allowed")
    try await stage.orders.query("INSERT INTO reviews VALUES (2, 'ada', 7)")
    for reference in references { #expect(try await reference.run { _ in }.findingCount == 1) }
    await sides.close()
  }

  /// A referent whose store is written to before each look.
  private struct Busy: KeyTarget {
    let target: SQLKeyTarget
    let write: @Sendable () async throws -> Void

    var plan: String { target.plan }
    var unsettled: String { target.unsettled }

    func absent(among keys: [Key]) async throws -> AbsentKeys {
      try await write()
      return try await target.absent(among: keys)
    }

    func likenesses(of keys: [Key]) async throws -> [Key: KeyGuess] { [:] }
  }

  @Test("beside writes elsewhere a basis proves what is missing, and without one it is suspect")
  func busy() async throws {
    let (stage, sides) = try await Self.stage()
    try await stage.orders.execute(
      script: "INSERT INTO reviews VALUES (1, 'ada', 7), (2, 'ada', 7), (3, 'ben', 7), (4, NULL, 7)")
    let reviews = try await sides.orders("reviews", ["buyer", "product"]).source
    func outcome(_ basis: String?, _ statement: SQL) async throws -> ReferenceReconciler.Outcome {
      let target = Busy(target: try await Self.purchases(sides, basis: basis).target) {
        _ = try await stage.products.query(statement)
      }
      return try await ReferenceReconciler(referrer: reviews, referent: target, sampleLimit: 10).run { _ in }
    }
    let proved = try await outcome(Self.basis, "INSERT INTO noise VALUES (1)")
    #expect(
      Set(proved.missing) == [.init(key: Key(["ada", "7"]), rowCount: 2), .init(key: Key(["ben", "7"]), rowCount: 1)])
    #expect(proved.suspectCount == 0)
    let unproved = try await outcome(nil, "INSERT INTO noise VALUES (1)")
    #expect(unproved.findingCount == 0)
    #expect(unproved.suspectCount == 3)
    #expect(Set(unproved.suspects.map(\.reason)) == [.unsettled])
    // What is behind one key changes all the time: the other is found none the less.
    let changing = try await outcome(Self.basis, "UPDATE items SET product = product")
    #expect(changing.missing == [.init(key: Key(["ben", "7"]), rowCount: 1)])
    #expect(changing.suspects == [.init(key: Key(["ada", "7"]), rowCount: 2, reason: .unsettled)])
    await sides.close()
  }

  @Test("a basis may know a part of the key, and rows appear behind it or go")
  func partOfKey() async throws {
    let (stage, sides) = try await Self.stage()
    try await stage.products.execute(
      script: "INSERT INTO orders VALUES (2, 'ben', 'paid'); INSERT INTO items VALUES (2, 2, 8)")
    let totals = try await sides.derived(
      "SELECT order_id, count(*) AS items FROM items GROUP BY order_id", named: "totals", ["order_id", "items"],
      basis: "SELECT id, order_id, xmin FROM items"
    ).target
    let keys = [Key(["1", "2"]), Key(["1", "3"]), Key(["2", "1"]), Key(["3", "1"])]
    let before = try await totals.absent(among: keys)
    #expect(Set(before.keys) == [keys[0], keys[1], keys[3]])
    #expect(Set(before.versions.keys) == [keys[0], keys[1]], "there is nothing behind the order 3")
    #expect(before.versions[keys[0]] == before.versions[keys[1]])
    #expect(try await totals.absent(among: keys).versions == before.versions)
    try await stage.products.query("INSERT INTO items VALUES (3, 1, 9), (4, 3, 9)")
    let after = try await totals.absent(among: [keys[1], keys[3]])
    #expect(after.keys == [keys[1]])
    #expect(after.versions[keys[1]] != before.versions[keys[1]])
    try await stage.products.query("DELETE FROM items WHERE id = 3")
    #expect(try await totals.absent(among: [keys[1]]).versions[keys[1]] == before.versions[keys[1]])
    await sides.close()
  }

  @Test("what a relation is decides what has to stay the same")
  func kinds() async throws {
    let (stage, sides) = try await Self.stage(on: ScratchServer.start())
    try await stage.products.execute(
      script: """
        CREATE VIEW views AS SELECT id FROM orders; CREATE MATERIALIZED VIEW copies AS SELECT id FROM orders;
        CREATE TABLE parts (id int PRIMARY KEY, gone boolean) PARTITION BY RANGE (id);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10); INSERT INTO parts VALUES (1, true);
        CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
        CREATE FOREIGN TABLE lines (id int) SERVER files OPTIONS (filename '/dev/null')
        """)
    func versions(_ table: String, filter: String? = nil) async throws -> [String?] {
      let target = try await sides.products(table, ["id"], filter: filter).target
      let key = Key([table == "orders" || table == "parts" ? "1" : "2"])
      var versions: [String?] = []
      for _ in 0..<2 { versions.append(try await target.absent(among: [key]).versions[key]) }
      return versions
    }
    #expect(try await versions("noise") == [nil, nil])
    for table in ["views", "copies"] {
      let quiet = try await versions(table)
      #expect(quiet[0] != nil && quiet[0] == quiet[1])
      let filtered = try await versions(table, filter: "id > 0")
      #expect(filtered[0] != nil && filtered[0] == filtered[1])
    }
    #expect(try await versions("lines") == [nil, nil])
    let foreign = try await versions("lines", filter: "id > 0")
    #expect(foreign[0] != nil && foreign[0] != foreign[1])
    for (table, filter) in [("parts", "NOT gone"), ("orders", "status = 'paid'")] {
      let own = try await versions(table, filter: filter)
      #expect(own[0] != nil && own[0] == own[1])
    }
    await sides.close()
  }

  // MARK: Contracts

  private static func contracts(_ basis: String?) -> [String] {
    let more = basis.map { ", {property: concord.basis, value: \"\($0)\"}" } ?? ""
    return [
      AuditStage.contract(
        "product-db",
        """
          - name: purchases
            physicalType: query
            customProperties: [{property: concord.query, value: "\(purchases)"}\(more)]
            properties: [{name: buyer, primaryKey: true}, {name: product, primaryKey: true}]
        """),
      AuditStage.contract(
        "order-db",
        """
          - name: reviews
            properties: [{name: id, primaryKey: true, required: true}, {name: buyer}, {name: product}]
            relationships:
              - from: [reviews.buyer, reviews.product]
                to: [product-db.yaml#/schema/purchases/properties/buyer, product-db.yaml#/schema/purchases/properties/product]
                \(AuditStage.named("reviews-rest-on-a-purchase"))
        """),
    ]
  }

  @Test("the catalogue's check tells what a basis lacks")
  func lint() async throws {
    let (stage, _) = try await Self.stage()
    try await stage.orders.execute(script: "CREATE INDEX ON reviews (buyer)")
    func problems(_ basis: String?) async throws -> [String] {
      let stores: [String: AuditedStore] = [
        "user-store": .firestore(stage.firestore), "order-db": .postgresql(stage.configuration("order-db")),
        "product-db": .postgresql(stage.configuration("product-db")),
      ]
      return try await AuditStage.rules(Self.contracts(basis)).check(stores: stores).map { problem in
        "\(problem.severity.rawValue): \(problem.message)" + (problem.remedy.map { " | \($0)" } ?? "")
      }
    }
    #expect(try await problems(Self.basis) == [])
    #expect(
      try await problems(nil) == [
        """
        warning: 'purchases' is derived, and nothing tells which rows it rests on: what is missing from it is only suspect \
        while product-db is being written to | give it concord.basis: a SELECT of buyer, product and the xmin of every row \
        behind it, whether it counts or not
        """
      ])
    #expect(
      try await problems("SELECT id FROM orders") == [
        """
        error: the rule 'reviews-rest-on-a-purchase' cannot be evaluated: the concord.basis of 'purchases' selects none of \
        buyer, product, so that nothing tells which of its rows are behind a key
        """
      ])
    #expect(
      try await problems("SELECT id AS buyer FROM orders") == [
        """
        error: the rule 'reviews-rest-on-a-purchase' cannot be evaluated: the concord.basis of 'purchases' selects buyer with \
        another type than its rows have
        """
      ])
    #expect(try await problems("SELECT buyer FROM no_table").first?.contains("no_table") == true)
  }

  @Test("an audit proves by the basis, and explains that it does")
  func audited() async throws {
    let (stage, _) = try await Self.stage(on: ScratchServer.start())
    try await stage.orders.execute(script: "INSERT INTO reviews VALUES (1, 'ada', 7), (2, 'ben', 7)")
    let rule = "reviews-rest-on-a-purchase"
    let proved = try await stage.audit(Self.contracts(Self.basis))[rule]
    #expect(proved?.findingCount == 2)
    #expect(proved?.plan.last == "the rows behind a missing key must be the same before and after")
    let quiet = try await stage.audit(Self.contracts(nil))[rule]
    #expect(quiet?.findingCount == 2)
    #expect(quiet?.plan.last == "nothing may be written to the database of the missing keys in between")
  }
}
