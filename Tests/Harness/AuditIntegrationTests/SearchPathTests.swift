// Every path must find the same, and exactly what the definition says. Random tables, laid out so that the paths are hard
// pressed: few and many gaps, negative ids, keys that come often, filters, several columns, too little memory.

import Firestore
import FirestoreModel
import Postgres
import RFC3339
import RunModel
import Testing

@testable import Audit

@Suite("Paths of a reference")
struct SearchPathTests {
  private struct Outcome: Equatable {
    let count: Int
    let keys: [String]
  }

  private static func reader(_ stage: AuditStage, _ store: String) -> SQLReader {
    SQLReader(
      store: SQLStore(name: store, schema: "public"),
      pool: PostgresPool(stage.configuration(store), maximum: 4, acquireTimeout: .seconds(30)),
      history: SQLReader.History())
  }

  private static func relation(
    _ store: String, _ table: String, _ columns: [String], filter: String? = nil
  ) throws -> SQLRelation {
    SQLRelation(
      store: SQLStore(name: store, schema: "public"), source: .table(QualifiedName(parsing: table)), columns: columns,
      identity: ["id"], filter: try filter.map { try SQLText(condition: $0) })
  }

  private static func probe(_ reader: SQLReader, _ relation: SQLRelation) async throws -> CatalogueProbe {
    CatalogueProbe(reader: reader, kinds: try await ColumnProbe(reader: reader).kinds(of: relation))
  }

  private func run(_ reference: PlannedReference, _ path: PlannedSearch.Path) async throws -> Outcome {
    let result = try await ReferenceReconciler(
      referrer: reference.source, referent: reference.target, search: reference.search(path), sampleLimit: .max
    ).run { _ in }
    let keys = result.violations.map { "\($0.row.identity[0].value ?? "")=\($0.row.key)" }
    #expect(Set(keys).count == keys.count, "no row is reported twice")
    return Outcome(count: result.findingCount, keys: keys.sorted())
  }

  private static func list(_ rows: [String]) -> String { rows.joined(separator: ", ") }

