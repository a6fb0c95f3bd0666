import Audit
import Postgres
import RunModel
import Testing

@Suite("The audit only reads")
struct ReadOnlyTests {
  @Test("a rule that tries to write is refused by the server, whatever it tries")
  func writing() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE orders (id int PRIMARY KEY); CREATE SEQUENCE numbers; INSERT INTO orders VALUES (1);
        CREATE FUNCTION write() RETURNS int LANGUAGE plpgsql AS
          $$ BEGIN INSERT INTO orders VALUES (99); RETURN 0; END $$;
        CREATE FUNCTION unlock() RETURNS int LANGUAGE plpgsql AS
          $$ BEGIN SET transaction_read_only = off; INSERT INTO orders VALUES (98); RETURN 0; END $$;
        CREATE FUNCTION commits() RETURNS int LANGUAGE plpgsql AS
          $$ BEGIN PERFORM set_config('default_transaction_read_only', 'off', false); RETURN 0; END $$
        """)
    func rule(_ id: String, _ query: String) -> String {
      "      - {id: \(id), type: sql, query: \"\(query)\", mustBe: 0}\n"
    }
    let orders = AuditStage.contract(
      "order-db",
      """
        - name: orders
          properties: [{name: id, primaryKey: true}]
          quality:

      """
        + rule("function", "SELECT write()") + rule("unlocked", "SELECT unlock()")
        + rule("sequence", "SELECT nextval('numbers')")
        + rule("statement", "WITH gone AS (DELETE FROM orders RETURNING id) SELECT count(*) FROM gone")
        + rule("setting", "SELECT commits()") + rule("after-setting", "SELECT write() + 0"))
    // Several rounds: a setting that a rule left behind in a session must not open the next transaction either.
    for _ in 0..<3 {
      let results = try await stage.audit([orders])
      let refused = "read_only_sql_transaction (25006)"
      for id in ["function", "sequence", "after-setting"] {
        #expect(results[id]?.reason?.hasPrefix(refused) == true, "\(id): \(results[id]?.reason ?? "decided")")
      }
      #expect(results["unlocked"]?.reason?.contains("25001") == true, "\(results["unlocked"]?.reason ?? "decided")")
      #expect(results["statement"]?.reason?.hasPrefix("feature_not_supported (0A000)") == true)
      #expect(results["setting"]?.status == .held)
    }
    #expect(try await stage.orders.query("SELECT count(*), max(id) FROM orders").rows[0][0].decode(Int.self) == 1)
    #expect(try await stage.orders.query("SELECT is_called FROM numbers").rows[0][0].decode(Bool.self) == false)
  }

  @Test("the protocol takes one statement only, even if text could break out of its brackets")
  func oneStatement() async throws {
    let stage = try await AuditStage()
    await #expect {
      try await stage.orders.query(SQL(unsafe: "SELECT (SELECT 1); CREATE TABLE broken (id int)"))
    } throws: {
      ($0 as? PostgresError)?.sqlState == "42601"
    }
    #expect(try await stage.orders.query("SELECT to_regclass('broken') IS NULL").rows[0][0].decode(Bool.self))
  }

  @Test("a role that may only select is enough, also where it may not see the write-ahead log")
  func leastPrivilege() async throws {
    let stage = try await AuditStage()
    let role = "reader_\(UInt32.random(in: 0...UInt32.max))"
    try await stage.orders.execute(
      script: """
        CREATE TABLE orders (id int PRIMARY KEY, parent int); INSERT INTO orders VALUES (1, NULL), (2, 9);
        CREATE TABLE secrets (id int PRIMARY KEY);
        CREATE ROLE \(role) LOGIN; GRANT USAGE ON SCHEMA public TO \(role); GRANT SELECT ON orders TO \(role);
        REVOKE EXECUTE ON FUNCTION pg_current_wal_lsn() FROM PUBLIC
        """)
    var configuration = stage.configuration("order-db")
    configuration.user = role
    let orders = AuditStage.contract(
      "order-db",
      """
        - name: orders
          properties:
            - {name: id, primaryKey: true}
            - {name: parent, \(AuditStage.refers(to: "orders.id", "parents-exist"))}
        - name: secrets
          properties: [{name: id, quality: [{id: forbidden, metric: nullValues, mustBe: 0}]}]
      """)
    let results = try await stage.audit([orders], stores: ["order-db": .postgresql(configuration)])
    #expect(results["parents-exist"]?.subjects == ["2"])
    #expect(results["parents-exist"]?.findings.first?.witness.map(\.position) == [nil, nil, nil])
    #expect(results["forbidden"]?.reason?.hasPrefix("insufficient_privilege (42501)") == true)
  }

  @Test("sessions say who they are, and leave nothing behind")
  func sessions() async throws {
    func setting(_ name: String) -> String { "\"SELECT current_setting('\(name)')\"" }
    let stage = try await AuditStage()
    try await stage.orders.execute(script: "CREATE TABLE orders (id int PRIMARY KEY)")
    let orders = AuditStage.contract(
      "order-db",
      """
        - name: orders
          properties: [{name: id, primaryKey: true}]
          quality:
            - {id: name, type: sql, query: \(setting("application_name")), mustBe: concord audit}
            - {id: statement-timeout, type: sql, query: \(setting("statement_timeout")), mustBe: 5min}
            - {id: lock-timeout, type: sql, query: \(setting("lock_timeout")), mustBe: 5s}
            - {id: idle-timeout, type: sql, query: \(setting("idle_in_transaction_session_timeout")), mustBe: 5min}
            - {id: isolation, type: sql, query: \(setting("transaction_isolation")), mustBe: repeatable read}
      """)
    let results = try await stage.audit([orders])
    #expect(results.count == 5)
    for (id, result) in results { #expect(result.status == .held, "\(id): \(result)") }
    try await eventually {
      try await stage.orders.query(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE application_name = 'concord audit' AND datname = current_database()
        """
      ).rows[0][0].decode(Int.self) == 0
    }
  }
}
