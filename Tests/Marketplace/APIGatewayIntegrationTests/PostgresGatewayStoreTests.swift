import FoundationEssentials
import JSON
import Postgres
import RFC3339
import ScratchPostgres
import ServiceKit
import Testing

@testable import APIGateway

@Suite("The gateway's tables in PostgreSQL")
struct PostgresGatewayStoreTests {
  private let start = Timestamp(seconds: 1_790_000_000)

  private static let initScript: String =
    String(#filePath.split(separator: "/Tests/", maxSplits: 1)[0]) + "/fixtures/database/gateway-init.sql"

  private func withStore(_ body: (PostgresGatewayStore, PostgresPool) async throws -> Void) async throws {
    let pool = PostgresPool(try await ScratchServer.database(from: "gateway-init.sql"), maximum: 2)
    do {
      try await body(PostgresGatewayStore(pool), pool)
    } catch {
      await pool.shutdown()
      throw error
    }
    await pool.shutdown()
  }

  private func entry(
    _ second: Int64, status: Int = 200, service: String? = "order-service", uid: String? = nil, milliseconds: Int = 5,
    path: String = "/x", agent: String? = nil
  ) -> LogEntry {
    LogEntry(
      AnsweredRequest(
        time: start.adding(seconds: second, nanoseconds: 123_456_000), method: "GET", path: path, operation: "",
        status: status, duration: .milliseconds(milliseconds), requestID: "r-\(second)",
        remoteAddress: "2001:db8::1", userAgent: agent, subject: uid, answeredBy: service))
  }

  private func event(_ name: String, uid: String? = nil, properties: JSONValue = [:]) -> AnalyticsEvent {
    AnalyticsEvent(
      eventName: name, userUID: uid, sessionID: nil, properties: properties, ipAddress: "192.0.2.1", userAgent: nil,
      referrer: "é💩'\"\\", utmSource: nil, utmMedium: nil, utmCampaign: nil, createdAt: start)
  }

  @Test("rows come back as they were written, newest first")
  func roundTrip() async throws {
    try await withStore { store, _ in
      try await store.append([entry(1, uid: "u", path: "/é'\"\\💩", agent: "a\tb"), entry(2, status: 404, service: nil)])
      let rows = try await store.logs(LogFilter(), limit: 10)
      #expect(rows.map { $0.json["request_id"] } == ["r-2", "r-1"])
      #expect(rows[0].json["service_name"] == "api-gateway" && rows[0].json["user_uid"] == .null)
      #expect(rows[1].json["path"] == "/é'\"\\💩" && rows[1].json["user_agent"] == "a\tb")
      #expect(rows[1].json["ip_address"] == "2001:db8::1" && rows[1].json["latency_ms"] == 5)
      #expect(
        rows[1].json["created_at"] == .string(start.adding(seconds: 1, nanoseconds: 123_456_000).rfc3339Microseconds))
    }
  }

  @Test("every filter narrows the page")
  func filters() async throws {
    try await withStore { store, _ in
      try await store.append((1...9).map { entry(Int64($0), status: $0 < 4 ? 500 : 200, uid: $0 == 5 ? "u" : nil) })
      func count(_ change: (inout LogFilter) -> Void) async throws -> Int {
        var filter = LogFilter()
        change(&filter)
        return try await store.logs(filter, limit: 100).count
      }
      #expect(try await count { _ in } == 9)
      #expect(try await count { $0.statusCode = 500 } == 3)
      #expect(try await count { $0.userUID = "u" } == 1)
      #expect(try await count { $0.requestID = "r-7" } == 1)
      #expect(try await count { $0.serviceName = "order-service" } == 9)
      #expect(try await count { $0.method = "POST" } == 0)
      #expect(try await count { $0.from = start.adding(seconds: 5) } == 5)
      #expect(try await count { $0.to = start.adding(seconds: 5) } == 4)
      #expect(try await count { $0.beforeID = 4 } == 3)
      #expect(try await store.logs(LogFilter(), limit: 2).map(\.id) == [9, 8])
    }
  }

