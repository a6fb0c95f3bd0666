import Firestore
import FirestoreModel
import HTTP
import Postgres
import RFC3339
import RunModel
import ScriptedServer
import Synchronization
import Testing

@testable import Audit

@Suite("Stores that fail")
struct StoreFailureTests {
  private static let slowRule = AuditStage.contract(
    "order-db",
    """
      - name: orders
        properties: [{name: id}]
        quality:
          - {id: slow, type: sql, query: SELECT slow(), mustBe: 0}
          - {id: next, type: sql, query: SELECT 0, mustBe: 0}
          - {id: third, type: sql, query: SELECT slow(), mustBe: 0}
          - {id: fourth, type: sql, query: SELECT slow(), mustBe: 0}
          - {id: fifth, type: sql, query: SELECT slow(), mustBe: 0}
          - {id: sixth, type: sql, query: SELECT slow(), mustBe: 0}
    """)

  /// A function that takes a minute as long as a fuse burns.
  private static func prepare(_ stage: AuditStage) async throws {
    try await stage.orders.execute(
      script: """
        CREATE TABLE orders (id int); CREATE TABLE fuse (burns boolean); INSERT INTO fuse VALUES (true);
        CREATE FUNCTION slow() RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN
          IF (SELECT burns FROM fuse) THEN PERFORM pg_sleep(60); END IF; RETURN 0; END $$
        """)
  }

  private static func sleepers(_ stage: AuditStage) async throws -> [Int] {
    try await stage.orders.query(
      """
      SELECT pid FROM pg_stat_activity
      WHERE application_name = 'concord audit' AND datname = current_database() AND wait_event = 'PgSleep'
      """
    ).rows.map { try $0[0].decode(Int.self) }
  }

  @Test("a rule whose connection is cut is evaluated again")
  func connectionCut() async throws {
    let stage = try await AuditStage()
    try await Self.prepare(stage)
    async let audit = stage.audit([Self.slowRule])
    try await eventually { try await Self.sleepers(stage).count == 4 }
    let sleepers = try await Self.sleepers(stage)
    try await stage.orders.query("UPDATE fuse SET burns = false")
    for pid in sleepers { try await stage.orders.query("SELECT pg_terminate_backend(\(pid)::int)") }
    let results = try await audit
    #expect(results.values.allSatisfy { $0.status == .held }, "\(results)")
  }

