// An audit that builds on the one before must find what an audit of everything finds, whatever happened in between. So
// random days pass over real stores, and after each both are asked.

import Firestore
import FirestoreModel
import HTTP
import Postgres
import RFC3339
import RunModel
import ScriptedServer
import SeededRandomness
import Synchronization
import Testing

@testable import Audit

/// State in memory.
final class Shelf: StateKeeper {
  private let states = Mutex<[RuleID: [UInt8]]>([:])

  func state(of rule: RuleID) -> [UInt8]? { states.withLock { $0[rule] } }
  func keep(_ state: [UInt8], of rule: RuleID) { states.withLock { $0[rule] = state } }
}

@Suite("Audits that build on the one before")
struct IncrementalTests {
  private static let contracts = [
    AuditStage.contract(
      "user-store",
      """
        - name: users
          physicalType: collection
          customProperties: [{property: concord.writtenAt, value: created}]
          properties: [{name: uid, logicalType: string, primaryKey: true}, {name: created}]
      """),
    AuditStage.contract(
      "order-db",
      """
        - name: orders
          properties:
            - {name: id, logicalType: integer, primaryKey: true}
            - {name: uid, \(AuditStage.refers(to: "user-store.yaml", "users.uid", "orders-have-users"))}
      """),
  ]

  /// So many orders that looking each up would be worse, of which none dangles.
  private static let orders = 24_000
  private static let users = 1_500

