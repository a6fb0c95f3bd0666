private import JSON
package import Postgres
package import RFC3339
private import ServiceKit

/// The tables `api_logs` and `analytics_events` in PostgreSQL.
package struct PostgresGatewayStore: GatewayStore {
  private let pool: PostgresPool

  /// Creates a store over a pool.
  package init(_ pool: PostgresPool) { self.pool = pool }

  package func append(_ entries: [LogEntry]) async throws(GatewayStoreError) {
    // One parameter for any number of rows keeps one prepared statement.
    let rows = JSONValue.array(entries.map(\.row))
    _ = try await query(
      """
      INSERT INTO api_logs (service_name, path, method, status_code, latency_ms, user_uid, ip_address, user_agent,
        request_id, created_at)
      SELECT service_name, path, method, status_code, latency_ms, user_uid, ip_address, user_agent, request_id,
        created_at
      FROM jsonb_to_recordset(\(rows)::jsonb) AS row (service_name text, path text, method text, status_code int,
        latency_ms int, user_uid text, ip_address inet, user_agent text, request_id text, created_at timestamp)
      """)
  }

  package func logs(_ filter: LogFilter, limit: Int) async throws(GatewayStoreError) -> [StoredLogEntry] {
    var statement: SQL = """
      SELECT id, service_name, path, method, status_code, latency_ms, user_uid, host(ip_address) AS ip_address,
        user_agent, request_id, created_at
      FROM api_logs WHERE true
      """
    if let name = filter.serviceName { statement += " AND service_name = \(name)" }
    if let method = filter.method { statement += " AND method = \(method)" }
    if let status = filter.statusCode { statement += " AND status_code = \(status)" }
    if let uid = filter.userUID { statement += " AND user_uid = \(uid)" }
    if let id = filter.requestID { statement += " AND request_id = \(id)" }
    if let from = filter.from { statement += " AND created_at >= \(from)" }
    if let to = filter.to { statement += " AND created_at < \(to)" }
    if let id = filter.beforeID { statement += " AND id < \(id)" }
    statement += " ORDER BY id DESC LIMIT \(limit)"
    return try await decoding(statement) { row throws(PostgresError) in
      let id = try row["id"].decode(Int.self)
      return StoredLogEntry(
        id: id,
        json: [
          "id": .integer(id),
          "service_name": .string(try row["service_name"].decode()),
          "path": .string(try row["path"].decode()),
          "method": .string(try row["method"].decode()),
          "status_code": .integer(try row["status_code"].decode()),
          "latency_ms": .integer(try row["latency_ms"].decode()),
          "user_uid": .text(try row["user_uid"].decode()),
          "ip_address": .text(try row["ip_address"].decode()),
          "user_agent": .text(try row["user_agent"].decode()),
          "request_id": .text(try row["request_id"].decode()),
          "created_at": .time(try row["created_at"].decode(Timestamp.self)),
        ])
    }
  }

  package func insert(_ event: AnalyticsEvent) async throws(GatewayStoreError) -> Int {
    let ids = try await decoding(
      """
      INSERT INTO analytics_events (event_name, user_uid, session_id, properties, ip_address, user_agent, referrer,
        utm_source, utm_medium, utm_campaign, created_at)
      VALUES (\(event.eventName), \(event.userUID.postgresParameter), \(event.sessionID.postgresParameter),
        \(event.properties)::jsonb, \(event.ipAddress.postgresParameter)::inet,
        \(event.userAgent.postgresParameter), \(event.referrer.postgresParameter),
        \(event.utmSource.postgresParameter), \(event.utmMedium.postgresParameter),
        \(event.utmCampaign.postgresParameter), \(event.createdAt))
      RETURNING id
      """
    ) { row throws(PostgresError) in try row["id"].decode(Int.self) }
    guard let id = ids.first else { throw .refused("an insert returned no id") }
    return id
  }

  package func summary(from: Timestamp, to: Timestamp) async throws(GatewayStoreError) -> AnalyticsSummary {
    let classes = try await decoding(
      """
      SELECT status_code / 100 AS class, count(*) AS requests FROM api_logs
      WHERE created_at >= \(from) AND created_at < \(to) GROUP BY 1
      """
    ) { row throws(PostgresError) in (try row["class"].decode(Int.self), try row["requests"].decode(Int.self)) }
    let totals = try await decoding(
      """
      SELECT count(*) AS events, count(DISTINCT user_uid) AS users FROM analytics_events
      WHERE created_at >= \(from) AND created_at < \(to)
      """
    ) { row throws(PostgresError) in (try row["events"].decode(Int.self), try row["users"].decode(Int.self)) }
    return AnalyticsSummary(
      statusClasses: Dictionary(classes, uniquingKeysWith: +), services: try await services(from, to),
      events: try await events(from, to), eventCount: totals.first?.0 ?? 0, eventUsers: totals.first?.1 ?? 0)
  }

  package func removeRequests(before time: Timestamp, limit: Int) async throws(GatewayStoreError) -> Int {
    try await decoding(
      """
      DELETE FROM api_logs WHERE id IN (
        SELECT id FROM api_logs WHERE created_at < \(time) ORDER BY created_at LIMIT \(limit)) RETURNING 1
      """
    ) { _ throws(PostgresError) in 1 }.count
  }

  package func removeEvents(before time: Timestamp, limit: Int) async throws(GatewayStoreError) -> Int {
    try await decoding(
      """
      DELETE FROM analytics_events WHERE id IN (
        SELECT id FROM analytics_events WHERE created_at < \(time) ORDER BY created_at LIMIT \(limit)) RETURNING 1
      """
    ) { _ throws(PostgresError) in 1 }.count
  }

  package func checkHealth() async throws(GatewayStoreError) {
    _ = try await query("SELECT 1 FROM api_logs LIMIT 1")
  }

  private func services(
    _ from: Timestamp, _ to: Timestamp
  ) async throws(GatewayStoreError) -> [AnalyticsSummary.Service] {
    try await decoding(
      """
      SELECT service_name, count(*) AS requests, count(*) FILTER (WHERE status_code >= 500) AS errors,
        percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY latency_ms) AS latencies
      FROM api_logs WHERE created_at >= \(from) AND created_at < \(to)
      GROUP BY service_name ORDER BY requests DESC, service_name
      """
    ) { row throws(PostgresError) in
      // One sort for both shares.
      let latencies = try row["latencies"].decode([Int].self)
      return AnalyticsSummary.Service(
        name: try row["service_name"].decode(), requests: try row["requests"].decode(),
        serverErrors: try row["errors"].decode(), medianLatency: latencies.first ?? 0,
        p95Latency: latencies.last ?? 0)
    }
  }

  private func events(
    _ from: Timestamp, _ to: Timestamp
  ) async throws(GatewayStoreError) -> [AnalyticsSummary.Event] {
    try await decoding(
      """
      SELECT event_name, count(*) AS events, count(DISTINCT user_uid) AS users FROM analytics_events
      WHERE created_at >= \(from) AND created_at < \(to)
      GROUP BY event_name ORDER BY events DESC, event_name LIMIT 100
      """
    ) { row throws(PostgresError) in
      AnalyticsSummary.Event(
        name: try row["event_name"].decode(), count: try row["events"].decode(), users: try row["users"].decode())
    }
  }

  private func query(_ statement: SQL) async throws(GatewayStoreError) -> PostgresResult {
    do {
      return try await pool.withConnection { connection in try await connection.query(statement) }
    } catch let error as PostgresError {
      throw GatewayStoreError(error)
    } catch {
      throw .unavailable("\(error)")
    }
  }

  private func decoding<T>(
    _ statement: SQL, _ read: (PostgresRow) throws(PostgresError) -> T
  ) async throws(GatewayStoreError) -> [T] {
    let result = try await query(statement)
    do throws(PostgresError) {
      var items: [T] = []
      for row in result.rows { items.append(try read(row)) }
      return items
    } catch {
      throw GatewayStoreError(error)
    }
  }
}

extension GatewayStoreError {
  /// A statement that the server refused is a defect; everything else passes.
  fileprivate init(_ error: PostgresError) {
    let isDefect = error.code == .decoding || error.code == .invalidRequest
    let isRefusal = error.code == .server && !error.isConnectionFailure && !error.isRetryable && !error.isQueryCanceled
    self = isDefect || isRefusal ? .refused("\(error)") : .unavailable("\(error)")
  }
}

extension LogEntry {
  /// The row as `jsonb_to_recordset` takes it.
  fileprivate var row: JSONValue {
    [
      "service_name": .string(serviceName),
      "path": .string(path),
      "method": .string(method),
      "status_code": .integer(statusCode),
      "latency_ms": .integer(latencyMilliseconds),
      "user_uid": .text(userUID),
      "ip_address": .text(ipAddress),
      "user_agent": .text(userAgent),
      "request_id": .string(requestID),
      "created_at": .string(createdAt.postgres),
    ]
  }
}
