package import JSON

/// An account as Firebase Auth knows it.
package struct AuthUser: Sendable, Hashable {
  /// The account's id, which is the subject of its tokens.
  package var uid: String

  /// The email address in lower case, nil when the account has none.
  package var email: String?

  /// Whether the address was confirmed by its owner.
  package var isEmailVerified: Bool

  /// The name to show, nil when none was given.
  package var displayName: String?

  /// Whether the account may not sign in.
  package var isDisabled: Bool

  /// The claims that an administrator added to the account's tokens.
  package var customClaims: JSONObject

  /// Creates an account's description.
  package init(
    uid: String, email: String? = nil, isEmailVerified: Bool = false, displayName: String? = nil,
    isDisabled: Bool = false, customClaims: JSONObject = [:]
  ) {
    self.uid = uid
    self.email = email
    self.isEmailVerified = isEmailVerified
    self.displayName = displayName
    self.isDisabled = isDisabled
    self.customClaims = customClaims
  }
}

extension AuthUser {
  /// Reads a user of an answer; nil when it has no id.
  init?(_ json: JSONValue) {
    guard let uid = json["localId"]?.stringValue else { return nil }
    let claims = json["customAttributes"]?.stringValue.flatMap { try? JSONValue(parsing: $0) }
    self.init(
      uid: uid, email: json["email"]?.stringValue, isEmailVerified: json["emailVerified"]?.boolValue ?? false,
      displayName: json["displayName"]?.stringValue, isDisabled: json["disabled"]?.boolValue ?? false,
      customClaims: claims?.objectValue ?? [:])
  }
}

/// What to change of an account; nil leaves a part as it is.
package struct AuthUserChanges: Sendable, Hashable {
  /// A new email address.
  package var email: String?

  /// A new password.
  package var password: String?

  /// A new name to show.
  package var displayName: String?

  /// Whether the address counts as confirmed.
  package var isEmailVerified: Bool?

  /// Whether the account may not sign in.
  package var isDisabled: Bool?

  /// Creates a list of changes.
  package init(
    email: String? = nil, password: String? = nil, displayName: String? = nil, isEmailVerified: Bool? = nil,
    isDisabled: Bool? = nil
  ) {
    self.email = email
    self.password = password
    self.displayName = displayName
    self.isEmailVerified = isEmailVerified
    self.isDisabled = isDisabled
  }
}

extension AuthUserChanges {
  /// The changes as members of a request.
  var members: JSONObject {
    var members = JSONObject()
    members["email"] = email.map { .string($0) }
    members["password"] = password.map { .string($0) }
    members["displayName"] = displayName.map { .string($0) }
    members["emailVerified"] = isEmailVerified.map { .bool($0) }
    members["disableUser"] = isDisabled.map { .bool($0) }
    return members
  }
}
