package import JSON
package import RFC3339

/// A Firebase ID token taken apart: what it claims, not whether that is true.
///
/// A JSON Web Token in compact form (RFC 7519 section 3, RFC 7515 section 3.1). Only an `IDTokenVerifier` says whether
/// the claims may be believed.
package struct IDToken: Sendable, Hashable {
  /// The most bytes that a token may have; Firebase limits custom claims to 1,000 bytes.
  package static let maximumBytes = 16 << 10

  /// The algorithm of the signature, header `alg`.
  package let algorithm: String

  /// The key of the signature, header `kid`; nil without one.
  package let keyID: String?

  /// The user's id, claim `sub`: 1 to 128 characters.
  package let subject: String

  /// The project, claim `aud`.
  package let audience: String

  /// Who issued the token, claim `iss`.
  package let issuer: String

  /// When the token was issued, claim `iat`.
  package let issuedAt: Timestamp

  /// When the token ends, claim `exp`.
  package let expiresAt: Timestamp

  /// When the user signed in, claim `auth_time`; nil without one.
  package let authenticatedAt: Timestamp?

  /// The user's email address; nil without one.
  package let email: String?

  /// Whether the address was confirmed; false when the token does not say.
  package let isEmailVerified: Bool

  /// The claims beyond those of Firebase itself.
  package let customClaims: JSONObject

  /// All claims as they stand in the token.
  package let claims: JSONObject

  /// The bytes that the signature covers: header, dot and payload as they came.
  package let signedBytes: [UInt8]

  /// The signature; empty in tokens of the emulator.
  package let signature: [UInt8]

  /// The user's id under the name that the services use.
  package var uid: String { subject }

  /// Takes a token apart.
  ///
  /// Refuses whatever two readers could understand differently: padding, other alphabets, duplicate members, numbers in
  /// strings, an audience that is a list.
  package init(parsing token: String) throws(IDTokenError) {
    guard token.utf8.count <= Self.maximumBytes else { throw .malformed("it is larger than 16 KiB.") }
    let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw .malformed("it has not three parts.") }
    let header = ClaimReader(try Self.object(parts[0], "header"))
    let reader = ClaimReader(try Self.object(parts[1], "payload"))
    guard let signature = Base64URL.decode(parts[2]) else { throw .malformed("its signature is not base64url.") }
    guard header.members["crit"] == nil else { throw .malformed("it demands extensions that nobody here knows.") }
    algorithm = try header.required("alg", \.stringValue)
    keyID = try header.optional("kid", \.stringValue)
    subject = try reader.required("sub", \.stringValue)
    audience = try reader.required("aud", \.stringValue)
    issuer = try reader.required("iss", \.stringValue)
    issuedAt = try reader.required("iat", \.instant)
    expiresAt = try reader.required("exp", \.instant)
    authenticatedAt = try reader.optional("auth_time", \.instant)
    email = try reader.optional("email", \.stringValue)
    isEmailVerified = try reader.optional("email_verified", \.boolValue) ?? false
    guard (1...128).contains(subject.unicodeScalars.count) else {
      throw .malformed("its subject has not 1 to 128 characters.")
    }
    claims = reader.members
    customClaims = JSONObject(
      reader.members.lazy.filter { !Self.ownClaims.contains($0.key) }.map { ($0.key, $0.value) })
    signedBytes = Array(token.utf8.prefix(parts[0].count + 1 + parts[1].count))
    self.signature = signature
  }

  /// The claims that Firebase itself puts into a token.
  private static let ownClaims: Set<String> = [
    "iss", "aud", "auth_time", "user_id", "sub", "iat", "exp", "email", "email_verified", "phone_number", "name",
    "picture", "firebase", "provider_id",
  ]

  private static func object(_ part: some Collection<UInt8>, _ name: String) throws(IDTokenError) -> JSONObject {
    guard let bytes = Base64URL.decode(part) else { throw .malformed("its \(name) is not base64url.") }
    var options = JSONParser.Options()
    options.duplicateKeys = .reject
    options.maximumDepth = 32
    guard let object = (try? JSONValue(parsing: bytes, options: options))?.objectValue else {
      throw .malformed("its \(name) is not a JSON object with unique members.")
    }
    return object
  }
}

/// Reads members by type.
private struct ClaimReader {
  let members: JSONObject

  init(_ members: JSONObject) {
    self.members = members
  }

  func required<Value>(_ name: String, _ read: (JSONValue) -> Value?) throws(IDTokenError) -> Value {
    guard let value = try optional(name, read) else { throw .malformed("'\(name)' is missing.") }
    return value
  }

  func optional<Value>(_ name: String, _ read: (JSONValue) -> Value?) throws(IDTokenError) -> Value? {
    guard let json = members[name] else { return nil }
    guard let value = read(json) else { throw .malformed("'\(name)' has the wrong type.") }
    return value
  }
}

extension JSONValue {
  /// A whole number of seconds since 1970 (NumericDate, RFC 7519 section 2) within the years 0001 to 9999.
  fileprivate var instant: Timestamp? {
    guard let seconds = intValue, (-62_135_596_800...253_402_300_799).contains(seconds) else { return nil }
    return Timestamp(seconds: Int64(seconds), nanoseconds: 0)
  }
}
