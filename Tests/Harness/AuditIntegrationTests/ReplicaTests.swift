import Postgres
import RFC3339
import RunModel
import ScratchPostgres
import Synchronization
import Testing

@testable import Audit

/// Audits of a replica that lags behind, beside a writer that does nothing wrong.
@Suite("Replicas")
struct ReplicaTests {
  private static let contracts = AuditStage.ordersOfProducts

  /// A primary with its replica, and the configurations of both.
  private struct Pair {
    let primary: PostgresConfiguration
    let replica: PostgresConfiguration
    let servers: [ScratchServer]

    init(delay milliseconds: Int, settings: [String] = [], _ script: String) async throws {
      let server = try await ScratchServer.start()
      let connection = try await PostgresConnection.connect(server.configuration())
      try await connection.execute(script: script)
      await connection.close()
      let copy = try await ScratchServer.start(replicaOf: server, delay: milliseconds, settings: settings)
      (primary, replica) = (server.configuration(), copy.configuration())
      servers = [server, copy]
    }

    /// Reads the replica, and waits for what its primary has done.
    func reader() -> (SQLReader, [PostgresPool]) {
      let pools = [replica, primary].map { PostgresPool($0, maximum: 4, acquireTimeout: .seconds(30)) }
      let reader = SQLReader(
        store: SQLStore(name: "shop", schema: "public"), pool: pools[0], history: SQLReader.History(),
        gate: ReplicaGate(primary: pools[1], patience: .seconds(20)))
      return (reader, pools)
    }
  }

  private enum Side: CaseIterable {
    case referrer, referent

    var store: String { self == .referrer ? "order-db" : "product-db" }
    var script: String {
      self == .referrer
        ? "CREATE TABLE orders (id int PRIMARY KEY, product int)" : "CREATE TABLE products (id int PRIMARY KEY)"
    }
  }

  /// Lets products and orders come and go in the legal order.
  private func write(
    _ orders: PostgresConnection, _ products: PostgresConnection, until isOver: borrowing Atomic<Bool>
  ) async throws {
    var id = 1
    while !isOver.load(ordering: .relaxed) {
      try await products.execute(script: "INSERT INTO products VALUES (\(id))")
      try await orders.execute(script: "INSERT INTO orders VALUES (\(id), \(id))")
      try await Task.sleep(for: .milliseconds(5))
      try await orders.execute(script: "DELETE FROM orders WHERE id = \(id)")
      try await products.execute(script: "DELETE FROM products WHERE id = \(id)")
      id += 1
    }
  }

  @Test("a replica that lags makes no false finding, and a planted one is found", arguments: Side.allCases)
  private func lagging(_ side: Side) async throws {
    let stage = try await AuditStage()
    let pair = try await Pair(delay: 150, side.script)
    let copied = try await PostgresConnection.connect(pair.primary)
    let other = side == .referrer ? stage.products : stage.orders
    for script in Side.allCases where script != side { try await other.execute(script: script.script) }
    let (orders, products) = side == .referrer ? (copied, other) : (other, copied)
    let isOver = Atomic(false)
    async let writing: Void = write(orders, products, until: isOver)
    let stores: [String: AuditedStore] = [side.store: .postgresql(pair.replica, primary: pair.primary)]
    for _ in 0..<8 {
      let result = try await stage.audit(Self.contracts, stores: stores)["orders-have-products"]
      #expect(result?.status == .held, "\(String(describing: result))")
    }
    try await orders.execute(script: "INSERT INTO orders VALUES (-1, -1)")
    isOver.store(true, ordering: .relaxed)
    try await writing
    // The scan itself is not held back, so the row is found as soon as the replica has it.
    var found: RuleResult?
    try await eventually {
      found = try await stage.audit(Self.contracts, stores: stores)["orders-have-products"]
      return found?.status == .violated
    }
    #expect(found?.subjects == ["-1"])
    let positions = found?.findings.first?.witness.compactMap(\.position).filter { $0.hasSuffix("on a replica") }
    #expect(positions?.count == (side == .referrer ? 1 : 2))
  }

