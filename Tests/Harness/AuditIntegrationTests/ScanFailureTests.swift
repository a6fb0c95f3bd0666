// Scans of whole tables that lose their server in the middle: they begin again, or are an error; what was read so far is
// never taken for everything.

import Postgres
import RunModel
import ScratchPostgres
import Synchronization
import Testing

@testable import Audit

@Suite("Scans that are cut")
struct ScanFailureTests {
  private static let contracts = AuditStage.ordersOfProducts

  /// So many rows that they fit into no buffer between the server and us; those that dangle come last.
  private static let orders = """
    CREATE TABLE orders (id int PRIMARY KEY, product int);
    INSERT INTO orders SELECT i, CASE WHEN i > 399990 THEN -i ELSE i % 300 END FROM generate_series(1, 400000) AS i;
    ANALYZE orders;
    """

  private static func stage() async throws -> AuditStage {
    let stage = try await AuditStage()
    try await stage.orders.execute(script: orders)
    try await stage.products.execute(
      script: "CREATE TABLE products (id int PRIMARY KEY); INSERT INTO products SELECT generate_series(0, 299)")
    return stage
  }

  /// Ends the server processes of scans, at most so many; answers how many when the audit is over.
  private static func cut(_ limit: Int, on stage: AuditStage, until isOver: borrowing Atomic<Bool>) async throws -> Int
  {
    var cuts = 0
    while !isOver.load(ordering: .relaxed), cuts < limit {
      cuts += try await stage.orders.query(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'concord audit' \
        AND datname = current_database() AND state = 'active' AND query LIKE 'COPY%' LIMIT \(limit - cuts)
        """
      ).rows.count
      try await Task.sleep(for: .milliseconds(5))
    }
    return cuts
  }

  @Test("a scan that is cut in the middle begins again, and misses nothing")
  func once() async throws {
    let stage = try await Self.stage()
    let isOver = Atomic(false)
    async let cuts = Self.cut(1, on: stage, until: isOver)
    let results = try await stage.audit(Self.contracts, limits: AuditLimits(rowsPerSecond: 200_000))
    isOver.store(true, ordering: .relaxed)
    #expect(try await cuts == 1)
    let result = try #require(results["orders-have-products"])
    #expect(result.plan.first?.contains("copied into one bit each") == true, "\(result.plan)")
    #expect(result.findingCount == 10 && result.rowsExamined == 400_000, "\(result)")
  }

  @Test("a scan that is cut every time is an error, never a pass")
  func everyTime() async throws {
    let stage = try await Self.stage()
    let isOver = Atomic(false)
    async let cuts = Self.cut(.max, on: stage, until: isOver)
    let results = try await stage.audit(Self.contracts, limits: AuditLimits(rowsPerSecond: 200_000))
    isOver.store(true, ordering: .relaxed)
    #expect(try await cuts >= 3)
    let result = try #require(results["orders-have-products"])
    // The server's last words may or may not arrive before the end of its connection does.
    let isCut = ["57P01", "server closed the connection"].contains { result.reason?.contains($0) == true }
    #expect(isCut, "\(result)")
  }

  @Test("a server that crashes in the middle of a scan and comes back is asked again, or the rule is an error")
  func restart() async throws {
    let stage = try await AuditStage()
    try await stage.products.execute(
      script: "CREATE TABLE products (id int PRIMARY KEY); INSERT INTO products SELECT generate_series(0, 299)")
    let server = try await ScratchServer.start()
    let connection = try await PostgresConnection.connect(server.configuration())
    try await connection.execute(script: Self.orders + "CHECKPOINT")
    async let audit = stage.audit(
      Self.contracts, stores: ["order-db": .postgresql(server.configuration())],
      limits: AuditLimits(rowsPerSecond: 200_000))
    try await eventually {
      try await !connection.query(
        """
        SELECT FROM pg_stat_activity WHERE application_name = 'concord audit' AND state = 'active' AND query LIKE 'COPY%'
        """
      ).rows.isEmpty
    }
    try server.crash()
    try await server.restart()
    let result = try #require(try await audit["orders-have-products"])
    switch result.status {
    case .errored: #expect(result.findingCount == 0)
    case .violated: #expect(result.findingCount == 10 && result.rowsExamined == 400_000, "\(result)")
    case .held, .skipped: Issue.record("what was read before the crash was taken for everything: \(result)")
    }
  }
}