  @Test("a rule that loses its connection every time is an error, and stops no other")
  func cutForEver() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(script: "CREATE TABLE orders (id int)")
    let orders = AuditStage.contract(
      "order-db",
      """
        - name: orders
          properties: [{name: id}]
          quality:
            - {id: deadly, type: sql, query: "SELECT count(pg_terminate_backend(pg_backend_pid()))", mustBe: 1}
            - {id: harmless, type: sql, query: SELECT 0, mustBe: 0}
      """)
    let results = try await stage.audit([orders])
    #expect(results["deadly"]?.reason?.contains("57P01") == true, "\(results["deadly"]?.reason ?? "")")
    #expect(results["harmless"]?.status == .held)
  }

  @Test("a scan whose connection is cut in the middle fails, it does not end")
  func cutScan() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: "CREATE TABLE orders (id int); INSERT INTO orders SELECT generate_series(1, 5000)")
    var configuration = stage.configuration("order-db")
    configuration.applicationName = "concord audit"
    let pool = PostgresPool(configuration)
    let reader = SQLReader(store: SQLStore(name: "order-db", schema: nil), pool: pool, history: .init())
    let relation = SQLRelation(
      store: reader.store, source: .table(QualifiedName(parsing: "orders")), columns: ["id"], identity: ["id"],
      filter: nil)
    let source = SQLKeySource(relation: relation, reader: reader, kinds: [.integer], batchSize: 100)
    var batches = 0
    await #expect {
      try await source.readKeys { _ in
        batches += 1
        guard batches == 3 else { return }
        try await stage.orders.query(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'concord audit' AND datname = current_database()
          """
        )
      }
    } throws: { ($0 as? PostgresError)?.isConnectionFailure == true }
    #expect(batches < 50, "it did not come to its end")
    await pool.shutdown()
  }

  @Test("a statement that takes too long is an error")
  func statementTimeout() async throws {
    let stage = try await AuditStage()
    try await Self.prepare(stage)
    var configuration = stage.configuration("order-db")
    configuration.statementTimeout = .milliseconds(50)
    let results = try await stage.audit([Self.slowRule], stores: ["order-db": .postgresql(configuration)])
    #expect(results["slow"]?.reason?.contains("57014") == true)
    #expect(results["next"]?.status == .held)
  }

  @Test("a store that is away is an error")
  func away() async throws {
    let stage = try await AuditStage()
    let nowhere = PostgresConfiguration(host: "127.0.0.1", port: 1, database: "x", user: "x")
    let results = try await stage.audit([Self.slowRule], stores: ["order-db": .postgresql(nowhere)])
    #expect(results.count == 6)
    for result in results.values {
      #expect(result.reason?.contains("cannot connect") == true)
      #expect(result.findingCount == 0)
    }
  }

  @Test("a stopped audit cancels the statements under way, and leaves the other rules out")
  func cancellation() async throws {
    let stage = try await AuditStage()
    try await Self.prepare(stage)
    let audit = Task { try await stage.audit([Self.slowRule]) }
    try await eventually { try await Self.sleepers(stage).count == 4 }
    audit.cancel()
    let results = try await audit.value
    #expect(results["slow"]?.status == .skipped(reason: "the run was stopped while the rule was evaluated"))
    #expect(results["sixth"]?.status == .skipped(reason: "the run was stopped before"))
    #expect(results["next"]?.status == .held)
    #expect(results.count == 6)
    try await eventually { try await Self.sleepers(stage).isEmpty }
  }

  @Test("many rules about one store, each with two connections, do not wait for each other for ever")
  func noDeadlock() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script:
        """
        CREATE TABLE orders (id int PRIMARY KEY, parent int);
        INSERT INTO orders SELECT i, i % 20000 + 1 FROM generate_series(1, 20001) AS i
        """
    )
    let relationships = (0..<12).map { number in
      "        - {to: orders.id, \(AuditStage.named("rule-\(number)"))}\n"
    }
    let orders = AuditStage.contract(
      "order-db",
      """
        - name: orders
          properties:
            - {name: id, primaryKey: true}
            - name: parent
              relationships:

      """ + relationships.joined().split(separator: "\n").map { "  \($0)\n" }.joined())
    let results = try await stage.audit([orders])
    #expect(results.count == 12)
    #expect(results.values.allSatisfy { $0.status == .held && $0.keysCompared == 20_000 })
  }

  // MARK: Firestore

  private static let users = AuditStage.contract(
    "user-store",
    """
      - name: users
        physicalType: collection
        properties: [{name: uid, primaryKey: true}]
      - name: sessions
        physicalType: collection
        properties:
          - {name: token, primaryKey: true}
          - {name: user, \(AuditStage.refers(to: "users.uid", "sessions-have-users"))}
    """)

  /// An audit against a Firestore that plays these answers, one per request; the last is repeated.
  private func audit(_ answers: [(status: String, body: String)]) async throws -> RuleResult? {
    let stage = try await AuditStage()
    let served = Mutex(0)
    return try await withScriptedServer { connection in
      while connection.readRequest() != nil {
        let place = served.withLock { served in
          served += 1
          return min(served, answers.count) - 1
        }
        guard connection.respond(answers[place].status, body: answers[place].body) else { return }
      }
    } _: { server in
      let http = HTTPClient()
      let client = FirestoreClient(
        http: http, endpoint: .emulator(server.address), project: "p", retry: RetryPolicy(attempts: 3, sleep: { _ in }))
      let result = try await stage.audit([Self.users], stores: ["user-store": .firestore(client)])[
        "sessions-have-users"]
      http.shutdown()
      return result
    }
  }

  private static func error(_ code: Int, _ status: String) -> (status: String, body: String) {
    ("\(code) X", #"{"error": {"code": \#(code), "status": "\#(status)", "message": "not now"}}"#)
  }

  /// How many documents there are, which is asked for first.
  private static let counted = (
    status: "200 OK",
    body: #"[{"result": {"aggregateFields": {"count": {"integerValue": "1"}}}, "readTime": "2026-11-24T02:00:00Z"}]"#
  )
  private static let empty = (status: "200 OK", body: #"[{"readTime": "2026-11-24T02:00:00Z"}]"#)

  @Test("Firestore that is busy for a moment is asked again")
  func busy() async throws {
    let result = try await audit([
      Self.error(503, "UNAVAILABLE"), Self.counted, Self.error(429, "RESOURCE_EXHAUSTED"), Self.empty,
    ])
    #expect(result?.status == .held)
  }

  @Test(
    "Firestore that stays busy is an error, never a pass",
    arguments: [(503, "UNAVAILABLE"), (429, "RESOURCE_EXHAUSTED")])
  func busyForEver(code: Int, status: String) async throws {
    #expect(try await audit([Self.error(code, status)])?.reason == "\(status): not now")
  }

  @Test("a read that is denied is an error, never an empty collection")
  func denied() async throws {
    #expect(try await audit([Self.error(403, "PERMISSION_DENIED")])?.reason == "PERMISSION_DENIED: not now")
  }

  @Test("an answer that ends in its middle is an error, never a short collection")
  func cut() async throws {
    let cut = (status: "200 OK", body: #"[{"readTime": "2026-11-24T02:00:00Z"}"#)
    #expect(try await audit([Self.counted, cut])?.reason?.contains("incomplete") == true)
  }

  @Test("a look-up that fails is an error: nothing is taken for missing")
  func lookUp() async throws {
    let name = "projects/p/databases/(default)/documents/sessions/s1"
    let page = (
      status: "200 OK",
      body:
        #"[{"readTime": "2026-11-24T02:00:00Z", "document": "#
        + #"{"name": "\#(name)", "fields": {"user": {"stringValue": "u1"}}}}]"#
    )
    let result = try await audit([Self.counted, page, Self.error(503, "UNAVAILABLE")])
    #expect(result?.reason == "UNAVAILABLE: not now")
    #expect(result?.findingCount == 0)
  }
}
