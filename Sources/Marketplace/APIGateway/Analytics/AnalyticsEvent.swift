package import JSON
package import RFC3339

/// One row of `analytics_events` before it has an id: something a visitor did.
package struct AnalyticsEvent: Sendable, Hashable {
  /// What happened, such as "product_viewed".
  package let eventName: String
  /// The verified uid of the visitor, nil for a stranger.
  package let userUID: String?
  /// The open session of that user in which it happened.
  package let sessionID: String?
  /// Details, any JSON object.
  package var properties: JSONValue
  /// The numeric address of the visitor.
  package let ipAddress: String?
  /// The program of the visitor.
  package let userAgent: String?
  /// The page the visitor came from.
  package let referrer: String?
  /// The campaign source.
  package let utmSource: String?
  /// The campaign medium.
  package let utmMedium: String?
  /// The campaign name.
  package let utmCampaign: String?
  /// When it was reported.
  package let createdAt: Timestamp
}

/// How often what happened.
package struct AnalyticsSummary: Sendable, Hashable {
  /// Requests to one service.
  package struct Service: Sendable, Hashable {
    /// The service that answered.
    package let name: String
    /// All its answers.
    package let requests: Int
    /// Its answers with status 500 and above.
    package let serverErrors: Int
    /// The median time to the answer in milliseconds.
    package let medianLatency: Int
    /// The time in milliseconds within which 95 of 100 answers came.
    package let p95Latency: Int
  }

  /// Events of one name.
  package struct Event: Sendable, Hashable {
    /// What happened.
    package let name: String
    /// How often.
    package let count: Int
    /// To how many known users.
    package let users: Int
  }

  /// Answers by the first digit of their status, 1 to 5.
  package let statusClasses: [Int: Int]
  /// By service, most requests first.
  package let services: [Service]
  /// By name, most frequent first, at most 100.
  package let events: [Event]
  /// All events.
  package let eventCount: Int
  /// All known users with an event.
  package let eventUsers: Int
}
