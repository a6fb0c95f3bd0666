internal import APIGateway
internal import RFC3339
internal import ServiceKit

/// The tables of the gateway, but for what a fault does otherwise.
protocol FaultyGatewayStore: GatewayStore {
  /// The part as it should be.
  var sound: any GatewayStore { get }
}

extension FaultyGatewayStore {
  func append(_ entries: [LogEntry]) async throws(GatewayStoreError) { try await sound.append(entries) }
  func logs(_ filter: LogFilter, limit: Int) async throws(GatewayStoreError) -> [StoredLogEntry] {
    try await sound.logs(filter, limit: limit)
  }
  func insert(_ event: AnalyticsEvent) async throws(GatewayStoreError) -> Int { try await sound.insert(event) }
  func summary(from: Timestamp, to: Timestamp) async throws(GatewayStoreError) -> AnalyticsSummary {
    try await sound.summary(from: from, to: to)
  }
  func removeRequests(before time: Timestamp, limit: Int) async throws(GatewayStoreError) -> Int {
    try await sound.removeRequests(before: time, limit: limit)
  }
  func removeEvents(before time: Timestamp, limit: Int) async throws(GatewayStoreError) -> Int {
    try await sound.removeEvents(before: time, limit: limit)
  }
  func checkHealth() async throws(GatewayStoreError) { try await sound.checkHealth() }
}

/// Who the gateway asks about users, but for what a fault does otherwise.
protocol FaultyUserLookup: UserLookup {
  /// The part as it should be.
  var sound: any UserLookup { get }
}

extension FaultyUserLookup {
  func standing(of uid: String) async throws -> UserStanding { try await sound.standing(of: uid) }
  func forget(_ uid: String) { sound.forget(uid) }
  func session(_ token: String, of uid: String) async throws -> SessionStanding {
    try await sound.session(token, of: uid)
  }
}

extension APIGatewayParts {
  /// Puts another store in, also below the log, which writes through it.
  mutating func exchangeStore(_ exchange: (any GatewayStore) -> any GatewayStore) {
    let store = exchange(dependencies.store)
    dependencies.store = store
    dependencies.log = RequestLog(store: store, logger: dependencies.logger)
  }
}
