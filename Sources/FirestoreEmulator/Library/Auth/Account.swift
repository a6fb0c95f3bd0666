import FirestoreModel
import JSON
import RFC3339
import SecureHash

/// A user account of Firebase Auth.
struct Account: Sendable {
  /// A password as the emulator keeps it: salted SHA-256.
  ///
  /// Enough that development passwords are not lying around in memory or in exports; not a substitute for the slow hash
  /// that production uses.
  struct Password: Sendable {
    let salt: [UInt8]
    let hash: [UInt8]
    let changed: Timestamp

    init(_ password: String, salt: [UInt8], changed: Timestamp) {
      self.salt = salt
      hash = SHA256.hash(salt + Array(password.utf8))
      self.changed = changed
    }

    func matches(_ password: String) -> Bool {
      SHA256.hash(salt + Array(password.utf8)) == hash
    }
  }

  let localID: String
  let created: Timestamp
  /// Lower case.
  var email: String?
  var isEmailVerified = false
  var phoneNumber: String?
  var displayName: String?
  var photoURL: String?
  var password: Password?
  var isDisabled = false
  /// Custom claims, as the text of a JSON object.
  var customAttributes: String?
  /// Tokens issued before this second are refused.
  var validSince: Int64
  var lastLogin: Timestamp?
  var lastRefresh: Timestamp?

  init(localID: String, created: Timestamp) {
    self.localID = localID
    self.created = created
    validSince = created.seconds
  }

  /// The form that lookup and batchGet answer.
  var json: JSONValue {
    var user: JSONObject = ["localId": .string(localID)]
    user["email"] = email.map(JSONValue.string)
    if email != nil { user["emailVerified"] = .bool(isEmailVerified) }
    user["displayName"] = displayName.map(JSONValue.string)
    user["photoUrl"] = photoURL.map(JSONValue.string)
    user["phoneNumber"] = phoneNumber.map(JSONValue.string)
    if let password {
      user["passwordHash"] = .string(Base64.encodeURL(password.hash))
      user["salt"] = .string(Base64.encodeURL(password.salt))
      user["passwordUpdatedAt"] = .number(JSONNumber(Int(Account.milliseconds(password.changed))))
    }
    if !providers.isEmpty { user["providerUserInfo"] = .array(providers) }
    user["validSince"] = .string(String(validSince))
    user["disabled"] = .bool(isDisabled)
    user["createdAt"] = .string(String(Account.milliseconds(created)))
    user["lastLoginAt"] = lastLogin.map { .string(String(Account.milliseconds($0))) }
    user["lastRefreshAt"] = lastRefresh.map { .string($0.rfc3339Milliseconds) }
    user["customAttributes"] = customAttributes.map(JSONValue.string)
    return .object(user)
  }

  /// The ways to sign in that the account is linked to.
  var providers: [JSONValue] {
    var list: [JSONValue] = []
    if let email, password != nil {
      var provider: JSONObject = [
        "providerId": "password", "email": .string(email), "federatedId": .string(email), "rawId": .string(email),
      ]
      provider["displayName"] = displayName.map(JSONValue.string)
      provider["photoUrl"] = photoURL.map(JSONValue.string)
      list.append(.object(provider))
    }
    if let phoneNumber {
      list.append(["providerId": "phone", "phoneNumber": .string(phoneNumber), "rawId": .string(phoneNumber)])
    }
    return list
  }

  static func milliseconds(_ time: Timestamp) -> Int64 {
    time.seconds * 1_000 + Int64(time.nanoseconds) / 1_000_000
  }
}
