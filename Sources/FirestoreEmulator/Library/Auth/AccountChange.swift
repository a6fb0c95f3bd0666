import JSON
import RFC3339

/// What an update asks to change; some of it only administrators may.
struct AccountChange: Sendable {
  let password: String?
  private let email: String?
  private let displayName: String?
  private let photoURL: String?
  private let deletedAttributes: Set<String>
  private let deletedProviders: Set<String>
  private let isEmailVerified: Bool?
  private let isDisabled: Bool?
  private let phoneNumber: String?
  private let customAttributes: String?
  private let validSince: Int64?

  /// Reads the body of an update.
  init(_ body: JSONValue, isAdmin: Bool) throws(AuthError) {
    password = body["password"]?.stringValue
    if let password { try AccountRules.checkPassword(password) }
    email = try body["email"]?.stringValue.map { text throws(AuthError) in try AccountRules.email(text) }
    displayName = body["displayName"]?.stringValue
    photoURL = body["photoUrl"]?.stringValue
    deletedAttributes = Set(body["deleteAttribute"]?.arrayValue?.compactMap(\.stringValue) ?? [])
    deletedProviders = Set(body["deleteProvider"]?.arrayValue?.compactMap(\.stringValue) ?? [])
    isEmailVerified = isAdmin ? body["emailVerified"]?.boolValue : nil
    isDisabled = isAdmin ? body["disableUser"]?.boolValue : nil
    phoneNumber =
      isAdmin
      ? try body["phoneNumber"]?.stringValue.map { text throws(AuthError) in try AccountRules.phone(text) } : nil
    customAttributes =
      isAdmin
      ? try body["customAttributes"]?.stringValue.map { text throws(AuthError) in try AccountRules.claims(text) } : nil
    let since = body["validSince"]
    validSince = isAdmin ? since?.stringValue.flatMap { Int64($0) } ?? since?.intValue.map(Int64.init) : nil
  }

  /// Changes an account; a new email or password makes older tokens invalid.
  func apply(to account: inout Account, password: Account.Password?, now: Timestamp) {
    if let email, email != account.email {
      account.email = email
      account.isEmailVerified = false
      account.validSince = now.seconds
    }
    if let password {
      account.password = password
      account.validSince = now.seconds
    }
    account.displayName = displayName ?? account.displayName
    account.photoURL = photoURL ?? account.photoURL
    account.isEmailVerified = isEmailVerified ?? account.isEmailVerified
    account.isDisabled = isDisabled ?? account.isDisabled
    account.phoneNumber = phoneNumber ?? account.phoneNumber
    account.customAttributes = customAttributes ?? account.customAttributes
    account.validSince = validSince ?? account.validSince
    if deletedAttributes.contains("DISPLAY_NAME") { account.displayName = nil }
    if deletedAttributes.contains("PHOTO_URL") { account.photoURL = nil }
    if deletedAttributes.contains("EMAIL") { account.email = nil }
    if deletedAttributes.contains("PASSWORD") || deletedProviders.contains("password") { account.password = nil }
    if deletedProviders.contains("phone") { account.phoneNumber = nil }
  }
}
