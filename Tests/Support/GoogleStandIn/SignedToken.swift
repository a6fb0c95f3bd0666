internal import FirestoreModel
package import JSON
internal import JWTKit

/// Makes tokens as Google does, and as an attacker would.
package enum SignedToken {
  /// How a token is signed, whatever its header says.
  package enum Method: Sendable {
    /// RSASSA-PKCS1-v1_5 with SHA-256, which is what the header should say.
    case rs256
    /// The same with SHA-512.
    case rs512
    /// RSASSA-PSS with SHA-256.
    case ps256
    /// HMAC whose secret is the public key, which everybody has.
    case hmacOfPublicKey
    /// Not at all.
    case none
  }

  /// The claims of a sound token.
  package static func claims(
    project: String = "demo", uid: String = "u1", issuedAt: Int64, lifetime: Int64 = 3_600
  ) -> JSONObject {
    [
      "iss": .string("https://securetoken.google.com/\(project)"), "aud": .string(project), "sub": .string(uid),
      "user_id": .string(uid),
      "iat": .number(JSONNumber(Int(issuedAt))),
      "exp": .number(JSONNumber(Int(issuedAt + lifetime))), "auth_time": .number(JSONNumber(Int(issuedAt))),
      "email": "ada@example.com", "email_verified": true,
      "firebase": ["identities": ["email": ["ada@example.com"]], "sign_in_provider": "password"],
    ]
  }

  /// A token with a header of its own, or the one that Google writes.
  package static func make(
    _ claims: JSONObject, key: SigningKey, header: String? = nil, method: Method = .rs256
  ) async throws -> String {
    let header = header ?? #"{"alg":"RS256","kid":"\#(key.id)","typ":"JWT"}"#
    return try await make(header: header, payload: JSONValue.object(claims).serialized(), key: key, method: method)
  }

  /// A token of any header and payload.
  package static func make(
    header: String, payload: String, key: SigningKey, method: Method = .rs256
  ) async throws -> String {
    let content = Base64.encodeURL(Array(header.utf8)) + "." + Base64.encodeURL(Array(payload.utf8))
    return content + "." + Base64.encodeURL(try await signature(Array(content.utf8), key, method))
  }

  private static func signature(_ content: [UInt8], _ key: SigningKey, _ method: Method) async throws -> [UInt8] {
    let keys = JWTKeyCollection()
    switch method {
    case .rs256: await keys.add(rsa: key.key, digestAlgorithm: .sha256)
    case .rs512: await keys.add(rsa: key.key, digestAlgorithm: .sha512)
    case .ps256: await keys.add(pss: key.key, digestAlgorithm: .sha256)
    case .hmacOfPublicKey: await keys.add(hmac: HMACKey(from: key.publicKey), digestAlgorithm: .sha256)
    case .none: return []
    }
    return try await keys.getKey().sign(content)
  }
}
