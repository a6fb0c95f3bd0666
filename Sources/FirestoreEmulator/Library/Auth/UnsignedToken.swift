import FirestoreModel
import JSON
import RFC3339

/// ID and refresh tokens as the Firebase Auth emulator issues them: unsigned, so that no verifier for production
/// accepts them.
///
/// An ID token is a JWT with `alg` none: header, payload, an empty signature, and therefore a dot at the end. A refresh
/// token carries its account in itself, so that none have to be remembered.
enum UnsignedToken {
  /// Seconds that an ID token lasts.
  static let lifetime: Int64 = 3_600

  /// What the emulator reads back from an ID token.
  struct Claims: Sendable, Hashable {
    let localID: String
    let issuedAt: Int64
    let provider: String
  }

  /// Issues an ID token.
  static func issue(for account: Account, provider: String, project: String, now: Timestamp) -> String {
    var payload = JSONObject()
    payload["name"] = account.displayName.map(JSONValue.string)
    payload["picture"] = account.photoURL.map(JSONValue.string)
    if let text = account.customAttributes, case .object(let claims)? = try? JSONValue(parsing: text) {
      for claim in claims { payload[claim.key] = claim.value }
    }
    if provider == "anonymous" { payload["provider_id"] = "anonymous" }
    payload["email"] = account.email.map(JSONValue.string)
    if account.email != nil { payload["email_verified"] = .bool(account.isEmailVerified) }
    payload["phone_number"] = account.phoneNumber.map(JSONValue.string)
    payload["auth_time"] = number((account.lastLogin ?? now).seconds)
    payload["user_id"] = .string(account.localID)
    var identities = JSONObject()
    if let email = account.email { identities["email"] = [.string(email)] }
    if let phone = account.phoneNumber { identities["phone"] = [.string(phone)] }
    payload["firebase"] = ["identities": .object(identities), "sign_in_provider": .string(provider)]
    payload["iat"] = number(now.seconds)
    payload["exp"] = number(now.seconds + lifetime)
    payload["aud"] = .string(project)
    payload["iss"] = .string("https://securetoken.google.com/\(project)")
    payload["sub"] = .string(account.localID)
    let header: JSONValue = ["alg": "none", "typ": "JWT"]
    return Base64.encodeURL(header.utf8(.compact)) + "." + Base64.encodeURL(JSONValue.object(payload).utf8(.compact))
      + "."
  }

  /// Reads an ID token of this project; nil when it is none.
  ///
  /// Expiry is not looked at, as in Google's emulator.
  static func read(_ token: String, project: String) -> Claims? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let bytes = Base64.decode(String(parts[1])), let payload = try? JSONValue(parsing: bytes),
      let id = payload["user_id"]?.stringValue, let issued = payload["iat"]?.intValue,
      payload["aud"]?.stringValue == project
    else { return nil }
    let provider = payload["firebase"]?["sign_in_provider"]?.stringValue ?? "password"
    return Claims(localID: id, issuedAt: Int64(issued), provider: provider)
  }

  /// Issues a refresh token.
  static func issueRefreshToken(for account: Account, provider: String, project: String) -> String {
    let payload: JSONValue = [
      "_AuthEmulatorRefreshToken": "DO NOT MODIFY", "localId": .string(account.localID), "provider": .string(provider),
      "projectId": .string(project),
    ]
    return Base64.encodeURL(payload.utf8(.compact))
  }

  /// Reads a refresh token of this project; nil when it is none.
  static func readRefreshToken(_ token: String, project: String) -> (localID: String, provider: String)? {
    guard let bytes = Base64.decode(token), let payload = try? JSONValue(parsing: bytes),
      payload["_AuthEmulatorRefreshToken"] != nil, payload["projectId"]?.stringValue == project,
      let id = payload["localId"]?.stringValue, let provider = payload["provider"]?.stringValue
    else { return nil }
    return (id, provider)
  }

  private static func number(_ value: Int64) -> JSONValue { .number(JSONNumber(Int(value))) }
}
