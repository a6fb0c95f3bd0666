internal import APIGateway
internal import JSON
internal import RFC3339

/// Writes no row for what was refused.
struct LosesRefusals: FaultyGatewayStore {
  let sound: any GatewayStore

  func append(_ entries: [LogEntry]) async throws(GatewayStoreError) {
    try await sound.append(entries.filter { $0.statusCode < 400 })
  }
}

/// Keeps only the beginning of a user's uid.
struct TruncatesUsers: FaultyGatewayStore {
  let sound: any GatewayStore

  func append(_ entries: [LogEntry]) async throws(GatewayStoreError) {
    var entries = entries
    for index in entries.indices { entries[index].userUID = entries[index].userUID.map { String($0.prefix(20)) } }
    try await sound.append(entries)
  }
}

/// Writes rows as if they were forty days old.
struct BackdatesRows: FaultyGatewayStore {
  let sound: any GatewayStore

  func append(_ entries: [LogEntry]) async throws(GatewayStoreError) {
    var entries = entries
    for index in entries.indices { entries[index].createdAt = entries[index].createdAt.adding(seconds: -40 * 86_400) }
    try await sound.append(entries)
  }
}

/// Writes events without their properties.
struct LosesProperties: FaultyGatewayStore {
  let sound: any GatewayStore

  func insert(_ event: AnalyticsEvent) async throws(GatewayStoreError) -> Int {
    var event = event
    event.properties = .object([:])
    return try await sound.insert(event)
  }
}
