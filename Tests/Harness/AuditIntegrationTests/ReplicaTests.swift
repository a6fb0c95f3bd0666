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

    init(delay milliseconds: Int, _ script: String) async throws {
      let server = try await ScratchServer.start()
      let connection = try await PostgresConnection.connect(server.configuration())
      try await connection.execute(script: script)
      await connection.close()
      let copy = try await ScratchServer.start(replicaOf: server, delay: milliseconds)
      (primary, replica) = (server.configuration(), copy.configuration())
      servers = [server, copy]
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
