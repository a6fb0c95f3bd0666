import JSON
import RFC3339
import ServiceTesting
import Testing
import WholeMarketplace

@Suite("Tokens at the gateway")
struct TokenTests {
  @Test("a forged token that is sound in every way is what the emulator's tokens are, and is let in")
  func control() async throws {
    let market = try await WholeMarketplace.shared
    let person = try await market.person()
    let token = ForgedToken(for: person.uid).text
    #expect(try await market.call("GET", "/api/users/\(person.uid)", headers: bearer(token)).status == 200)
    #expect(
      try await market.call("GET", "/api/users/\(person.uid)", headers: [("authorization", "bearer \(token)")]).status
        == 200)
  }

  @Test("anything else is 401, whatever is wrong with it", arguments: ForgedToken.unsound)
  func refused(flaw: ForgedToken.Flaw) async throws {
    let market = try await WholeMarketplace.shared
    let person = try await market.person()
    let answer = await market.exchange(
      "GET", "/api/users/\(person.uid)", lines: ["Authorization: \(flaw.header(for: person.uid))"])
    #expect(answer.status == 401, "\(flaw.testDescription)")
    #expect(answer.header("WWW-Authenticate")?.hasPrefix("Bearer") == true)
    #expect(!String(decoding: answer.body, as: UTF8.self).contains(person.email))
    // Not even for what anyone may read does it stand in the way.
    let open = await market.exchange(
      "GET", "/api/products?limit=1", lines: ["Authorization: \(flaw.header(for: person.uid))"])
    #expect(open.status == 200)
  }

  private func bearer(_ token: String) -> [(String, String)] { [("Authorization", "Bearer \(token)")] }
}

/// A token of the kind that the Firebase Auth emulator issues: unsigned, so anybody can make one.
struct ForgedToken {
  /// One way to be wrong.
  struct Flaw: Sendable, CustomTestStringConvertible {
    let testDescription: String
    private let make: @Sendable (String) -> String

    init(_ name: String, _ make: @escaping @Sendable (_ uid: String) -> String) {
      testDescription = name
      self.make = make
    }

    func header(for uid: String) -> String { make(uid) }
  }

  var algorithm: JSONValue = "none"
  var claims: JSONObject
  var signature = ""

  init(for uid: String) {
    let now = Int(SystemWallClock().now().seconds)
    let project = WholeMarketplace.project
    claims = [
      "iss": .string("https://securetoken.google.com/\(project)"), "aud": .string(project), "sub": .string(uid),
      "user_id": .string(uid), "iat": .number(JSONNumber(now - 10)), "auth_time": .number(JSONNumber(now - 10)),
      "exp": .number(JSONNumber(now + 3000)),
    ]
  }

  var text: String {
    let header: JSONValue = ["alg": algorithm, "typ": "JWT"]
    return
      "\(Self.base64URL(header.serialized())).\(Self.base64URL(JSONValue.object(claims).serialized())).\(signature)"
  }

  private static func with(_ claim: String, _ value: JSONValue?) -> @Sendable (String) -> String {
    { uid in
      var token = ForgedToken(for: uid)
      token.claims[claim] = value
      return "Bearer \(token.text)"
    }
  }

  private static func signed(_ algorithm: JSONValue, _ signature: String) -> @Sendable (String) -> String {
    { uid in
      var token = ForgedToken(for: uid)
      (token.algorithm, token.signature) = (algorithm, signature)
      return "Bearer \(token.text)"
    }
  }

  static let unsound: [Flaw] = [
    Flaw("expired", with("exp", 1_000_000_000)), Flaw("no expiry", with("exp", nil)),
    Flaw("an expiry that is a text", with("exp", "2999-01-01T00:00:00Z")),
    Flaw("an expiry beyond numbers", with("exp", .string("1e400"))),
    Flaw("issued in the future", with("iat", 9_000_000_000)),
    Flaw("authenticated in the future", with("auth_time", 9_000_000_000)),
    Flaw("another audience", with("aud", "another-project")), Flaw("no audience", with("aud", nil)),
    Flaw("a list of audiences", with("aud", [.string(WholeMarketplace.project), "another-project"])),
    Flaw("another issuer", with("iss", "https://securetoken.google.com/another-project")),
    Flaw("an issuer that begins alike", with("iss", .string("https://securetoken.google.com.evil/"))),
    Flaw("no issuer", with("iss", nil)), Flaw("no subject", with("sub", nil)),
    Flaw("an empty subject", with("sub", "")),
    Flaw("a subject that is a number", with("sub", 1)), Flaw("a subject that nobody is", with("sub", "nobody")),
    Flaw("a subject that walks", with("sub", "../users")), Flaw("a subject with NUL", with("sub", "a\u{0}b")),
    Flaw("algorithm None", signed("None", "")), Flaw("algorithm NONE", signed("NONE", "")),
    Flaw("no algorithm", signed(.null, "")), Flaw("algorithms in a list", signed(["none"], "")),
    Flaw("algorithm HS256 without signature", signed("HS256", "")),
    Flaw("algorithm HS256 with a signature", signed("HS256", "c2lnbmF0dXJl")),
    Flaw("algorithm RS256 with a signature", signed("RS256", "c2lnbmF0dXJl")),
    Flaw("algorithm none with a signature", signed("none", "c2lnbmF0dXJl")),
    Flaw("no signature part") { "Bearer \(ForgedToken(for: $0).text.dropLast())" },
    Flaw("a part too many") { "Bearer \(ForgedToken(for: $0).text)." },
    Flaw("one part") { _ in "Bearer abc" }, Flaw("dots") { _ in "Bearer .." }, Flaw("nothing") { _ in "Bearer " },
    Flaw("the word alone") { _ in "Bearer" }, Flaw("an empty header") { _ in "" },
    Flaw("a payload that is no object") { _ in "Bearer \(base64URL(#"{"alg":"none"}"#)).\(base64URL("[]"))." },
    Flaw("a payload that is no JSON") { _ in "Bearer \(base64URL(#"{"alg":"none"}"#)).\(base64URL("{"))." },
    Flaw("padding") { "Bearer \(ForgedToken(for: $0).text.replacing(".", with: "=."))" },
    Flaw("a comma and another") { "Bearer \(ForgedToken(for: $0).text), Bearer \(ForgedToken(for: $0).text)" },
    Flaw("another scheme") { "Basic \(ForgedToken(for: $0).text)" },
    Flaw("a scheme that begins alike") { "BearerX \(ForgedToken(for: $0).text)" },
    Flaw("the token without a scheme") { ForgedToken(for: $0).text },
    Flaw("a token of 20 000 bytes") { "Bearer \(ForgedToken(for: $0).text)\(String(repeating: "A", count: 20_000))" },
  ]

  private static func base64URL(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: 3).reduce(into: "") { text, start in
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for index in 0...group.count { text.append(alphabet[bits >> (18 - 6 * index) & 63]) }
    }
  }
}