  @Test("an event keeps its properties exactly enough for JSONB")
  func events() async throws {
    try await withStore { store, pool in
      let properties = try JSONValue(parsing: #"{"n":12345678901234567890,"s":"é\u0001"}"#)
      let id = try await store.insert(event("x", uid: "u", properties: properties))
      let rows = try await pool.withConnection { connection in
        try await connection.query(
          """
          SELECT properties->>'n' AS n, properties->>'s' AS s, host(ip_address) AS ip, referrer
          FROM analytics_events WHERE id = \(id)
          """
        ).rows
      }
      #expect(rows.first?["n"].text == "12345678901234567890" && rows.first?["s"].text == "é\u{1}")
      #expect(rows.first?["ip"].text == "192.0.2.1" && rows.first?["referrer"].text == "é💩'\"\\")
    }
  }

  @Test("the summary counts what lies in the span, its end excluded")
  func summary() async throws {
    try await withStore { store, _ in
      try await store.append((1...20).map { entry(Int64($0), status: $0 == 20 ? 503 : 200, milliseconds: $0) })
      try await store.append([entry(30), entry(5, status: 404, service: nil)])
      for (name, uid) in [("a", "u"), ("a", "u"), ("a", nil), ("b", "v")] {
        _ = try await store.insert(event(name, uid: uid))
      }
      let summary = try await store.summary(from: start, to: start.adding(seconds: 30))
      #expect(summary.statusClasses == [2: 19, 4: 1, 5: 1])
      #expect(
        summary.services == [
          .init(name: "order-service", requests: 20, serverErrors: 1, medianLatency: 10, p95Latency: 19),
          .init(name: "api-gateway", requests: 1, serverErrors: 0, medianLatency: 5, p95Latency: 5),
        ])
      #expect(summary.events == [.init(name: "a", count: 3, users: 1), .init(name: "b", count: 1, users: 1)])
      #expect(summary.eventCount == 4 && summary.eventUsers == 2)
    }
  }

  @Test("rows from before a time are removed, the oldest first, and no others")
  func removal() async throws {
    try await withStore { store, _ in
      try await store.append((1...6).map { entry(Int64(7 - $0)) })
      let end = start.adding(seconds: 5)
      #expect(try await store.removeRequests(before: end, limit: 3) == 3)
      #expect(try await store.logs(LogFilter(), limit: 10).map { $0.json["request_id"] } == ["r-4", "r-5", "r-6"])
      #expect(try await store.removeRequests(before: end, limit: 3) == 1)
      #expect(try await store.removeRequests(before: end, limit: 3) == 0)
      for name in ["a", "b", "c"] { _ = try await store.insert(event(name)) }
      #expect(try await store.removeEvents(before: start, limit: 9) == 0)
      #expect(try await store.removeEvents(before: end, limit: 2) == 2)
      #expect(try await store.removeEvents(before: end, limit: 2) == 1)
    }
  }

  @Test("the init script may run again and keeps what is there")
  func idempotent() async throws {
    try await withStore { store, pool in
      try await store.append([entry(1)])
      let script = try String(contentsOfFile: Self.initScript, encoding: .utf8)
      try await pool.withConnection { connection in try await connection.execute(script: script) }
      #expect(try await store.logs(LogFilter(), limit: 10).count == 1)
    }
  }

  @Test("tables, columns and indexes are those of the source document")
  func schema() async throws {
    try await withStore { _, pool in
      let (columns, indexes) = try await pool.withConnection { connection in
        let columns = try await connection.query(
          """
          SELECT table_name || '.' || column_name || ' ' || udt_name AS name FROM information_schema.columns
          WHERE table_schema = 'public'
          """
        ).rows.compactMap { $0["name"].text }
        let indexes = try await connection.query("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'").rows
          .compactMap { $0["indexdef"].text }
        return (Set(columns), indexes)
      }
      #expect(columns.count == 23)
      #expect(
        columns.isSuperset(of: [
          "api_logs.ip_address inet", "analytics_events.ip_address inet", "analytics_events.properties jsonb",
          "api_logs.created_at timestamp", "api_logs.user_uid varchar",
        ]))
      for place in [
        "api_logs USING btree (service_name)", "api_logs USING btree (status_code)", "api_logs USING btree (user_uid)",
        "api_logs USING btree (created_at)", "analytics_events USING btree (event_name)",
        "analytics_events USING btree (user_uid)", "analytics_events USING btree (created_at)",
        "analytics_events USING gin (properties)",
      ] {
        #expect(indexes.contains { $0.hasSuffix(place) }, "\(place)")
      }
    }
  }

  @Test("a server that is gone is unavailable, a row it does not take is refused")
  func errors() async throws {
    try await withStore { store, pool in
      await #expect(throws: GatewayStoreError.self) { try await store.append([entry(1, status: 7)]) }
      await pool.shutdown()
      let error = await #expect(throws: GatewayStoreError.self) { try await store.checkHealth() }
      if case .unavailable? = error {} else { Issue.record("a closed pool counts as unavailable") }
    }
  }
}
