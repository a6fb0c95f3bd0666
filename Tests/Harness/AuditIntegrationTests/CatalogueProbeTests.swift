// What the planner goes by, on a real server.

import Postgres
import Testing

@testable import Audit

@Suite("Facts about a relation")
struct CatalogueProbeTests {
  private func facts(_ side: SQLSide) async throws -> RelationFacts {
    let probe = CatalogueProbe(side: side)
    return try await probe.facts(try await probe.estimate())
  }

  @Test("rows, distinct keys, widths and bounds come from the statistics and the index")
  func statistics() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE a (id int PRIMARY KEY, k int, t text);
        INSERT INTO a SELECT i, i % 100 - 10, 'text of ' || i % 10 FROM generate_series(1, 10000) AS i;
        CREATE INDEX ON a (k); ANALYZE a;
        """)
    let sides = Sides(stage)
    let keys = try await facts(try await sides.orders("a", ["k"]))
    #expect(keys.rows == 10_000 && keys.keys == 100 && keys.isIndexed)
    #expect(keys.bounds == -10...89 && keys.span == 100)
    let texts = try await facts(try await sides.orders("a", ["t"]))
    #expect(texts.keys == 10 && texts.keyBytes == 10 && !texts.isIndexed && texts.bounds == nil)
    let filtered = try await CatalogueProbe(side: try await sides.orders("a", ["k"], filter: "id <= 1000")).estimate()
    #expect((500...2000).contains(filtered.rows), "\(filtered.rows)")
    await sides.close()
  }

  @Test(
    "an index is of use only if it has all keys in order",
    arguments: [
      ("CREATE INDEX ON a (k, n)", true), ("CREATE INDEX ON a (k, n, id)", true), ("CREATE INDEX ON a (n, k)", false),
      ("CREATE INDEX ON a (k)", false), ("CREATE INDEX ON a (k, n) WHERE id > 5", false),
      ("CREATE INDEX ON a (lower(k), n)", false), ("CREATE INDEX ON a USING hash (k)", false),
      ("CREATE INDEX ON a (k DESC, n DESC)", true), ("CREATE INDEX ON a (k, n DESC)", false),
      ("CREATE INDEX ON a (k NULLS FIRST, n NULLS FIRST)", false), ("CREATE INDEX ON a (k text_pattern_ops, n)", false),
      ("CREATE INDEX ON a (k COLLATE \"C\", n)", false), ("CREATE UNIQUE INDEX ON a (k, n) INCLUDE (id)", true),
    ])
  func index(_ statement: String, _ isOfUse: Bool) async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(script: "CREATE TABLE a (id int PRIMARY KEY, k text, n int); \(statement)")
    let sides = Sides(stage)
    #expect(try await facts(try await sides.orders("a", ["k", "n"])).isIndexed == isOfUse)
    let isReversed = statement == "CREATE INDEX ON a (n, k)"
    #expect(try await facts(try await sides.orders("a", ["n", "k"])).isIndexed == isReversed)
    await sides.close()
  }

  @Test("an index over values that are compared as text is of no use")
  func textOfOtherTypes() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: "CREATE TABLE a (id int PRIMARY KEY, k date); CREATE INDEX ON a (k); INSERT INTO a VALUES (1, now())")
    let sides = Sides(stage)
    #expect(try await facts(try await sides.orders("a", ["k"])).isIndexed == false)
    await sides.close()
  }

  @Test("a stale visibility map shows in a trial, whatever the catalogue says")
  func staleness() async throws {
    let stage = try await AuditStage()
    // VACUUM does not run in a script's transaction.
    try await stage.orders.query("CREATE TABLE a (id int PRIMARY KEY, k int, n int) WITH (autovacuum_enabled = off)")
    try await stage.orders.query("INSERT INTO a SELECT i, i, 0 FROM generate_series(1, 20000) AS i")
    try await stage.orders.query("CREATE INDEX ON a (k)")
    try await stage.orders.query("VACUUM ANALYZE a")
    let sides = Sides(stage)
    let side = try await sides.orders("a", ["k"])
    let known = try await facts(side)
    #expect(try await CatalogueProbe(side: side).heapFetches(known) == 0)
    try await stage.orders.query("UPDATE a SET n = 1 WHERE id % 50 = 3")
    #expect(try await CatalogueProbe(side: side).heapFetches(known) > 0.9)
    await sides.close()
  }

  @Test("the best path is the one that the facts speak for")
  func choice() async throws {
    let stage = try await AuditStage()
    try await stage.products.execute(
      script: "CREATE TABLE b (id bigint PRIMARY KEY); INSERT INTO b SELECT generate_series(1, 1000); ANALYZE b")
    try await stage.orders.execute(
      script: """
        CREATE TABLE indexed (id int PRIMARY KEY, k int);
        INSERT INTO indexed SELECT i, i % 1000 + 1 FROM generate_series(1, 30000) AS i;
        CREATE INDEX ON indexed (k); ANALYZE indexed;
        CREATE TABLE plain (id int PRIMARY KEY, k int); INSERT INTO plain SELECT * FROM indexed; ANALYZE plain;
        CREATE TABLE texts (id int PRIMARY KEY, k text); INSERT INTO texts SELECT * FROM indexed; ANALYZE texts;
        CREATE TABLE few (id int PRIMARY KEY, k int); INSERT INTO few SELECT * FROM indexed LIMIT 100; ANALYZE few;
        """)
    let sides = Sides(stage)
    let products = try await sides.products("b", ["id"])
    func best(_ table: String) async throws -> any CandidateSearch {
      let plan = try await ReferencePlanner(memory: 1 << 24).plan(
        from: try await sides.orders(table, ["k"]), to: products)
      return try #require(plan.searches.first?.search)
    }
    #expect(try await best("indexed") is GapProbe)
    #expect((try await best("plain") as? BitmapSearch)?.referrer.order == .heap)
    #expect(try await best("texts") is DigestSearch)
    #expect(try await best("few") is KeyLookup)
    await sides.close()
  }

  @Test("keys that memory does not hold are merged rather than read in many passes")
  func littleMemory() async throws {
    let stage = try await AuditStage()
    for connection in [stage.orders, stage.products] {
      try await connection.execute(
        script: """
          CREATE TABLE a (id int PRIMARY KEY, k uuid);
          INSERT INTO a SELECT i, lpad(i::text, 32, '0')::uuid FROM generate_series(1, 200000) AS i;
          CREATE INDEX ON a (k);
          """)
      try await connection.query("VACUUM ANALYZE a")
    }
    let sides = Sides(stage)
    let (from, to) = (try await sides.orders("a", ["k"]), try await sides.products("a", ["k"]))
    func best(_ memory: Int) async throws -> any CandidateSearch {
      try #require(try await ReferencePlanner(memory: memory).plan(from: from, to: to).searches.first?.search)
    }
    #expect(try await best(64 << 20) is DigestSearch)
    #expect(try await best(4 << 20) is MergeSearch)
    await sides.close()
  }

  @Test("what would take long in one snapshot is read in several, where a primary key leads from one to the next")
  func snapshots() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE keyed (id int PRIMARY KEY, k text);
        INSERT INTO keyed SELECT i, 'k' || i FROM generate_series(1, 30000) AS i; ANALYZE keyed;
        CREATE TABLE other AS SELECT * FROM keyed; ANALYZE other;
        """)
    try await stage.products.execute(script: "CREATE TABLE b (id text PRIMARY KEY)")
    func first(_ table: String, rate: Int?) async throws -> RelationScan {
      let sides = Sides(stage, pace: ScanPace(rowsPerSecond: rate))
      let plan = try await ReferencePlanner(memory: 1 << 24).plan(
        from: try await sides.orders(table, ["k"]), to: try await sides.products("b", ["id"]))
      await sides.close()
      return try #require(plan.searches.first { $0.search is DigestSearch }?.search as? DigestSearch).referrer
    }
    let quick = try await first("keyed", rate: nil)
    #expect(quick.order == .heap && quick.rowsPerSnapshot == nil)
    let slow = try await first("keyed", rate: 1000)
    #expect(slow.order == .rows && slow.rowsPerSnapshot == 5000)
    #expect(slow.plan.hasSuffix("by primary key, of keyed, copied, in snapshots of a few seconds"), "\(slow.plan)")
    let unsplit = try await first("other", rate: 1000)
    #expect(unsplit.order == .heap && unsplit.rowsPerSnapshot == nil)
  }
}
