// Reads that wait while a server has much to do, on real servers of their own with sessions that are really at work.

import Postgres
import RunModel
import ScratchPostgres
import Synchronization
import Testing

@testable import Audit

@Suite("The load of a server")
struct LoadTests {
  /// Sessions of a server that are at work until they are let go.
  private struct Workers {
    private let lock: PostgresConnection
    private let sessions: [PostgresConnection]
    private let work: Task<Void, any Error>

    init(_ count: Int, on configuration: PostgresConfiguration) async throws {
      lock = try await PostgresConnection.connect(configuration)
      try await lock.query("SELECT pg_advisory_lock(7)")
      var sessions: [PostgresConnection] = []
      for _ in 0..<count { sessions.append(try await PostgresConnection.connect(configuration)) }
      self.sessions = sessions
      let all = sessions
      work = Task {
        try await withThrowingTaskGroup { group in
          for session in all {
            group.addTask { _ = try await session.query("SELECT pg_advisory_xact_lock_shared(7)") }
          }
          try await group.waitForAll()
        }
      }
      let watch = lock
      try await eventually {
        let waiting = try await watch.query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return try waiting.rows[0][0].decode(Int.self) == count
      }
    }

    func letGo() async throws {
      try await lock.query("SELECT pg_advisory_unlock(7)")
      try await work.value
      for session in sessions + [lock] { await session.close() }
    }
  }

  @Test(
    "reads wait while more sessions are at work than allowed, and go on when they are not", arguments: [true, false])
  func waits(_ isPrivileged: Bool) async throws {
    let server = try await ScratchServer.start()
    let owner = server.configuration()
    var configuration = owner
    if !isPrivileged {
      let connection = try await PostgresConnection.connect(owner)
      try await connection.query("CREATE ROLE plain LOGIN")
      await connection.close()
      configuration.user = "plain"
    }
    let held = Mutex<[Int]>([])
    let pool = PostgresPool(configuration, maximum: 2, acquireTimeout: .seconds(30))
    let gate = LoadGate(limit: 1, pool: pool, interval: .milliseconds(1)) { sessions in
      held.withLock { $0.append(sessions) }
    }
    // The session that asks is at work as well: 1 of 1, were it not an audit's.
    try await gate.pass()
    #expect(held.withLock { $0.isEmpty } && gate.held == .zero)

    let workers = try await Workers(3, on: owner)
    let isThrough = Mutex(false)
    async let passage: Void = {
      try await gate.pass()
      isThrough.withLock { $0 = true }
    }()
    try await eventually { held.withLock { !$0.isEmpty } }
    // The three, and the session that asks, which has not the name of an audit's here.
    #expect(held.withLock { $0 } == [4])
    #expect(isThrough.withLock { !$0 })
    // Who has a snapshot open is not held back.
    try await LoadGate.$isSuspended.withValue(true) { try await gate.pass() }
    try await workers.letGo()
    try await passage
    #expect(held.withLock { $0.count } == 1, "it is told once")
    let total = gate.held
    #expect(total > .zero)
    try await gate.pass()
    #expect(gate.held == total, "what is over does not grow")
    await pool.shutdown()
    try await server.stop()
  }

  @Test("an audit tells for which store it waited; its own sessions are no load; its time is up all the same")
  func told() async throws {
    let server = try await ScratchServer.start()
    let stage = try await AuditStage()
    let busy = try await PostgresConnection.connect(server.configuration())
    try await busy.execute(
      script: "CREATE TABLE orders (id int PRIMARY KEY, product int); INSERT INTO orders VALUES (1, 1), (2, 2)")
    await busy.close()
    try await stage.products.execute(
      script: "CREATE TABLE products (id int PRIMARY KEY); INSERT INTO products VALUES (1)")
    let stores = ["order-db": AuditedStore.postgresql(server.configuration())]
    let workers = try await Workers(2, on: server.configuration())

    let late = try await stage.audit(
      AuditStage.ordersOfProducts, stores: stores, limits: AuditLimits(duration: .milliseconds(300), activeSessions: 1))
    #expect(late["orders-have-products"]?.reason?.contains("took longer than") == true)

    let notices = Mutex<[String]>([])
    let listener = Listener { event in
      if case .noted(let notice) = event { notices.withLock { $0.append(notice.message) } }
    }
    async let results = stage.audit(
      AuditStage.ordersOfProducts, stores: stores, listener: listener,
      limits: AuditLimits(activeSessions: 1))
    let waits = "order-db has 2 sessions at work, more than 1: reads of it wait"
    try await eventually { notices.withLock { $0.contains(waits) } }
    #expect(listener.results.isEmpty)
    try await workers.letGo()
    #expect(try await results["orders-have-products"]?.findingCount == 1)
    #expect(notices.withLock { $0.contains { $0.hasPrefix("reads of order-db waited for ") } })
    try await server.stop()
  }
}
