private import HTTP
internal import JSON
internal import RFC3339
internal import ServiceKit

/// What the gateway answers itself: events of visitors, and what administrators read of requests and events.
struct AnalyticsAPI: Sendable {
  let store: any GatewayStore
  let log: RequestLog
  let users: any UserLookup
  let clock: any WallClock

  static let access: [String: AccessRule] = [
    "recordEvent": .anyoneIdentified, "listLogs": .administrators, "getAnalyticsSummary": .administrators,
  ]

  func addRoutes(to router: inout Router) {
    router.post("\(Proxy.prefix)/analytics/events", operation: "recordEvent", recordEvent)
    router.get("\(Proxy.prefix)/analytics/summary", operation: "getAnalyticsSummary", summary)
    router.get("\(Proxy.prefix)/logs", operation: "listLogs", listLogs)
  }

  @Sendable private func recordEvent(_ request: ServiceRequest) async throws -> ServiceResponse {
    let event = try await request.decode(maximumBytes: 64 << 10) { fields in
      let event = AnalyticsEvent(
        eventName: fields.string("event_name", length: 1...100, rule: .eventName),
        userUID: request.caller.uid,
        sessionID: fields.optionalString("session_id", length: 36...36, rule: .uuid)?.lowercased(),
        properties: fields.objectValue("properties"),
        ipAddress: request.clientAddress,
        userAgent: request.headers["User-Agent"].map { String($0.prefix(512)) },
        referrer: fields.optionalString("referrer", length: 1...2048),
        utmSource: fields.optionalString("utm_source", length: 1...255),
        utmMedium: fields.optionalString("utm_medium", length: 1...255),
        utmCampaign: fields.optionalString("utm_campaign", length: 1...255),
        createdAt: clock.now().truncatedToMicroseconds())
      if event.eventName == "product_viewed", event.properties["product_id"] == nil {
        fields.violation("properties", "must name the product_id of the product that was viewed")
      }
      return event
    }
    if let sessionID = event.sessionID { try await requireOwnSession(sessionID, event.userUID) }
    let id = try await store.insert(event)
    return .json(event.json(id: id), status: 201)
  }

  private func requireOwnSession(_ sessionID: String, _ uid: String?) async throws {
    guard let uid else { throw Problem.unauthorized("An event with a session_id needs the token of its user.") }
    switch try await users.session(sessionID, of: uid) {
    case .open: break
    case .foreign: throw Problem.forbidden("The session belongs to another user.")
    case .unknown: throw Problem.notFound("There is no such session, or it is over.", kind: "session-not-found")
    }
  }

  @Sendable private func listLogs(_ request: ServiceRequest) async throws -> ServiceResponse {
    let (filter, limit) = try request.readQuery { query in
      var filter = LogFilter()
      filter.serviceName = query.optionalString("service_name", length: 1...100)
      filter.method = query.optionalString("method", length: 1...16)
      filter.statusCode = query.optionalInteger("status_code", in: 100...599)
      filter.userUID = query.optionalString("user_uid", length: 1...255)
      filter.requestID = query.optionalString("request_id", length: 1...128)
      filter.from = query.optionalTimestamp("from")
      filter.to = query.optionalTimestamp("to")
      let paging = query.paging()
      filter.beforeID = try Self.position(paging)
      return (filter, paging.limit)
    }
    // Whoever looks at the log right after a request finds it there.
    await log.flush()
    let rows = try await store.logs(filter, limit: limit + 1)
    let page = rows.prefix(limit)
    let next = rows.count > limit ? page.last.map { Cursor(.integer($0.id)) } : nil
    return .page(page.map { .object($0.json) }, next: next)
  }

  @Sendable private func summary(_ request: ServiceRequest) async throws -> ServiceResponse {
    let now = clock.now().truncatedToMicroseconds()
    let (from, to) = try request.readQuery { query in
      let to = query.optionalTimestamp("to") ?? now
      let from = query.optionalTimestamp("from") ?? to.adding(seconds: -24 * 3600)
      if from >= to { query.violation("from", "must be before to") }
      return (from, to)
    }
    await log.flush()
    return .json(try await store.summary(from: from, to: to).json(from: from, to: to))
  }

  private static func position(_ paging: Paging) throws -> Int? {
    guard let cursor = paging.cursor else { return nil }
    guard cursor.fields.count == 1, let id = cursor.fields[0].intValue, id > 0 else { throw Cursor.invalid }
    return id
  }
}

extension StringRule {
  /// The name of an event: lower-case words joined by underscores or dots.
  ///
  /// `^[a-z][a-z0-9_.]*$`
  fileprivate static let eventName = StringRule("be a name such as product_viewed") { text in
    guard let first = text.utf8.first, (0x61...0x7A).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F || byte == 0x2E
    }
  }
}

extension ObjectReader {
  /// Any JSON object, empty when absent.
  fileprivate func objectValue(_ key: String) -> JSONValue {
    guard let value = json(key) else { return .object([:]) }
    if value.objectValue == nil { violation(key, "must be an object") }
    return value
  }
}
