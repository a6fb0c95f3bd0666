internal import JSON
internal import RFC3339
private import ServiceKit

extension AnalyticsEvent {
  /// The event as clients see it.
  func json(id: Int) -> JSONValue {
    [
      "id": .integer(id),
      "event_name": .string(eventName),
      "user_uid": .text(userUID),
      "session_id": .text(sessionID),
      "properties": properties,
      "referrer": .text(referrer),
      "utm_source": .text(utmSource),
      "utm_medium": .text(utmMedium),
      "utm_campaign": .text(utmCampaign),
      "created_at": .time(createdAt),
    ]
  }
}

extension AnalyticsSummary {
  /// The summary as administrators see it.
  func json(from: Timestamp, to: Timestamp) -> JSONValue {
    let classes = (1...5).map { ("\($0)xx", JSONValue.integer(statusClasses[$0] ?? 0)) }
    return [
      "from": .time(from),
      "to": .time(to),
      "requests": [
        "total": .integer(statusClasses.values.reduce(0, +)),
        "by_status_class": .object(JSONObject(classes)),
        "by_service": .array(services.map(\.json)),
      ],
      "events": [
        "total": .integer(eventCount),
        "users": .integer(eventUsers),
        "by_name": .array(events.map(\.json)),
      ],
    ]
  }
}

extension AnalyticsSummary.Service {
  fileprivate var json: JSONValue {
    [
      "service_name": .string(name),
      "requests": .integer(requests),
      "server_errors": .integer(serverErrors),
      "median_latency_ms": .integer(medianLatency),
      "p95_latency_ms": .integer(p95Latency),
    ]
  }
}

extension AnalyticsSummary.Event {
  fileprivate var json: JSONValue {
    ["event_name": .string(name), "count": .integer(count), "users": .integer(users)]
  }
}
