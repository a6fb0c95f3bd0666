import Firestore
import FirestoreModel
import JSON
import Postgres
import RFC3339
import RunModel
import Testing
import YAMLSource

@testable import Audit

/// Plans are executed here as a person would, on real stores.
@Suite("Repairs")
struct RepairTests {
  /// A plan with what the audit said beside it.
  private struct Planned {
    let plan: RepairPlan
    let results: [String: RuleResult]

    /// The text of a file.
    func text(_ name: String) throws -> String {
      let files = plan.files(at: Timestamp(seconds: 0, nanoseconds: 0))
      return try #require(files.first { $0.name == name }, "\(files.map(\.name))").text
    }

    /// A script that is meant.
    func script(_ name: String) throws -> String {
      try text(name).split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0 == "ROLLBACK;" ? "COMMIT;" : $0 }.joined(separator: "\n")
    }

    /// The writes of a body.
    func writes(_ name: String) throws -> [Write] {
      try (try JSONValue(parsing: Array(try text(name).utf8))["writes"]?.arrayValue ?? []).map { try Write(json: $0) }
    }

    /// Why rows are left to people, by rule.
    var reasons: [String: [String]] {
      Dictionary(grouping: plan.rules, by: { $0.rule.id.text }).mapValues { $0.flatMap { $0.byHand.map(\.reason) } }
    }
  }

  private func planned(
    _ stage: AuditStage, _ contracts: [String], baseline: Baseline = Baseline(),
    history: AuditHistory = AuditHistory(of: "")
  ) async throws -> Planned {
    let (listener, book) = (Listener(), RepairBook())
    try await stage.auditor(contracts, listener: listener, baseline: baseline, history: history, repairs: book).run()
    return Planned(plan: book.plan(of: try AuditStage.rules(contracts)), results: listener.results)
  }

  private static let products = AuditStage.contract(
    "product-db", "  - {name: products, properties: [{name: id, logicalType: integer, primaryKey: true}]}")

  /// Items that refer to products.
  private static func items(_ terms: String = "", name: String = "items", isRequired: Bool = false) -> String {
    AuditStage.contract(
      "order-db",
      """
        - name: \(name)
          properties:
            - {name: id, primaryKey: true}
            - name: product_id
              required: \(isRequired)
              relationships:
                - to: product-db.yaml#/schema/products/properties/id
                  customProperties: [{property: concord.id, value: rule}\(terms.isEmpty ? "" : ", \(terms)")]
      """)
  }

  private static let delete = "{property: concord.repair, value: delete}"
  private static let clear = "{property: concord.repair, value: clear}"

  private func stage(_ script: String) async throws -> AuditStage {
    let stage = try await AuditStage()
    try await stage.products.execute(
      script: "CREATE TABLE products (id int PRIMARY KEY); INSERT INTO products SELECT generate_series(1, 10)")
    try await stage.orders.execute(script: script)
    return stage
  }

  /// Everything that is in a table, as text that differs when anything does.
  private func contents(_ stage: AuditStage, _ table: String = "items") async throws -> [String] {
    try await stage.orders.query("SELECT t::text FROM \(identifier: table) AS t ORDER BY 1").rows.map {
      try $0[0].decode(String.self)
    }
  }

  /// A table of every type whose text form is easily got wrong.
  private static let everyType = #"""
    CREATE TYPE mood AS ENUM ('good', 'it''s \bad');
    CREATE TABLE items (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, product_id int, "odd ""name" text, price numeric(12, 4),
      ratio float8, small float4, raw bytea, tags text[], data jsonb, plain json, at timestamptz, day date, span interval,
      mood mood, doubled int GENERATED ALWAYS AS (product_id * 2) STORED, net inet, pair point);
    INSERT INTO items (product_id, "odd ""name", price, ratio, small, raw, tags, data, plain, at, day, span, mood, net, pair)
      SELECT i, E'a\\b''"c\n\t' || i || ' é 𝄞', i + 0.1000, CASE i WHEN 11 THEN 'NaN'::float8 WHEN 12 THEN '-Infinity' ELSE 0.1 + i END,
        1.1, '\x00ff5c27', ARRAY['a,b', NULL, '"q"', E'\\'], '{"a": [1.10, null, "\\"]}', '{"b" : 1.10,  "b": 2}',
        '2026-03-29 01:30:00.123456+00', 'infinity', '1 mon -3 days 04:05:06.789', 'it''s \bad', '::1/64', '(1.5,2)'
      FROM generate_series(9, 14) AS i;
    """#

  @Test("a plan that is executed leaves nothing to find, and its undo brings every value back")
  func deleteAndUndo() async throws {
    let stage = try await stage(Self.everyType)
    let contracts = [Self.items(Self.delete), Self.products]
    let before = try await contents(stage)
    let planned = try await planned(stage, contracts)
    #expect(planned.results["rule"]?.findingCount == 4)
    #expect(planned.plan.rowCount == 4)
    // As it is, it is a dry run.
    try await stage.orders.execute(script: planned.text("order-db.sql"))
    #expect(try await contents(stage) == before)
    try await stage.orders.execute(script: planned.script("order-db.sql"))
    #expect(try await contents(stage).count == 2)
    #expect(try await stage.audit(contracts)["rule"]?.status == .held)
    try await stage.orders.execute(script: planned.script("order-db.undo.sql"))
    #expect(try await contents(stage) == before)
    // What is there already is left alone.
    try await stage.orders.execute(script: planned.script("order-db.undo.sql"))
    #expect(try await contents(stage) == before)
  }

  @Test("a key is taken out where the row may do without, and comes back")
  func clearAndUndo() async throws {
    let stage = try await stage(Self.everyType)
    let contracts = [Self.items(), Self.products]
    let before = try await contents(stage)
    let planned = try await planned(stage, contracts)
    try await stage.orders.execute(script: planned.script("order-db.sql"))
    #expect(
      try await stage.orders.query("SELECT count(*) FROM items WHERE product_id IS NULL").rows[0][0].decode(Int.self)
        == 4)
    #expect(try await stage.audit(contracts)["rule"]?.status == .held)
    // Somebody has given one of them another product meanwhile.
    _ = try await stage.orders.query("UPDATE items SET product_id = 5 WHERE id = 4")
    try await stage.orders.execute(script: planned.script("order-db.undo.sql"))
    _ = try await stage.orders.query("UPDATE items SET product_id = 12 WHERE id = 4 AND product_id = 5")
    #expect(try await contents(stage) == before)
  }

  @Test("a row that was changed, moved or replaced since is left alone", arguments: [delete, clear])
  func guards(terms: String) async throws {
    let stage = try await stage(
      """
      CREATE TABLE items (id int PRIMARY KEY, product_id int, note text);
      INSERT INTO items SELECT i, 90 + i FROM generate_series(1, 4) AS i
      """)
    let planned = try await planned(stage, [Self.items(terms), Self.products])
    #expect(planned.plan.rowCount == 4)
    try await stage.orders.execute(
      script: """
        UPDATE items SET note = 'touched' WHERE id = 1;
        UPDATE items SET product_id = 5 WHERE id = 2;
        DELETE FROM items WHERE id = 3;
        """)
    // The place of the row that went is free for another.
    _ = try await stage.orders.query("VACUUM items")
    _ = try await stage.orders.query("INSERT INTO items VALUES (3, 93)")
    try await stage.orders.execute(script: planned.script("order-db.sql"))
    let left = try await contents(stage)
    #expect(left.filter { !$0.hasPrefix("(4,") } == ["(1,91,touched)", "(2,5,)", "(3,93,)"])
    #expect(left.contains("(4,,)") == (terms == Self.clear))
    #expect(left.count == (terms == Self.clear ? 4 : 3))
  }

  @Test("rows of partitions are found in theirs, and many rows take several statements")
  func partitions() async throws {
    let stage = try await stage(
      """
      CREATE SCHEMA other; SET search_path = other, public;
      CREATE TABLE public.items (id int, product_id int, PRIMARY KEY (id)) PARTITION BY RANGE (id);
      CREATE TABLE "first part" PARTITION OF public.items FOR VALUES FROM (0) TO (700);
      CREATE TABLE second PARTITION OF public.items FOR VALUES FROM (700) TO (10000);
      INSERT INTO public.items SELECT i, 1000 + i FROM generate_series(1, 1400) AS i; RESET search_path
      """)
    let planned = try await planned(stage, [Self.items(Self.delete), Self.products])
    #expect(planned.plan.rules.flatMap(\.statements).map(\.rowCount) == [500, 500, 400])
    let before = try await contents(stage)
    try await stage.orders.execute(script: planned.script("order-db.sql"))
    #expect(try await contents(stage).isEmpty)
    try await stage.orders.execute(script: planned.script("order-db.undo.sql"))
    #expect(try await contents(stage) == before)
  }

  @Test("more rows than a plan holds are told", .timeLimit(.minutes(2)))
  func tooMany() async throws {
    let stage = try await stage(
      """
      CREATE TABLE items (id int PRIMARY KEY, product_id int);
      INSERT INTO items SELECT i, 100 + i FROM generate_series(1, \(RepairBook.rowsPerRule + 5)) AS i
      """)
    let planned = try await planned(stage, [Self.items(), Self.products])
    #expect(planned.plan.rowCount == RepairBook.rowsPerRule)
    #expect(planned.plan.byHandCount == 5)
    #expect(try planned.text("plan.md").contains("- rule: 5 rows more than one plan holds"))
    #expect(planned.results["rule"]?.findings.count == 100, "the report stays as bounded as it was")
  }

  @Test(
    "what a store or a contract does not allow is left to people, with the reason",
    arguments: [
      (
        "CREATE TABLE items (id int, product_id int); INSERT INTO items VALUES (1, 99)", clear,
        "the table has no primary key by which an undo could find the row again"
      ),
      (
        "CREATE TABLE items (id int PRIMARY KEY, product_id int NOT NULL); INSERT INTO items VALUES (1, 99)", clear,
        "'product_id' is never NULL"
      ),
      (
        "CREATE TABLE items (id int, product_id int PRIMARY KEY); INSERT INTO items VALUES (1, 99)", clear,
        "'product_id' is part of the primary key"
      ),
      (
        """
        CREATE TABLE items (id int PRIMARY KEY, product_id int GENERATED ALWAYS AS (id + 98) STORED);
        INSERT INTO items VALUES (1)
        """, clear, "'product_id' is generated"
      ),
      (
        """
        CREATE TABLE items (id int PRIMARY KEY, product_id int); INSERT INTO items VALUES (1, 99);
        CREATE TABLE notes (id int REFERENCES items ON DELETE CASCADE); INSERT INTO notes VALUES (1)
        """, delete, "removing a row would also change rows of notes, which no undo brings back"
      ),
      (
        "CREATE TABLE base (id int, p int); INSERT INTO base VALUES (1, 99); CREATE VIEW items AS SELECT id, p AS product_id FROM base",
        delete, "items is derived from other tables"
      ),
      (
        "CREATE TABLE items (id int PRIMARY KEY, product_id int NOT NULL); INSERT INTO items VALUES (1, 99)", "",
        "the contract does not say what is to become of such a row; concord.repair: clear or delete does"
      ),
      (
        "CREATE TABLE items (id int PRIMARY KEY, product_id int); INSERT INTO items VALUES (1, 99)",
        "{property: concord.repair, value: none}", "the contract says concord.repair: none"
      ),
    ])
  func refusals(script: String, terms: String, reason: String) async throws {
    let stage = try await stage(script)
    let planned = try await planned(stage, [Self.items(terms), Self.products])
    #expect(planned.plan.rowCount == 0)
    #expect(planned.plan.byHandCount == 1)
    #expect(planned.reasons == ["rule": [reason]])
    #expect(planned.plan.files(at: Timestamp(seconds: 0, nanoseconds: 0)).map(\.name) == ["plan.md"])
  }

  @Test("a required property is not cleared although its column would allow it")
  func required() async throws {
    let stage = try await stage(
      "CREATE TABLE items (id int PRIMARY KEY, product_id int); INSERT INTO items VALUES (1, 99)")
    #expect(try await planned(stage, [Self.items(isRequired: true), Self.products]).plan.rowCount == 0)
    #expect(try await planned(stage, [Self.items(isRequired: false), Self.products]).plan.rowCount == 1)
  }

  @Test("triggers are named, since no undo takes back what they do")
  func triggers() async throws {
    let stage = try await stage(
      """
      CREATE TABLE items (id int PRIMARY KEY, product_id int); INSERT INTO items VALUES (1, 99);
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER counts BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION f()
      """)
    #expect(
      try await planned(stage, [Self.items(), Self.products]).text("order-db.sql")
        .contains("-- Triggers see it, and an undo does not take back what they do: counts"))
  }

  @Test("what is accepted or only suspect is not repaired")
  func open() async throws {
    let stage = try await stage(
      "CREATE TABLE items (id int PRIMARY KEY, product_id int); INSERT INTO items VALUES (1, 98), (2, 99)")
    let contracts = [Self.items(), Self.products]
    let cause = try #require(
      try await planned(stage, contracts).results["rule"]?.causes.first { $0.key.first?.value == "98" })
    let entry = Baseline.Entry(
      rule: try #require(RuleID("rule")), fingerprint: cause.fingerprint, what: "98", rowCount: 1, measured: nil,
      owner: "o", reason: "r", expires: try #require(ExpiryDay("2999-12-31")),
      location: SourceLocation(file: "b", line: 1, column: 1))
    let accepted = try await planned(stage, contracts, baseline: Baseline(entries: [entry]))
    #expect(accepted.plan.rowCount == 1)
    #expect(try accepted.text("order-db.undo.sql").contains("\"product_id\":99"))
    let waiting = try await planned(
      stage, [Self.items("{property: concord.delete, value: {cascade: 1h}}"), Self.products])
    #expect(waiting.results["rule"]?.suspectCount == 2)
    #expect(waiting.plan.rowCount == 0)
    #expect(waiting.plan.byHandCount == 0)
  }

  // MARK: Firestore

  private static let users = """
      - name: users
        physicalType: collection
        properties: [{name: uid, logicalType: string, primaryKey: true}]
    """

  private static func sessions(_ terms: String = "", isRequired: Bool = true) -> String {
    AuditStage.contract(
      "user-store",
      """
      \(users)
        - name: sessions
          physicalType: collection
          properties:
            - {name: id, primaryKey: true}
            - name: owner
              logicalType: object
              properties:
                - name: uid
                  required: \(isRequired)
                  relationships:
                    - to: users.uid
                      customProperties: [{property: concord.id, value: rule}\(terms.isEmpty ? "" : ", \(terms)")]
      """)
  }

  private func fields(_ stage: AuditStage, _ path: String) async throws -> [String: FirestoreValue]? {
    try await stage.firestore.batchGet([try DocumentPath(path)]).found.first?.fields
  }

  @Test("documents lose the key or go, unless somebody wrote them since, and come back", arguments: [clear, delete])
  func documents(terms: String) async throws {
    let stage = try await AuditStage()
    let gone: [String: FirestoreValue] = [
      "owner": .map(["uid": .string("gone"), "x": .integer(1)]), "n": .double(.nan),
    ]
    try await stage.documents([
      "users/u1": [:], "sessions/s1": gone, "sessions/s2": gone, "sessions/s3": ["owner": .map(["uid": .string("u1")])],
    ])
    let contracts = [Self.sessions(terms)]
    let planned = try await planned(stage, contracts)
    #expect(planned.plan.rowCount == 2)
    let writes = try planned.writes("user-store.json")
    // Somebody was faster with one of them.
    let touched = gone.merging(["n": .integer(2)]) { $1 }
    try await stage.documents(["sessions/s2": touched])
    for write in writes { _ = try? await stage.firestore.commit([write]) }
    #expect(try await fields(stage, "sessions/s2") == touched)
    #expect(try await fields(stage, "sessions/s3") == ["owner": .map(["uid": .string("u1")])])
    let left = try await fields(stage, "sessions/s1")
    #expect(left == (terms == Self.delete ? nil : ["owner": .map(["x": .integer(1)]), "n": .double(.nan)]))
    for write in try planned.writes("user-store.undo.json") { _ = try? await stage.firestore.commit([write]) }
    #expect(try await fields(stage, "sessions/s1") == gone)
    #expect(try await fields(stage, "sessions/s2") == touched)
  }

  @Test("a re-cased key is put right, a list loses what is missing, an id cannot be changed")
  func forms() async throws {
    let stage = try await AuditStage()
    try await stage.documents([
      "users/ada": [:], "sessions/s1": ["owner": .map(["uid": .string("ADA")])],
      "sessions/s2": ["owner": .map(["uid": .array([.string("ada"), .string("x"), .integer(7), .null])])],
      "sessions/s3": ["owner": .map(["uid": .string("nobody")])],
    ])
    let planned = try await planned(stage, [Self.sessions()])
    #expect(
      planned.reasons["rule"] == [
        "the contract does not say what is to become of such a row; concord.repair: clear or delete does"
      ])
    for write in try planned.writes("user-store.json") { _ = try await stage.firestore.commit([write]) }
    #expect(try await fields(stage, "sessions/s1") == ["owner": .map(["uid": .string("ada")])])
    #expect(try await fields(stage, "sessions/s2") == ["owner": .map(["uid": .array([.string("ada"), .null])])])
    for write in try planned.writes("user-store.undo.json") { _ = try await stage.firestore.commit([write]) }
    #expect(try await fields(stage, "sessions/s1") == ["owner": .map(["uid": .string("ADA")])])

    let profiles = AuditStage.contract(
      "user-store",
      """
      \(Self.users)
        - name: profiles
          physicalType: collection
          properties: [{name: uid, primaryKey: true, \(AuditStage.refers(to: "users.uid", "rule"))}]
      """)
    try await stage.documents(["profiles/ADA": [:]])
    let ids = try await self.planned(stage, [profiles])
    #expect(ids.plan.rowCount == 0)
    #expect(ids.plan.byHandCount == 1)
  }
}