  @Test("every path over integers finds the same rows, and the right ones")
  func integers() async throws {
    let stage = try await AuditStage()
    let (orders, products) = (Self.reader(stage, "order-db"), Self.reader(stage, "product-db"))
    var random = SplitMix(seed: 20_261_129)
    for round in 0..<25 {
      let type = ["smallint", "int", "bigint"][Int(random.next() % 3)]
      let span = [40, 700, 12_000][round % 3]
      let referents = Set((0..<Int(random.next() % 400)).map { _ in Int(random.next() % UInt64(span)) - span / 3 })
      let referrers = (0..<Int(random.next() % 900)).map { _ -> (key: Int?, isJudged: Bool) in
        (random.next() % 20 == 0 ? nil : Int(random.next() % UInt64(span)) - span / 3, random.next() % 5 != 0)
      }
      let isUnique = round.isMultiple(of: 2)
      let rows = referrers.enumerated().map { "(\($0), \($1.key.map { "\($0)" } ?? "NULL"), \($1.isJudged))" }
      try await stage.orders.execute(
        script: """
          CREATE TABLE a\(round) (id int PRIMARY KEY, k \(type), judged boolean);
          \(rows.isEmpty ? "" : "INSERT INTO a\(round) VALUES \(Self.list(rows));")
          CREATE INDEX ON a\(round) (k);
          """)
      try await stage.products.execute(
        script: """
          CREATE TABLE b\(round) (id int\(isUnique ? " PRIMARY KEY" : ""));
          \(referents.isEmpty ? "" : "INSERT INTO b\(round) VALUES \(Self.list(referents.map { "(\($0))" }));")
          CREATE INDEX ON b\(round) (id);
          """)
      let expected = referrers.enumerated().filter { _, row in
        row.isJudged && row.key.map { !referents.contains($0) } == true
      }.map { "\($0)=\($1.key ?? 0)" }.sorted()
      let from = try Self.relation("order-db", "a\(round)", ["k"], filter: "judged")
      let to = try Self.relation("product-db", "b\(round)", ["id"])
      let (source, target) = (try await Self.probe(orders, from), try await Self.probe(products, to))
      var planner = ReferencePlanner(memory: 1 << 20)
      planner.fewRows = 0
      let plan = try await planner.plan(from: from, source, to: to, target)
      let reference = PlannedReference(from, source, to, target, plan, memory: 1 << 20)
      let paths = plan.searches.map(\.path)
      if !referrers.isEmpty, !referents.isEmpty { #expect(paths.count == 6, "round \(round): \(paths)") }
      for path in paths {
        let outcome = try await run(reference, path)
        #expect(outcome == Outcome(count: expected.count, keys: expected), "round \(round), \(path)")
      }
    }
    await orders.pool.shutdown()
    await products.pool.shutdown()
  }

  @Test("a path that runs out of memory is followed by the next, and the plan says so")
  func exhausted() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: "CREATE TABLE a (id int PRIMARY KEY, k bigint); INSERT INTO a VALUES (1, 1), (2, 9000000000000), (3, 7)")
    try await stage.products.execute(script: "CREATE TABLE b (id bigint PRIMARY KEY); INSERT INTO b VALUES (1), (5)")
    let (orders, products) = (Self.reader(stage, "order-db"), Self.reader(stage, "product-db"))
    let from = try Self.relation("order-db", "a", ["k"])
    let to = try Self.relation("product-db", "b", ["id"])
    let (source, target) = (try await Self.probe(orders, from), try await Self.probe(products, to))
    let searches: [PlannedSearch] = [.bitmap(.heap), .gaps, .lookup].map { .init(path: $0, estimate: Estimate()) }
    let reference = PlannedReference(
      from, source, to, target, ReferencePlan(searches: searches), memory: 16)
    let (outcome, plan) = try await reference.run(sampleLimit: 10) { _ in }
    #expect(outcome.findingCount == 2)
    #expect(plan.count == 4)
    #expect(plan[2].contains("lie too far apart"))
    #expect(plan[3].contains("more than 1 gaps"))
    await orders.pool.shutdown()
    await products.pool.shutdown()
  }

  @Test("a path that fails is no reason to try another: the rule is not decided")
  func failure() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(script: "CREATE TABLE a (id int PRIMARY KEY, k int); INSERT INTO a VALUES (1, 1)")
    try await stage.products.execute(script: "CREATE TABLE b (id int PRIMARY KEY)")
    let (orders, products) = (Self.reader(stage, "order-db"), Self.reader(stage, "product-db"))
    let from = try Self.relation("order-db", "a", ["k"])
    let to = try Self.relation("product-db", "b", ["id"])
    let (source, target) = (try await Self.probe(orders, from), try await Self.probe(products, to))
    try await stage.products.execute(script: "DROP TABLE b")
    let searches: [PlannedSearch] = [.bitmap(.heap), .lookup].map { .init(path: $0, estimate: Estimate()) }
    let reference = PlannedReference(from, source, to, target, ReferencePlan(searches: searches), memory: 1 << 20)
    await #expect(throws: PostgresError.self) { try await reference.run(sampleLimit: 10) { _ in } }
    await orders.pool.shutdown()
    await products.pool.shutdown()
  }

  @Test("digests of several columns, in more passes than one, find what looking up finds")
  func digests() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE a (id int PRIMARY KEY, k text, n numeric(12,3));
        INSERT INTO a SELECT i, 'k' || i % 5000, i % 7 FROM generate_series(1, 30000) AS i;
        INSERT INTO a VALUES (-1, NULL, 1), (-2, 'k1', NULL), (-3, 'k1', 1.500);
        CREATE INDEX ON a (n, k);
        """)
    try await stage.products.execute(
      script: """
        CREATE TABLE b (k text, n numeric);
        INSERT INTO b SELECT 'k' || i, j FROM generate_series(0, 4998) AS i, generate_series(0, 6) AS j;
        INSERT INTO b VALUES ('k1', 1.50);
        """)
    let (orders, products) = (Self.reader(stage, "order-db"), Self.reader(stage, "product-db"))
    let from = try Self.relation("order-db", "a", ["k", "n"])
    let to = try Self.relation("product-db", "b", ["k", "n"])
    let (source, target) = (try await Self.probe(orders, from), try await Self.probe(products, to))
    let expected = (1...30000).filter { $0 % 5000 == 4999 }.map { "\($0)=(k4999, \($0 % 7))" }.sorted()
    // 64 KiB hold 3,072 digests; there are 30,000 different keys.
    let reference = PlannedReference(
      from, source, to, target, ReferencePlan(searches: []), memory: 64 << 10)
    for path: PlannedSearch.Path in [.lookup, .digests(.heap), .digests(.distinct)] {
      #expect(try await run(reference, path) == Outcome(count: 6, keys: expected), "\(path)")
    }
    await orders.pool.shutdown()
    await products.pool.shutdown()
  }

  @Test("reading all documents finds what looking them up finds, whatever their ids look like")
  func documents() async throws {
    let stage = try await AuditStage()
    let ids = ["0", "Ax", "F", "FF", "Vz", "V", "k", "kk", "zz", "user-1", "\u{E9}", "~"]
    try await stage.documents(Dictionary(uniqueKeysWithValues: ids.map { ("users/\($0)", [:]) }))
    let rows = (ids + ["E", "F0", "W", "l", "missing", "a/b", "__x__"]).enumerated()
      .map { "(\($0), \(SQL.quoted(literal: $1)))" }
    try await stage.orders.execute(
      script: "CREATE TABLE a (id int PRIMARY KEY, uid text); INSERT INTO a VALUES \(Self.list(rows))")
    let orders = Self.reader(stage, "order-db")
    let from = try Self.relation("order-db", "a", ["uid"])
    let to = FirestoreRelation(
      store: "user-store", collection: try CollectionPath("users"), fields: [.documentID], idName: "uid", filters: [])
    let source = try await Self.probe(orders, from)
    let reference = PlannedReference(
      from, source, to, stage.firestore, ReferencePlan(searches: []), SystemWallClock(), memory: 1 << 20)
    let expected = Outcome(
      count: 7, keys: ["12=E", "13=F0", "14=W", "15=l", "16=missing", "17=a/b", "18=__x__"].sorted())
    #expect(try await run(reference, .lookup) == expected)
    #expect(try await run(reference, .digests(.heap)) == expected)
    await orders.pool.shutdown()
  }
}
