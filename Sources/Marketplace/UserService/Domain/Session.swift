package import RFC3339

/// One document of the collection `user_sessions`: one sign-in on one device.
package struct Session: Sendable, Hashable {
  /// How long a session lives: seven days.
  package static let lifetime: Int64 = 7 * 24 * 3600

  /// The UUID that is both document id and secret.
  package let token: String
  /// The user who signed in.
  package let userUID: String
  /// The kind of device.
  package let deviceType: DeviceType
  /// The browser, as the client names it.
  package let browser: String?
  /// The operating system, as the client names it.
  package let os: String?
  /// The address from which the user signed in.
  package let ipAddress: String?
  /// The ISO 3166-1 code of the country, as the client names it.
  package let locationCountry: String?
  /// The city, as the client names it.
  package let locationCity: String?
  /// Whether the session was not ended.
  package var isActive: Bool
  /// When the session was last used.
  package var lastActivityAt: Timestamp
  /// When the user signed in.
  package let createdAt: Timestamp
  /// When the session ends by itself.
  package let expiresAt: Timestamp

  /// Whether the session was neither ended nor outlived.
  package func isOpen(at time: Timestamp) -> Bool { isActive && time < expiresAt }
}

/// The kind of device a session belongs to.
package enum DeviceType: String, Sendable, Hashable, CaseIterable {
  /// A desktop or laptop computer.
  case desktop
  /// A phone.
  case mobile
  /// A tablet.
  case tablet
  /// Anything else, or not known.
  case other
}
