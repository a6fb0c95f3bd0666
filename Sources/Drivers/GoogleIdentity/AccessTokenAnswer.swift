internal import HTTP
internal import JSON

/// What a token endpoint answered (RFC 6749 sections 5.1 and 5.2).
struct AccessTokenAnswer {
  let token: String
  /// In seconds, at least 1.
  let lifetime: Int64

  /// Reads an answer; of a refusal only the code is told, because descriptions may repeat what was sent.
  init(status: Int, body: [UInt8]) throws(AccessTokenError) {
    let json = try? JSONValue(parsing: body)
    guard status == 200 else { throw Self.refusal(status, json) }
    guard let token = json?["access_token"]?.stringValue, Self.isToken(token),
      json?["token_type"]?.stringValue?.lowercased() == "bearer",
      let lifetime = json?["expires_in"]?.intValue, (1...86_400).contains(lifetime)
    else { throw AccessTokenError("the token endpoint's answer holds no bearer token.", isTransient: true) }
    self.token = token
    self.lifetime = Int64(lifetime)
  }

  private static func refusal(_ status: Int, _ json: JSONValue?) -> AccessTokenError {
    let code = json?["error"]?.stringValue ?? ""
    let isCode = (1...64).contains(code.utf8.count) && code.utf8.allSatisfy { $0 == 0x5F || (0x61...0x7A).contains($0) }
    return AccessTokenError(
      "the token endpoint refused with HTTP \(status)\(isCode ? " (\(code))" : "").",
      isTransient: status >= 500 || status == 429 || status == 408)
  }

  /// Whether a text can stand in a header as it is: visible ASCII (b64token, RFC 6750 section 2.1, read generously).
  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