  @Test(
    "what is concluded from a replica that stands still is wrong, unless its primary is asked", arguments: Side.allCases
  )
  private func standingStill(_ side: Side) async throws {
    let stage = try await AuditStage()
    let pair = try await Pair(delay: 0, side.script)
    let copied = try await PostgresConnection.connect(pair.primary)
    let replica = try await PostgresConnection.connect(pair.replica)
    let other = side == .referrer ? stage.products : stage.orders
    for script in Side.allCases where script != side { try await other.execute(script: script.script) }
    let (orders, products) = side == .referrer ? (copied, other) : (other, copied)
    if side == .referrer {
      // An order that is gone with its product is still to be seen.
      try await products.execute(script: "INSERT INTO products VALUES (1)")
      try await orders.execute(script: "INSERT INTO orders VALUES (1, 1)")
      try await eventually { try await replica.query("SELECT FROM orders").rows.count == 1 }
      try await replica.query("SELECT pg_wal_replay_pause()")
      try await eventually {
        try await replica.query("SELECT pg_get_wal_replay_pause_state()").rows[0][0].text == "paused"
      }
      try await orders.execute(script: "DELETE FROM orders")
      try await products.execute(script: "DELETE FROM products")
    } else {
      // A product is not to be seen yet.
      try await replica.query("SELECT pg_wal_replay_pause()")
      try await eventually {
        try await replica.query("SELECT pg_get_wal_replay_pause_state()").rows[0][0].text == "paused"
      }
      try await products.execute(script: "INSERT INTO products VALUES (1)")
      try await orders.execute(script: "INSERT INTO orders VALUES (1, 1)")
    }
    let fooled = try await stage.audit(Self.contracts, stores: [side.store: .postgresql(pair.replica)])
    #expect(fooled["orders-have-products"]?.findingCount == 1)
    async let asking = stage.audit(
      Self.contracts, stores: [side.store: .postgresql(pair.replica, primary: pair.primary)])
    try await replica.query("SELECT pg_wal_replay_resume()")
    let held = try await asking
    #expect(held["orders-have-products"]?.status == .held, "\(held)")
  }

  /// A referent whose first look is followed by changes that its replica cannot replay while it is read.
  private final class Disturbed: KeyTarget {
    let target: SQLKeyTarget
    let disturb: @Sendable () async throws -> Void
    private let isDisturbed = Atomic(false)

    init(_ target: SQLKeyTarget, _ disturb: @escaping @Sendable () async throws -> Void) {
      self.target = target
      self.disturb = disturb
    }

    var plan: String { target.plan }

    func catchUp() async throws { try await target.catchUp() }

    func absent(among keys: [Key]) async throws -> AbsentKeys {
      try await disturbOnce()
      return try await target.absent(among: keys)
    }

    func absentAsShown(among keys: [Key]) async throws -> AbsentKeys {
      try await disturbOnce()
      return try await target.absentAsShown(among: keys)
    }

    func likenesses(of keys: [Key]) async throws -> [Key: KeyGuess] { [:] }

    private func disturbOnce() async throws {
      if !isDisturbed.exchange(true, ordering: .relaxed) { try await disturb() }
    }
  }

  @Test("a reference within one replica does not wait for itself", .timeLimit(.minutes(1)))
  func oneReplica() async throws {
    // The server would rather stand still for ever than end a transaction that reads.
    let pair = try await Pair(
      delay: 0, settings: ["max_standby_streaming_delay=-1", "hot_standby_feedback=off"],
      """
      CREATE TABLE products (id int PRIMARY KEY) WITH (autovacuum_enabled = off);
      INSERT INTO products SELECT generate_series(1, 100);
      CREATE TABLE orders (id int PRIMARY KEY, product int); INSERT INTO orders SELECT i, i FROM generate_series(40, 101) AS i
      """)
    let (reader, pools) = pair.reader()
    func side(_ table: String, _ column: String) async throws -> SQLSide {
      try await SQLSide(
        SQLRelation(
          store: reader.store, source: .table(QualifiedName(parsing: table)), columns: [column], identity: ["id"],
          filter: nil), reader: reader)
    }
    var source = try await side("orders", "product").source
    source.batchSize = 10
    let target = Disturbed(try await side("products", "id").target) {
      let writer = try await PostgresConnection.connect(pair.primary)
      _ = try await writer.query("DELETE FROM products WHERE id < 30")
      _ = try await writer.query("VACUUM products")
      await writer.close()
    }
    let outcome = try await ReferenceReconciler(referrer: source, referent: target, sampleLimit: 10).run { _ in }
    #expect(outcome.violations.map(\.row.key) == [Key(["101"])])
    #expect(outcome.keysCompared == 62)
    for pool in pools { await pool.shutdown() }
  }

