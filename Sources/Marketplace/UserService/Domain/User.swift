package import RFC3339

/// One document of the collection `users`: who a person is to the platform.
package struct User: Sendable, Hashable {
  /// The Firebase uid, which is the document id.
  package let uid: String
  /// The e-mail address in lower case, the form in which Firebase compares it.
  package let email: String
  /// The given name.
  package var firstName: String
  /// The family name.
  package var lastName: String
  /// The phone number in the form of E.164.
  package var phoneNumber: String?
  /// Whether the user may act.
  package var status: UserStatus
  /// When the user last signed in.
  package var lastLoginAt: Timestamp?
  /// How often the user signed in.
  package var loginCount: Int64
  /// Whether the e-mail address was confirmed.
  package var emailVerified: Bool
  /// The name of the time zone.
  package var timezone: String
  /// The language tag.
  package var language: String
  /// Where the user registered.
  package let source: UserSource
  /// The address from which the user registered.
  package let ipAddress: String?
  /// The program with which the user registered.
  package let userAgent: String?
  /// When the user registered.
  package let createdAt: Timestamp
  /// When the document last changed.
  package var updatedAt: Timestamp
  /// When the user was deleted; the document stays, because orders and reviews refer to it.
  package var deletedAt: Timestamp?

  /// Whether the optional part of the profile is filled in.
  package var profileCompleted: Bool { phoneNumber != nil }

  /// Whether the user may sign in and act.
  package var isActive: Bool { status == .active }
}

/// Whether a user may act.
package enum UserStatus: String, Sendable, Hashable, CaseIterable {
  /// May sign in and act.
  case active
  /// Locked out by an administrator for the time being.
  case suspended
  /// Gone for good; only the document is kept.
  case deleted
}

/// Where a user registered.
package enum UserSource: String, Sendable, Hashable, CaseIterable {
  /// On the web site.
  case web
  /// In the mobile app.
  case mobile
  /// Through another system.
  case api
}
