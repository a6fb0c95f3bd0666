import JSON
import RFC3339

/// Makes tokens as the emulator does, and as an attacker would.
enum TokenForge {
  /// 2026-01-01T00:00:00Z.
  static let now: Int64 = 1_767_225_600

  /// The claims of a sound token of project "demo", issued now.
  static var claims: JSONObject {
    [
      "iss": "https://securetoken.google.com/demo", "aud": "demo", "sub": "u1", "user_id": "u1",
      "iat": .number(JSONNumber(Int(now))), "exp": .number(JSONNumber(Int(now) + 3_600)),
      "auth_time": .number(JSONNumber(Int(now))), "email": "ada@example.com", "email_verified": true, "admin": true,
      "firebase": ["identities": ["email": ["ada@example.com"]], "sign_in_provider": "password"],
    ]
  }

  /// The sound claims with one replaced, or removed when the value is nil.
  static func claims(_ name: String, _ value: JSONValue?) -> JSONObject {
    var claims = claims
    claims[name] = value
    return claims
  }

  /// A token in compact form.
  static func token(
    header: String = #"{"alg":"none","typ":"JWT"}"#, payload: String? = nil, signature: String = ""
  ) -> String {
    let payload = payload ?? JSONValue.object(claims).serialized()
    return encode(header) + "." + encode(payload) + "." + signature
  }

  /// A token with the given claims and the emulator's header.
  static func token(_ claims: JSONObject) -> String {
    token(payload: JSONValue.object(claims).serialized())
  }

  /// Base64url without padding.
  static func encode(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var output = ""
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for index in 0...group.count { output.append(alphabet[bits >> (18 - 6 * index) & 63]) }
    }
    return output
  }
}

/// A clock that stands still.
struct StoppedClock: WallClock {
  var seconds = TokenForge.now

  func now() -> Timestamp { Timestamp(seconds: seconds, nanoseconds: 0) }
}