  @Test("what a query derives on a replica is missing if nothing was replayed in between")
  func derived() async throws {
    let pair = try await Pair(
      delay: 0,
      """
      CREATE TABLE orders (id int PRIMARY KEY, status text); CREATE TABLE noise (id int);
      CREATE TABLE reviews (id int PRIMARY KEY, order_id int); INSERT INTO reviews VALUES (1, 1)
      """)
    let (reader, pools) = pair.reader()
    let source = try await SQLSide(
      SQLRelation(
        store: reader.store, source: .table(QualifiedName(parsing: "reviews")), columns: ["order_id"],
        identity: ["id"], filter: nil), reader: reader
    ).source
    let paid = "SELECT id FROM orders WHERE status = 'paid'"
    let target = try await SQLSide(
      SQLRelation(
        store: reader.store, source: .query(try SQLText(query: paid), name: "paid"), columns: ["id"], identity: ["id"],
        filter: nil), reader: reader
    ).target
    let quiet = try await ReferenceReconciler(referrer: source, referent: target, sampleLimit: 10).run { _ in }
    #expect(quiet.findingCount == 1)
    let writer = try await PostgresConnection.connect(pair.primary)
    let busy = Resuming(target) { _ = try await writer.query("INSERT INTO noise VALUES (1)") }
    let outcome = try await ReferenceReconciler(referrer: source, referent: busy, sampleLimit: 10).run { _ in }
    #expect(outcome.findingCount == 0)
    #expect(outcome.suspects == [.init(key: Key(["1"]), rowCount: 1, reason: .unsettled)])
    for pool in pools { await pool.shutdown() }
  }

  @Test("what was deleted before a search is missed by none, however late the replica that shows it")
  func lateDeletion() async throws {
    let pair = try await Pair(
      delay: 0,
      """
      CREATE TABLE products (id int PRIMARY KEY); INSERT INTO products SELECT generate_series(1, 9);
      CREATE TABLE orders (id int PRIMARY KEY, product int); INSERT INTO orders SELECT i, i FROM generate_series(1, 9) AS i
      """)
    let (reader, pools) = pair.reader()
    let side = try await SQLSide(
      SQLRelation(
        store: reader.store, source: .table(QualifiedName(parsing: "orders")), columns: ["product"], identity: ["id"],
        filter: nil), reader: reader)
    let referent = try await SQLSide(
      SQLRelation(
        store: reader.store, source: .table(QualifiedName(parsing: "products")), columns: ["id"], identity: ["id"],
        filter: nil), reader: reader)
    #expect(try await TableMark.read(side) == nil, "a replica counts nothing")
    let (primary, replica) = try await (
      PostgresConnection.connect(pair.primary), PostgresConnection.connect(pair.replica)
    )
    try await replica.query("SELECT pg_wal_replay_pause()")
    try await eventually {
      try await replica.query("SELECT pg_get_wal_replay_pause_state()").rows[0][0].text == "paused"
    }
    try await primary.query("DELETE FROM products WHERE id = 4")
    // It goes on when somebody waits for it, and not before.
    let target = Resuming(referent.target) { _ = try await replica.query("SELECT pg_wal_replay_resume()") }
    let outcome = try await ReferenceReconciler(referrer: side.source, referent: target, sampleLimit: 10).run { _ in }
    #expect(outcome.violations.map(\.row.key) == [Key(["4"])])
    for pool in pools { await pool.shutdown() }
  }

  /// A referent that goes on replaying when it is waited for.
  private struct Resuming: KeyTarget {
    let target: SQLKeyTarget
    let resume: @Sendable () async throws -> Void

    init(_ target: SQLKeyTarget, _ resume: @escaping @Sendable () async throws -> Void) {
      self.target = target
      self.resume = resume
    }

    var plan: String { target.plan }

    func catchUp() async throws {
      try await resume()
      try await target.catchUp()
    }

    func absent(among keys: [Key]) async throws -> AbsentKeys {
      try await catchUp()
      return try await target.absent(among: keys)
    }

    func absentAsShown(among keys: [Key]) async throws -> AbsentKeys { try await target.absentAsShown(among: keys) }

    func likenesses(of keys: [Key]) async throws -> [Key: KeyGuess] { [:] }
  }

  @Test("a server that replays nothing is refused as a replica, and one that is too late is an error")
  func unusable() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(script: Side.referrer.script + "; INSERT INTO orders VALUES (1, 1)")
    try await stage.products.execute(script: Side.referent.script)
    let own = stage.configuration("product-db")
    let result = try await stage.audit(Self.contracts, stores: ["product-db": .postgresql(own, primary: own)])
    #expect(
      result["orders-have-products"]?.reason
        == "what is named as the replica of 'product-db' is none: it replays nothing")

    let pair = try await Pair(delay: 3_600_000, Side.referent.script)
    let writer = try await PostgresConnection.connect(pair.primary)
    try await writer.execute(script: "INSERT INTO products VALUES (1)")
    await writer.close()
    let pools = [pair.primary, pair.replica].map { PostgresPool($0, maximum: 1, acquireTimeout: .seconds(30)) }
    await #expect(throws: RuleError.self) {
      try await ReplicaGate(primary: pools[0], patience: .milliseconds(100)).pass(on: pools[1], store: "product-db")
    }
    for pool in pools { await pool.shutdown() }
  }
}
