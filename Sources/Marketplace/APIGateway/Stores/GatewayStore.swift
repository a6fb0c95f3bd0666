package import JSON
package import RFC3339
package import ServiceKit

/// The tables of the gateway.
package protocol GatewayStore: Sendable {
  /// Adds rows to `api_logs`, all or none.
  func append(_ entries: [LogEntry]) async throws(GatewayStoreError)

  /// Rows of `api_logs` from the newest to the oldest, at most `limit`.
  func logs(_ filter: LogFilter, limit: Int) async throws(GatewayStoreError) -> [StoredLogEntry]

  /// Adds a row to `analytics_events` and returns its id.
  func insert(_ event: AnalyticsEvent) async throws(GatewayStoreError) -> Int

  /// Counts requests and events in a span of time, its end excluded.
  func summary(from: Timestamp, to: Timestamp) async throws(GatewayStoreError) -> AnalyticsSummary

  /// Removes the oldest rows of `api_logs` from before a time, at most `limit`; returns how many there were.
  func removeRequests(before time: Timestamp, limit: Int) async throws(GatewayStoreError) -> Int

  /// Removes the oldest rows of `analytics_events` from before a time, at most `limit`; returns how many there were.
  func removeEvents(before time: Timestamp, limit: Int) async throws(GatewayStoreError) -> Int

  /// Throws when the database does not answer.
  func checkHealth() async throws(GatewayStoreError)
}

/// Which rows of `api_logs` are wanted.
package struct LogFilter: Sendable, Hashable {
  /// Only answers of this service.
  package var serviceName: String?
  /// Only requests with this method.
  package var method: String?
  /// Only answers with this status.
  package var statusCode: Int?
  /// Only requests of this user.
  package var userUID: String?
  /// Only the request with this id.
  package var requestID: String?
  /// Only answers at this time or later.
  package var from: Timestamp?
  /// Only answers before this time.
  package var to: Timestamp?
  /// Only rows with a smaller id, for the next page.
  package var beforeID: Int?

  /// Creates a filter that lets everything pass.
  package init() {}
}

/// A row of `api_logs`.
package struct StoredLogEntry: Sendable, Hashable {
  /// The id of the row.
  package let id: Int
  /// What the row says, as clients see it.
  package let json: JSONObject

  /// Pairs an id with a row.
  package init(id: Int, json: JSONObject) {
    self.id = id
    self.json = json
  }
}

/// Why the store could not do what was asked.
package enum GatewayStoreError: Error, Sendable, Hashable {
  /// The database does not answer.
  case unavailable(String)
  /// The database refused a statement: a defect of ours.
  case refused(String)
}

extension GatewayStoreError: ProblemConvertible, CustomStringConvertible {
  /// 503 when the database is away, 500 when it is a defect.
  package var problem: Problem {
    switch self {
    case .unavailable: .unavailable(service: "gateway-database")
    case .refused: Problem(status: 500, kind: "internal-error", detail: "The service could not answer; it logged why.")
    }
  }

  /// What happened, for a log.
  package var description: String {
    switch self {
    case .unavailable(let why): "the gateway database does not answer: \(why)"
    case .refused(let why): "the gateway database refused: \(why)"
    }
  }
}