  private func stage() async throws -> AuditStage {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE orders (id serial PRIMARY KEY, uid text, note text) WITH (autovacuum_enabled = off, fillfactor = 50);
        INSERT INTO orders (uid) SELECT 'u' || i % \(Self.users) FROM generate_series(1, \(Self.orders)) AS i;
        CREATE INDEX ON orders (uid); ANALYZE orders
        """)
    try await stage.tellCounts()
    let old = Timestamp(seconds: 1_600_000_000)
    try await stage.documents(
      Dictionary(uniqueKeysWithValues: (0..<Self.users).map { ("users/u\($0)", ["created": .timestamp(old)]) }))
    return stage
  }

  private func result(
    _ stage: AuditStage, _ shelf: Shelf?, isFullSweep: Bool = false, clock: any WallClock = SystemWallClock()
  ) async throws -> RuleResult {
    let listener = Listener()
    let kept = shelf.map {
      IncrementalState(keeper: $0, lasting: ["order-db", "user-store"], isFullSweep: isFullSweep)
    }
    try await stage.auditor(
      Self.contracts, sampleLimit: 10_000, listener: listener, clock: clock, kept: kept
    ).run()
    return try #require(listener.results["orders-have-users"])
  }

  /// What was found, and how.
  private func audit(
    _ stage: AuditStage, _ shelf: Shelf?, isFullSweep: Bool = false, clock: any WallClock = SystemWallClock()
  ) async throws -> (found: [String], way: String) {
    let result = try await result(stage, shelf, isFullSweep: isFullSweep, clock: clock)
    #expect(result.reason == nil, "\(result.reason ?? "")")
    #expect(result.findingCount == result.findings.count)
    // How it was read comes first, what was given up before comes behind.
    let way =
      result.plan[0].contains(" since ") ? "changes" : result.plan[1].contains("a count of each") ? "counts" : "all"
    return (zip(result.subjects, result.missing).map { "\($0)=\($1)" }.sorted(), way)
  }

  private func users(_ stage: AuditStage, created: [String], at time: Timestamp? = nil, deleted: [String] = [])
    async throws
  {
    let now = time ?? SystemWallClock().now()
    let writes =
      try created.map {
        Write.set(stage.firestore.name(of: try DocumentPath("users/\($0)")), ["created": .timestamp(now)])
      } + deleted.map { Write.delete(stage.firestore.name(of: try DocumentPath("users/\($0)"))) }
    if !writes.isEmpty { _ = try await stage.firestore.commit(writes) }
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
      // A user that comes may be one that went: the number of documents tells nothing then.
      try await users(
        stage, created: (0..<number(4)).map { _ in "u\(number(Self.users + 40))" },
        deleted: (0..<number(4)).map { _ in "u\(number(Self.users))" })
      try await users(stage, created: ["new\(day)"], deleted: day % 3 == 0 ? ["new\(day - 1)"] : [])
      var script = "INSERT INTO orders (uid) VALUES ('new\(day)'), ('nobody\(number(3))'), (NULL);"
      switch day % 5 {
      case 1: script += "UPDATE orders SET uid = 'u\(number(3000))' WHERE id = \(1 + number(Self.orders));"
      case 2: script += "UPDATE orders SET note = 'x' WHERE id = \(1 + number(Self.orders));"
      case 3: script += "DELETE FROM orders WHERE id % 1000 = \(number(1000));"
      case 4: script += "INSERT INTO orders (id, uid) VALUES (-\(day), 'below\(day)');"
      default: break
      }
      try await stage.orders.execute(script: script)
      try await stage.tellCounts()
      let (found, way) = try await audit(stage, shelf)
      ways[way, default: 0] += 1
      #expect(try await audit(stage, nil).found == found, "day \(day) by \(way)")
    }
    #expect(ways["changes", default: 0] >= 4, "\(ways)")
    #expect(ways["counts", default: 0] >= 2, "\(ways)")
    #expect(ways["all"] == nil, "\(ways)")
  }

  @Test("each kind of change is seen, by what it takes to see it")
  func changes() async throws {
    let stage = try await stage()
    let shelf = Shelf()
    func pass(_ what: String, _ script: String, expecting way: String, _ count: Int) async throws {
      try await stage.orders.execute(script: script)
      try await stage.tellCounts()
      let outcome = try await audit(stage, shelf)
      #expect(outcome.way == way, "\(what)")
      #expect(outcome.found.count == count, "\(what): \(outcome.found)")
    }
    try await pass("the first time", "SELECT 1", expecting: "all", 0)
    try await pass("nothing", "SELECT 1", expecting: "changes", 0)
    try await pass("a new row", "INSERT INTO orders (uid) VALUES ('nobody')", expecting: "changes", 1)
    try await pass("another column", "UPDATE orders SET note = 'x' WHERE id < 5", expecting: "changes", 1)
    try await pass("the reference", "UPDATE orders SET uid = 'gone' WHERE id = 7", expecting: "counts", 2)
    try await pass("after that", "SELECT 1", expecting: "changes", 2)
    // Without the index the update is heap-only, as if it had changed no reference.
    try await pass(
      "the reference, while it has no index",
      "DROP INDEX orders_uid_idx; UPDATE orders SET uid = 'hot' WHERE id = 9; CREATE INDEX ON orders (uid)",
      expecting: "counts", 3)
    try await pass("and back", "UPDATE orders SET uid = 'u9' WHERE id = 9", expecting: "counts", 2)
    try await pass(
      "a row with a lower number", "INSERT INTO orders (id, uid) VALUES (-5, 'low')", expecting: "counts", 3)
    try await pass(
      "an insert that was rolled back", "BEGIN; INSERT INTO orders (uid) VALUES ('x'); ROLLBACK", expecting: "counts", 3
    )
    try await pass("removed rows", "DELETE FROM orders WHERE id IN (7, -5)", expecting: "changes", 1)
    try await pass(
      "another file", "CREATE TABLE c AS SELECT * FROM orders; TRUNCATE orders; INSERT INTO orders SELECT * FROM c",
      expecting: "counts", 1)
    try await users(stage, created: [], deleted: ["u3"])
    try await pass("a user who left", "SELECT 1", expecting: "changes", 1 + Self.orders / Self.users)
    try await users(stage, created: ["nobody", "u3"])
    try await pass("users who came", "SELECT 1", expecting: "changes", 0)
    try await users(stage, created: ["one"], deleted: ["u4"])
    try await pass("as many as left", "SELECT 1", expecting: "changes", Self.orders / Self.users)
    let behind = SystemWallClock().now().adding(seconds: -100)
    try await users(stage, created: ["two"], at: behind, deleted: ["u5"])
    try await pass("by a clock that is behind", "SELECT 1", expecting: "changes", 2 * Self.orders / Self.users)
  }

  @Test("state is used for what it is about, for a week, unless everything is asked for")
  func scope() async throws {
    let stage = try await stage()
    let shelf = Shelf()
    #expect(try await audit(stage, shelf).way == "all")
    #expect(try await audit(stage, shelf).way == "changes")
    #expect(try await audit(stage, shelf, isFullSweep: true).way == "all")
    struct Later: WallClock { func now() -> Timestamp { SystemWallClock().now().adding(seconds: 7 * 86_400 + 60) } }
    #expect(try await audit(stage, shelf, clock: Later()).way == "all")
    let rule = try #require(RuleID("orders-have-users"))
    let state = try #require(shelf.state(of: rule))
    for broken in [[], Array("{}\n".utf8), Array(state.dropLast()), Array(state.dropFirst()), state + [0]] {
      shelf.keep(broken, of: rule)
      #expect(try await audit(stage, shelf).way == "all")
    }
    let other = try await self.stage()
    #expect(try await audit(other, shelf).way == "all", "another project, another database")
  }

  @Test("stores that the run made for itself, and ids that are not shown, leave nothing behind")
  func nothingKept() async throws {
    let stage = try await stage()
    let rule = try #require(RuleID("orders-have-users"))
    for (lasting, contracts) in [
      (["order-db"], Self.contracts), (["user-store"], Self.contracts),
      (
        ["order-db", "user-store"],
        Self.contracts.map {
          $0.replacing("{name: uid, logicalType", with: "{name: uid, classification: personal, logicalType")
        }
      ),
      (["order-db", "user-store"], Self.contracts.map { $0.replacing("value: created}", with: "value: uid}") }),
    ] {
      let shelf = Shelf()
      let (kept, listener) = (IncrementalState(keeper: shelf, lasting: Set(lasting)), Listener())
      try await stage.auditor(contracts, listener: listener, kept: kept).run()
      #expect(listener.results["orders-have-users"]?.status == .held)
      // A field that is no time is asked for in vain: every audit is one of all.
      if contracts == Self.contracts || contracts[0].contains("personal") { #expect(shelf.state(of: rule) == nil) }
    }
  }

  // MARK: Documents

  @Test("a list of ids is brought up to date whatever has happened, and ranges that are whole are not read")
  func refreshing() async throws {
    let stage = try await AuditStage()
    var random = SplitMix64(seed: 7)
    func id() -> String { ["A", "F", "Vz", "k", "é", "z~"][Int(random.next() % 6)] + String(random.next() % 90) }
    let old = Timestamp(seconds: 1_600_000_000)
    var living = Set((0..<200).map { _ in id() })
    try await users(stage, created: Array(living), at: old)
    var refresher = IDRefresher(
      relation: FirestoreRelation(
        store: "user-store", collection: try CollectionPath("users"), fields: [.documentID], idName: "uid", filters: []),
      client: stage.firestore, writtenAt: try FieldPath(["created"]))
    refresher.rangeSize = 16
    var ids = SortedKeys()
    for id in living.sorted(by: { UTF8Order.compare($0, $1) < 0 }) { _ = ids.append(id) }
    var time = SystemWallClock().now()
    for round in 0..<12 {
      let deleted = Set(living.filter { _ in random.next() % 30 == 0 })
      let created = Set((0..<Int(random.next() % 6)).map { _ in id() })
      try await users(stage, created: [], deleted: Array(deleted))
      try await users(stage, created: Array(created))
      let before = living
      living = living.subtracting(deleted).union(created)
      let (refreshed, readRangeCount) = try await refresher.refresh(ids, since: time)
      #expect(texts(refreshed.ids) == living.sorted { UTF8Order.compare($0, $1) < 0 }, "round \(round)")
      #expect(Set(refreshed.deleted.map(\.description)) == before.subtracting(living), "round \(round)")
      if deleted.isEmpty { #expect(readRangeCount == 0, "round \(round)") }
      (ids, time) = (refreshed.ids, refreshed.readTime)
    }
    // Of a range in which two are missing, two parts of sixteen are read.
    refresher.rangeSize = 64
    let gone = [ids.text(1), ids.text(40)]
    try await users(stage, created: [], deleted: gone)
    let (refreshed, readRangeCount) = try await refresher.refresh(ids, since: time)
    #expect(refreshed.deleted.map(\.description) == gone)
    #expect(readRangeCount == 2)
  }

  @Test("a collection that does not answer what the next audit would ask leaves no state")
  func unanswered() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(script: "CREATE TABLE orders (id int PRIMARY KEY, user_uid text)")
    let side = try await Sides(stage).orders("orders", ["user_uid"])
    struct Everything: CandidateSearch {
      let plan = ["everything"]
      let recorder: StateRecorder

      func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws
      {
        recorder.list((SortedKeys(), Timestamp(seconds: 0)))
      }
    }
    /// Why nothing is kept; nil when something is.
    func refusal(_ rehearse: (@Sendable () async throws -> Void)?) async throws -> String? {
      let recorder = StateRecorder(identity: "x", codec: KeyCodec(), memory: 1 << 20)
      let search = RecordingSearch(
        referrer: side, base: Everything(recorder: recorder), recorder: recorder, clock: SystemWallClock(),
        rehearse: rehearse)
      try await search.search(reading: { _ in }) { _ in }
      #expect((recorder.state == nil) == (search.plan.count == 2), "what is not kept is told")
      return search.plan.dropFirst().first
    }
    #expect(try await refusal(nil) == nil)
    let users = FirestoreRelation(
      store: "user-store", collection: try CollectionPath("users"), fields: [.documentID], idName: "uid", filters: [])
    let field = try FieldPath(["created"])
    let refresher = IDRefresher(relation: users, client: stage.firestore, writtenAt: field)
    let answered = try await refusal { try await refresher.rehearse(since: SystemWallClock().now()) }
    #expect(answered == nil)
    await #expect(throws: CancellationError.self) { _ = try await refusal { throw CancellationError() } }
    // A field that is exempt from indexes; the embedded Firestore has none such.
    let answer =
      #"{"error": {"code": 400, "status": "FAILED_PRECONDITION", "message": "The query requires an index."}}"#
    try await withScriptedServer { connection in
      while connection.readRequest() != nil, connection.respond("400 Bad Request", body: answer) {}
    } _: { server in
      let http = HTTPClient()
      let client = FirestoreClient(http: http, endpoint: .emulator(server.address), project: "p")
      let exempt = IDRefresher(relation: users, client: client, writtenAt: field)
      let refused = try await refusal { try await exempt.rehearse(since: Timestamp(seconds: 0)) }
      #expect(refused == "the next audit reads everything again: FAILED_PRECONDITION: The query requires an index.")
      // State of before is no help either: another way is taken.
      await #expect(throws: SearchExhausted.self) {
        try await exempt.refresh(SortedKeys(), since: Timestamp(seconds: 0))
      }
      http.shutdown()
    }
  }

  private func texts(_ ids: SortedKeys) -> [String] { (0..<ids.count).map(ids.text) }
}
