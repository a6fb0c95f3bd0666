// Every path must find the same, and exactly what the definition says. Random tables, laid out so that the paths are hard
// pressed: few and many gaps, negative ids, keys that come often, filters, several columns, too little memory.

import Firestore
import FirestoreModel
import Glibc
import Postgres
import RFC3339
import RunModel
import SeededRandomness
import Synchronization
import Testing

@testable import Audit

@Suite("Paths of a reference")
struct SearchPathTests {
  private struct Outcome: Equatable {
    let count: Int
    let keys: [String]
  }

  private func run(
    _ search: any CandidateSearch, _ source: any KeySource, _ target: any KeyTarget
  ) async throws -> Outcome {
    let result = try await ReferenceReconciler(
      referrer: source, referent: target, search: search, sampleLimit: .max
    ).run { _ in }
    let keys = result.violations.map { "\($0.row.identity[0].value ?? "")=\($0.row.key)" }
    #expect(Set(keys).count == keys.count, "no row is reported twice")
    return Outcome(count: result.findingCount, keys: keys.sorted())
  }

  private static func list(_ rows: [String]) -> String { rows.joined(separator: ", ") }

  @Test("every path over integers finds the same rows, and the right ones")
  func integers() async throws {
    let stage = try await AuditStage()
    let sides = Sides(stage)
    var random = SplitMix64(seed: 20_261_129)
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
      let from = try await sides.orders("a\(round)", ["k"], filter: "judged")
      let to = try await sides.products("b\(round)", ["id"])
      let planner = ReferencePlanner(memory: 1 << 20, fewRows: 0)
      let searches = try await planner.plan(from: from, to: to).searches.map(\.search)
      #expect(searches.count == (referrers.isEmpty ? 1 : 7), "round \(round): \(searches)")
      for search in searches {
        let outcome = try await run(search, from.source, to.target)
        #expect(outcome == Outcome(count: expected.count, keys: expected), "round \(round), \(search.plan)")
      }
    }
    await sides.close()
  }

  @Test("a path that runs out of memory is followed by the next, and the plan says so")
  func exhausted() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: "CREATE TABLE a (id int PRIMARY KEY, k bigint); INSERT INTO a VALUES (1, 1), (2, 9000000000000), (3, 7)")
    try await stage.products.execute(script: "CREATE TABLE b (id bigint PRIMARY KEY); INSERT INTO b VALUES (1), (5)")
    let sides = Sides(stage)
    let from = try await sides.orders("a", ["k"])
    let to = try await sides.products("b", ["id"])
    let searches: [any CandidateSearch] = [
      BitmapSearch(referrer: from, order: .heap, referent: to, memory: 16),
      GapProbe(referrer: from, referent: to, maximumGaps: 1), KeyLookup(referrer: from.source, referent: to.target),
    ]
    let plan = ReferencePlan(from, to, searches)
    let (outcome, lines) = try await plan.run(sampleLimit: 10) { _ in }
    #expect(outcome.findingCount == 2)
    #expect(lines.count == 4)
    #expect(lines[2].contains("lie too far apart"))
    #expect(lines[3].contains("more than 1 gaps"))
    let error = await #expect(throws: RuleError.self) {
      try await ReferencePlan(from, to, [searches[0], searches[1]]).run(sampleLimit: 10) { _ in }
    }
    #expect(error?.message.contains("lie too far apart") == true)
    await sides.close()
  }

  @Test("a path that fails is no reason to try another: the rule is not decided")
  func failure() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(script: "CREATE TABLE a (id int PRIMARY KEY, k int); INSERT INTO a VALUES (1, 1)")
    try await stage.products.execute(script: "CREATE TABLE b (id int PRIMARY KEY)")
    let sides = Sides(stage)
    let from = try await sides.orders("a", ["k"])
    let to = try await sides.products("b", ["id"])
    try await stage.products.execute(script: "DROP TABLE b")
    let plan = ReferencePlan(
      from, to,
      [
        BitmapSearch(referrer: from, order: .heap, referent: to, memory: 1 << 20),
        KeyLookup(referrer: from.source, referent: FullTarget()),
      ])
    await #expect(throws: PostgresError.self) { try await plan.run(sampleLimit: 10) { _ in } }
    await sides.close()
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
    let sides = Sides(stage)
    let from = try await sides.orders("a", ["k", "n"])
    let to = try await sides.products("b", ["k", "n"])
    let expected = (1...30000).filter { $0 % 5000 == 4999 }.map { "\($0)=(k4999, \($0 % 7))" }.sorted()
    // 128 KiB hold 3,072 digests; there are 30,000 different keys.
    let searches: [any CandidateSearch] =
      [ScanOrder.heap, .distinct].map { order in
        DigestSearch(
          referrer: RelationScan(side: from, order: order), referent: RelationScan(side: to, order: .heap),
          memory: 128 << 10)
      } + [KeyLookup(referrer: from.source, referent: to.target)]
    for search in searches {
      #expect(
        try await run(search, from.source, to.target) == Outcome(count: 6, keys: expected), "\(search.plan)")
    }
    await sides.close()
  }

  @Test("a relation read in parts is the relation, in every order, wherever a part ends")
  func parts() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE a (x text, y int, k text COLLATE "C", n numeric(12,3), u uuid, PRIMARY KEY (x, y));
        INSERT INTO a SELECT chr(97 + i % 3) || i / 50, i, nullif('é' || i % 11, 'é3'), i % 7 / 2.0,
          lpad((i % 13)::text, 32, '0')::uuid FROM generate_series(1, 200) AS i;
        CREATE INDEX ON a (k, n); CREATE INDEX ON a (u); CREATE INDEX ON a (y);
        """)
    let sides = Sides(stage)
    for columns in [["k", "n"], ["u"], ["y"]] {
      let side = try await sides.orders("a", columns, filter: "y % 5 <> 0", identity: ["x", "y"])
      let identity = try await CatalogueProbe(side: side).facts(RelationFacts(rows: 1, keyBytes: 1)).identityKinds
      #expect(identity == [.text, .integer])
      let whole = try await texts(RelationScan(side: side, order: .heap))
      for order in [ScanOrder.rows, .index, .distinct] {
        for size in [1, 7, 80, 1000] {
          var scan = RelationScan(side: side, order: order, identityKinds: identity ?? [])
          scan.rowsPerSnapshot = size
          let parts = try await texts(scan)
          // Of equal keys some may fall between two parts, but never all.
          let seen = order == .index ? Set(parts).sorted() : parts
          #expect(seen == (order == .rows ? whole : Set(whole).sorted()), "\(columns) \(order) \(size)")
        }
      }
    }
    let numbers = try await sides.orders("a", ["y"], identity: ["x", "y"])
    for order in [ScanOrder.heap, .rows, .index, .distinct] {
      let scan = RelationScan(
        side: numbers, order: order, rowsPerSnapshot: 9, identityKinds: [.text, .integer])
      let seen = Seen<Int64>()
      #expect(try await scan.integers { seen.add($0) } == 200)
      #expect(seen.all.sorted() == Array(1...200), "\(order)")
    }
    await sides.close()
  }

  /// The keys that a scan copies, in order.
  private func texts(_ scan: RelationScan) async throws -> [String] {
    let seen = Seen<String>()
    _ = try await scan.rows { TextReading(parts: scan.side.kinds.count, seen: seen) }
    return seen.all.sorted()
  }

  @Test("rows that are written between two parts of a scan hide none of the others")
  func writtenBetweenParts() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE a (id int PRIMARY KEY, k int, note text);
        INSERT INTO a SELECT i, i FROM generate_series(1, 100) AS i; CREATE INDEX ON a (k);
        """)
    let sides = Sides(stage)
    let side = try await sides.orders("a", ["k"])
    for order in [ScanOrder.rows, .index] {
      let seen = Seen<Int64>()
      let scan = RelationScan(side: side, order: order, rowsPerSnapshot: 10, identityKinds: [.integer])
      let orders = stage.configuration("order-db")
      _ = try await scan.integers { numbers in
        seen.add(numbers)
        guard seen.all.count == 10 else { return }
        // All rows get a new place on disk, and some go, while the scan has read ten of them.
        try onAnotherConnection(orders, "UPDATE a SET note = repeat('x', 500)")
        try onAnotherConnection(orders, "DELETE FROM a WHERE k BETWEEN 20 AND 29")
      }
      #expect(seen.all == Array(1...19) + Array(30...100), "\(order)")
      try await stage.orders.query("INSERT INTO a SELECT i, i FROM generate_series(20, 29) AS i")
    }
    await sides.close()
  }

  @Test("keys of several kinds are merged in the order of their bytes")
  func merge() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE a (id int PRIMARY KEY, k text COLLATE "C", n int, u uuid);
        INSERT INTO a SELECT i, CASE i % 4 WHEN 0 THEN 'B' WHEN 1 THEN 'b' WHEN 2 THEN 'é' ELSE '' END || i % 100,
          i % 21 - 10, lpad(to_hex(i % 300), 32, 'a')::uuid FROM generate_series(1, 3000) AS i;
        CREATE INDEX ON a (k, n); CREATE INDEX ON a (u);
        """)
    try await stage.products.execute(
      script: """
        CREATE TABLE b (k text COLLATE "C", n bigint, u uuid);
        INSERT INTO b SELECT CASE i % 4 WHEN 0 THEN 'B' WHEN 1 THEN 'b' WHEN 2 THEN 'é' ELSE '' END || i % 100, j,
          lpad(to_hex(i * 3), 32, 'a')::uuid
          FROM generate_series(1, 99) AS i, generate_series(-10, 9) AS j WHERE i <> 50;
        CREATE INDEX ON b (k, n); CREATE INDEX ON b (u);
        """)
    let sides = Sides(stage)
    for columns in [["k", "n"], ["u"]] {
      let from = try await sides.orders("a", columns)
      let to = try await sides.products("b", columns)
      let lookup = KeyLookup(referrer: from.source, referent: to.target)
      let expected = try await run(lookup, from.source, to.target)
      #expect(expected.count > 100)
      let codec = try #require(KeyCodec(from.kinds, hasByteOrder: true))
      for (mine, theirs) in [(1000, 1000), (1, 7), (7, 1), (3, 20_000)] {
        let search = MergeSearch(
          referrer: SQLKeyPages(side: from, codec: codec, size: mine),
          referent: SQLKeyPages(side: to, codec: codec, size: theirs))
        #expect(try await run(search, from.source, to.target) == expected, "\(columns) \(mine) \(theirs)")
      }
      // Planned on facts, with too little memory for anything else.
      let planned = try await ReferencePlanner(memory: 8 << 20, fewRows: 0).plan(from: from, to: to).searches
      #expect(planned.contains { $0.search is MergeSearch })
    }
    await sides.close()
  }

  @Test("a store that does not order by bytes is not merged, and one that says it does and does not is found out")
  func otherOrder() async throws {
    let stage = try await AuditStage()
    for connection in [stage.orders, stage.products] {
      try await connection.execute(
        script: """
          CREATE TABLE a (id int PRIMARY KEY, k text COLLATE "en-x-icu");
          INSERT INTO a VALUES (1, 'b'), (2, 'B'), (3, 'a'), (4, 'C'); CREATE INDEX ON a (k);
          """)
    }
    let sides = Sides(stage)
    let from = try await sides.orders("a", ["k"])
    let to = try await sides.products("a", ["k"])
    let planned = try await ReferencePlanner(memory: 1 << 20, fewRows: 0).plan(from: from, to: to).searches
    #expect(planned.count == 3 && !planned.contains { $0.search is MergeSearch })
    let codec = try #require(KeyCodec(from.kinds, hasByteOrder: true))
    let search = MergeSearch(
      referrer: SQLKeyPages(side: from, codec: codec), referent: SQLKeyPages(side: to, codec: codec))
    let error = await #expect(throws: SearchExhausted.self) { try await search.search(reading: { _ in }) { _ in } }
    #expect(error?.description.contains("order of bytes") == true)
    await sides.close()
  }

  @Test("keys that all dangle come out one by one, however few of them fit into memory at once")
  func allDangle() async throws {
    let stage = try await AuditStage()
    let sides = Sides(stage)
    try await stage.orders.execute(
      script:
        "CREATE TABLE a (id int PRIMARY KEY, k text); INSERT INTO a SELECT i, 'k' || i FROM generate_series(1, 9000) AS i"
    )
    try await stage.products.execute(script: "CREATE TABLE b (k text)")
    let from = try await sides.orders("a", ["k"])
    let to = try await sides.products("b", ["k"])
    // 1,000 keys are read again at a time, so every pass needs several readings.
    let search = DigestSearch(
      referrer: RelationScan(side: from, order: .heap), referent: RelationScan(side: to, order: .heap),
      memory: 128 << 10)
    let outcome = try await run(search, from.source, to.target)
    #expect(outcome.count == 9000)
    #expect(outcome.keys == (1...9000).map { "\($0)=k\($0)" }.sorted())
    await sides.close()
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
    let sides = Sides(stage)
    let from = try await sides.orders("a", ["uid"])
    let to = FirestoreRelation(
      store: "user-store", collection: try CollectionPath("users"), fields: [.documentID], idName: "uid", filters: [])
    let target = FirestoreKeyTarget(relation: to, client: stage.firestore, clock: SystemWallClock())
    let expected = Outcome(
      count: 7, keys: ["12=E", "13=F0", "14=W", "15=l", "16=missing", "17=a/b", "18=__x__"].sorted())
    // The column's collation may be any: here the text is put into the order of bytes by hand.
    try await stage.orders.query("ALTER TABLE a ALTER uid TYPE text COLLATE \"C\"")
    try await stage.orders.query("CREATE INDEX ON a (uid)")
    let searches: [any CandidateSearch] =
      [
        KeyLookup(referrer: from.source, referent: target),
        DigestSearch(
          referrer: RelationScan(side: from, order: .heap),
          referent: FirestoreKeyStream(relation: to, client: stage.firestore), memory: 1 << 20),
      ]
      + [(1, 5), (5, 1), (100, 100)].map { mine, theirs in
        MergeSearch(
          referrer: SQLKeyPages(side: from, codec: KeyCodec(), size: mine),
          referent: FirestoreKeyPages(relation: to, client: stage.firestore, size: theirs))
      }
    for search in searches { #expect(try await run(search, from.source, target) == expected, "\(search.plan)") }
    await sides.close()
  }

  @Test("documents that pass by all keys are found as when their keys are looked up, whatever the keys are")
  func membership() async throws {
    let stage = try await AuditStage()
    var random = SplitMix64(seed: 20_261_130)
    var carts: [String: [String: FirestoreValue]] = [:]
    for number in 0..<600 {
      let key = Int64(random.next() % 120)
      let value: FirestoreValue? =
        switch random.next() % 8 {
        case 0: nil
        case 1: .null
        case 2: .string("\(key)")
        case 3: .double(Double(key))
        case 4: .array([.integer(key), .string("\(key + 1)"), .integer(key)])
        case 5: .string("k\(key)")
        default: .integer(key)
        }
      let id = String("AFGVWkz"["AFGVWkz".index("AFGVWkz".startIndex, offsetBy: number % 7)]) + "\(number)"
      carts["carts/\(id)"] = value.map { ["product": $0] } ?? [:]
    }
    try await stage.documents(carts)
    try await stage.products.execute(
      script: """
        CREATE TABLE numbers (id int PRIMARY KEY); INSERT INTO numbers SELECT generate_series(0, 100);
        CREATE TABLE texts (id text PRIMARY KEY); INSERT INTO texts SELECT 'k' || i FROM generate_series(0, 100) AS i;
        """)
    try await stage.documents(Dictionary(uniqueKeysWithValues: (0...100).map { ("products/\($0)", [:]) }))
    let sides = Sides(stage)
    let relation = FirestoreRelation(
      store: "user-store", collection: try CollectionPath("carts"), fields: [try FieldPath(parsing: "product")],
      idName: "cart", filters: [])
    let products = FirestoreRelation(
      store: "user-store", collection: try CollectionPath("products"), fields: [.documentID], idName: "id", filters: [])
    var source = FirestoreKeySource(relation: relation, client: stage.firestore, clock: SystemWallClock())
    source.pageSize = 7
    let numbers = try await sides.products("numbers", ["id"])
    let texts = try await sides.products("texts", ["id"])
    let referents: [(target: any KeyTarget, stream: any KeyStream)] = [
      (numbers.target, RelationScan(side: numbers, order: .heap)),
      (texts.target, RelationScan(side: texts, order: .distinct)),
      (
        FirestoreKeyTarget(relation: products, client: stage.firestore, clock: SystemWallClock()),
        FirestoreKeyStream(relation: products, client: stage.firestore)
      ),
    ]
    for (target, stream) in referents {
      let expected = try await run(KeyLookup(referrer: source, referent: target), source, target)
      #expect(expected.count > 50)
      let searches: [any CandidateSearch] = [
        KeyLookup(referrer: source, referent: target, memory: 1 << 20),
        MembershipSearch(referrer: source, referent: stream, memory: 1 << 20),
      ]
      for search in searches { #expect(try await run(search, source, target) == expected, "\(search.plan)") }
    }
    await sides.close()
  }

  @Test("documents are looked up among all keys where that is quicker, if memory holds them and no reads are wasted")
  func documentPlans() async throws {
    let stage = try await AuditStage()
    var carts: [String: [String: FirestoreValue]] = [:]
    for number in 0..<400 { carts["carts/c\(number)"] = ["product": .integer(Int64(number % 50))] }
    try await stage.documents(carts)
    for (collection, count) in [("few", 40), ("many", 300)] {
      try await stage.documents(Dictionary(uniqueKeysWithValues: (0..<count).map { ("\(collection)/\($0)", [:]) }))
    }
    try await stage.products.execute(
      script: """
        CREATE TABLE products (id int PRIMARY KEY); INSERT INTO products SELECT generate_series(0, 19999);
        ANALYZE products;
        """)
    let sides = Sides(stage)
    let products = try await sides.products("products", ["id"])
    func relation(_ collection: String, _ field: String) throws -> FirestoreRelation {
      FirestoreRelation(
        store: "user-store", collection: try CollectionPath(collection), fields: [try FieldPath(parsing: field)],
        idName: "id", filters: [])
    }
    let source = FirestoreKeySource(
      relation: try relation("carts", "product"), client: stage.firestore, clock: SystemWallClock())
    func kinds(_ plan: ReferencePlan) -> [Bool] { plan.searches.map { $0.search is MembershipSearch } }
    let planner = ReferencePlanner(memory: 64 << 20, fewRows: 100)
    #expect(kinds(try await ReferencePlanner(memory: 1 << 20).plan(from: source, to: products)) == [false])
    #expect(kinds(try await planner.plan(from: source, to: products)) == [false, true])
    let clock = SystemWallClock()
    let few = try await planner.plan(from: source, to: try relation("few", "__name__"), stage.firestore, clock)
    #expect(kinds(few) == [true, false])
    let many = try await planner.plan(from: source, to: try relation("many", "__name__"), stage.firestore, clock)
    #expect(kinds(many) == [false, true])
    #expect(few.referrerRows == 400)
    #expect(many.searches[0].estimate.firestoreReads == 700 && few.searches[0].estimate.firestoreReads == 440)

    // More keys than memory holds: the next way is taken, and the plan says so.
    let small = MembershipSearch(referrer: source, referent: RelationScan(side: products, order: .heap), memory: 1)
    let lookup = KeyLookup(referrer: source, referent: products.target)
    let plan = ReferencePlan(
      source: source, target: products.target,
      searches: [
        PlannedSearch(search: small, estimate: Estimate()), PlannedSearch(search: lookup, estimate: Estimate()),
      ])
    let (outcome, lines) = try await plan.run(sampleLimit: 10) { _ in }
    #expect(outcome.findingCount == 0 && outcome.rowsExamined == 400)
    #expect(lines.last?.contains("do not fit into") == true)
    await sides.close()
  }

  @Test("a key that was there is not asked for again")
  func remembered() async throws {
    let stage = try await AuditStage()
    var carts: [String: [String: FirestoreValue]] = [:]
    for number in 0..<300 { carts["carts/c\(number)"] = ["product": .string("p\(number % 3)")] }
    try await stage.documents(carts)
    try await stage.documents(["products/p0": [:], "products/p1": [:]])
    let contract = AuditStage.contract(
      "user-store",
      """
        - name: carts
          physicalType: collection
          properties:
            - {name: id, primaryKey: true}
            - {name: product, \(AuditStage.refers(to: "products.id", "carts-have-products"))}
        - {name: products, physicalType: collection, properties: [{name: id, primaryKey: true}]}
      """)
    // 300 documents, one to count them, and each of three keys once, but the missing one for each page and its proof.
    let results = try await stage.audit([contract], limits: AuditLimits(firestoreReads: 500))
    #expect(results["carts-have-products"]?.findingCount == 100)
    #expect(results["carts-have-products"]?.rowsExamined == 300)
  }

  @Test("reading a field of all documents finds what looking its values up finds, whatever their types")
  func fields() async throws {
    let stage = try await AuditStage()
    try await stage.documents([
      "users/1": ["code": .string("x")], "users/2": ["code": .integer(5)], "users/3": ["code": .double(7)],
      "users/4": ["code": .boolean(true)], "users/5": ["code": .null], "users/6": [:],
      "users/7": ["code": .array([.string("y")])],
      "users/8": ["code": .reference("projects/p/databases/(default)/documents/users/z")],
    ])
    let values = ["x", "5", "7", "true", "y", "z", "null"]
    try await stage.orders.execute(
      script: """
        CREATE TABLE a (id int PRIMARY KEY, code text);
        INSERT INTO a VALUES \(Self.list(values.enumerated().map { "(\($0), '\($1)')" }))
        """)
    let sides = Sides(stage)
    let from = try await sides.orders("a", ["code"])
    let to = FirestoreRelation(
      store: "user-store", collection: try CollectionPath("users"), fields: [try FieldPath(parsing: "code")],
      idName: "uid", filters: [])
    let target = FirestoreKeyTarget(relation: to, client: stage.firestore, clock: SystemWallClock())
    let searches: [any CandidateSearch] = [
      KeyLookup(referrer: from.source, referent: target),
      DigestSearch(
        referrer: RelationScan(side: from, order: .heap),
        referent: FirestoreKeyStream(relation: to, client: stage.firestore), memory: 1 << 20),
    ]
    for search in searches {
      #expect(
        try await run(search, from.source, target) == Outcome(count: 3, keys: ["4=y", "5=z", "6=null"]),
        "\(search.plan)")
    }
    await sides.close()
  }
}

/// A referent that has every key.
private struct FullTarget: KeyTarget {
  let plan = "everything exists"

  func absent(among keys: [Key]) async throws -> AbsentKeys {
    AbsentKeys(keys: [], position: ReadPosition(at: SystemWallClock().now(), position: nil))
  }

  func likenesses(of keys: [Key]) async throws -> [Key: KeyGuess] { [:] }
}

/// Reads the key texts of copied rows.
private struct TextReading: RowReading {
  let parts: Int
  let seen: Seen<String>

  func read(_ row: borrowing PostgresCopyRow) throws {
    var texts: [String] = []
    for part in 0..<parts { texts.append(try row.text(part) ?? "NULL") }
    seen.add(texts.joined(separator: "/"))
  }

  func finish() {}
}

/// What a scan has handed over.
private final class Seen<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])

  var all: [Value] { values.withLock { $0 } }

  func add(_ value: Value) { values.withLock { $0.append(value) } }
}

extension Seen<Int64> {
  func add(_ numbers: UnsafeBufferPointer<Int64>) { values.withLock { $0 += numbers } }
}

/// Runs a statement to its end while the caller's thread waits, as it does within a scan.
private func onAnotherConnection(_ configuration: PostgresConfiguration, _ statement: SQL) throws {
  let outcome = Mutex<Result<Void, any Error>?>(nil)
  Task.detached {
    do {
      let connection = try await PostgresConnection.connect(configuration)
      try await connection.query(statement)
      await connection.close()
      outcome.withLock { $0 = .success(()) }
    } catch {
      outcome.withLock { $0 = .failure(error) }
    }
  }
  while outcome.withLock({ $0 == nil }) { sched_yield() }
  try outcome.withLock { try $0?.get() }
}
