import FirebaseAuth
import JSON
import RFC3339
import Testing

@Suite struct EmulatorIDTokenVerifierTests {
  private let verifier = EmulatorIDTokenVerifier(project: "demo", clock: StoppedClock())

  /// How a refusal is written in the tables below.
  private enum Refusal: String, Sendable {
    case malformed, wrongAlgorithm, wrongSignature, wrongAudience, wrongIssuer, expired, notYetValid, notOfEmulators

    init(_ error: IDTokenError) {
      self =
        switch error {
        case .malformed: .malformed
        case .wrongAlgorithm: .wrongAlgorithm
        case .wrongSignature: .wrongSignature
        case .wrongAudience: .wrongAudience
        case .wrongIssuer: .wrongIssuer
        case .expired: .expired
        case .notYetValid: .notYetValid
        case .unknownKey, .keysUnavailable: .notOfEmulators
        }
    }
  }

  private func refusal(_ token: String) -> Refusal? {
    do throws(IDTokenError) {
      _ = try verifier.verify(token)
      return nil
    } catch {
      return Refusal(error)
    }
  }

  @Test("a token as the emulator issues it is accepted and read")
  func sound() throws {
    let token = try verifier.verify(TokenForge.token())
    #expect(token.uid == "u1")
    #expect(token.audience == "demo")
    #expect(token.email == "ada@example.com")
    #expect(token.isEmailVerified)
    #expect(token.issuedAt.rfc3339 == "2026-01-01T00:00:00Z")
    #expect(token.expiresAt.rfc3339 == "2026-01-01T01:00:00Z")
    #expect(token.customClaims == ["admin": true])
    #expect(token.algorithm == "none")
    #expect(token.keyID == nil)
  }

  @Test("claims that identify or date a token must be right")
  func claims() {
    let now = Int(TokenForge.now)
    let table: [(String, JSONValue?, Refusal)] = [
      ("aud", "other", .wrongAudience), ("aud", ["demo"], .malformed), ("aud", ["demo", "other"], .malformed),
      ("aud", nil, .malformed), ("aud", "", .wrongAudience), ("aud", "demo ", .wrongAudience),
      ("iss", "https://securetoken.google.com/other", .wrongIssuer),
      ("iss", "https://session.firebase.google.com/demo", .wrongIssuer),
      ("iss", "https://securetoken.google.com/demo/", .wrongIssuer), ("iss", nil, .malformed),
      ("sub", nil, .malformed), ("sub", "", .malformed), ("sub", 1, .malformed), ("sub", ["u1"], .malformed),
      ("sub", .string(String(repeating: "x", count: 129)), .malformed),
      ("exp", .number(JSONNumber(now)), .expired), ("exp", .number(JSONNumber(now - 1)), .expired),
      ("exp", nil, .malformed), ("exp", .string(String(now + 3_600)), .malformed), ("exp", .null, .malformed),
      ("exp", 0, .expired), ("exp", -1, .expired),
      ("iat", .number(JSONNumber(now + 61)), .notYetValid), ("iat", nil, .malformed), ("iat", true, .malformed),
      ("auth_time", .number(JSONNumber(now + 61)), .notYetValid), ("auth_time", "now", .malformed),
      ("email", 1, .malformed), ("email_verified", "true", .malformed),
    ]
    for (name, value, expected) in table {
      let refusal = refusal(TokenForge.token(TokenForge.claims(name, value)))
      #expect(refusal == expected, "\(name) = \(value.map { $0.serialized() } ?? "absent")")
    }
  }

  @Test(
    "numbers that no clock shows are refused", arguments: ["1e400", "1.5", "99999999999999999999", "1e30", "-1e30"])
  func absurdTimes(_ lexeme: String) throws {
    let number = try #require(JSONNumber(lexeme: lexeme))
    #expect(refusal(TokenForge.token(TokenForge.claims("exp", .number(number)))) == .malformed)
  }

  @Test("clocks may differ by a minute, and no more")
  func skew() {
    let now = Int(TokenForge.now)
    #expect(refusal(TokenForge.token(TokenForge.claims("iat", .number(JSONNumber(now + 60))))) == nil)
    #expect(refusal(TokenForge.token(TokenForge.claims("exp", .number(JSONNumber(now + 1))))) == nil)
    #expect(refusal(TokenForge.token(TokenForge.claims("auth_time", nil))) == nil)
  }

  @Test(
    "only the algorithm 'none' with an empty signature is the emulator's",
    arguments: [
      (#"{"alg":"RS256","kid":"k"}"#, "c2ln", "wrongAlgorithm"), (#"{"alg":"RS256"}"#, "", "wrongAlgorithm"),
      (#"{"alg":"HS256"}"#, "c2ln", "wrongAlgorithm"), (#"{"alg":"None"}"#, "", "wrongAlgorithm"),
      (#"{"alg":"NONE"}"#, "", "wrongAlgorithm"), (#"{"alg":""}"#, "", "wrongAlgorithm"),
      (#"{"typ":"JWT"}"#, "", "malformed"), (#"{"alg":["none"]}"#, "", "malformed"),
      (#"{"alg":null}"#, "", "malformed"),
      (#"{"alg":"none"}"#, "c2ln", "wrongSignature"), (#"{"alg":"none","alg":"RS256"}"#, "", "malformed"),
      (#"{"alg":"none","crit":["b64"],"b64":false}"#, "", "malformed"), (#"["none"]"#, "", "malformed"),
      (#"{"alg":"none"}"#, "=", "malformed"), (#"{"alg":"none"}"#, "!", "malformed"),
      (#"{"alg":"none",}"#, "", "malformed"),
    ])
  func headers(_ header: String, _ signature: String, _ expected: String) {
    #expect(refusal(TokenForge.token(header: header, signature: signature))?.rawValue == expected)
  }

  @Test("texts that are no token at all are malformed")
  func shapes() {
    let sound = TokenForge.token()
    let parts = sound.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let payload = JSONValue.object(TokenForge.claims).serialized()
    let texts = [
      "", ".", "..", "...", "a.b.c", String(sound.dropLast()), sound + ".", "." + sound, sound + " ", " " + sound,
      sound + "\n", parts[0] + "=." + parts[1] + ".", parts[0] + "+." + parts[1] + ".", parts[0] + ".\(parts[1])A.",
      "Bearer " + sound, parts[1] + "." + parts[0] + ".", parts[0] + ".." + parts[1],
      TokenForge.token(payload: payload + "x"), TokenForge.token(payload: "[]"), TokenForge.token(payload: "null"),
      TokenForge.token(payload: String(payload.dropLast()) + #","sub":"admin"}"#),
      TokenForge.token(payload: String(repeating: "[", count: 10_000)),
      TokenForge.token(payload: #"{"pad":"\#(String(repeating: "x", count: 20_000))"}"#),
      "\u{FEFF}" + sound, sound.replacing("e", with: "é", maxReplacements: 1),
    ]
    for text in texts { #expect(refusal(text) == .malformed, "\(text.prefix(60))") }
  }

  @Test("a time that has passed is judged by the given clock")
  func clock() throws {
    let later = EmulatorIDTokenVerifier(project: "demo", clock: StoppedClock(seconds: TokenForge.now + 3_600))
    #expect(throws: IDTokenError.expired) { try later.verify(TokenForge.token()) }
    let earlier = EmulatorIDTokenVerifier(project: "demo", clock: StoppedClock(seconds: TokenForge.now - 61))
    #expect(throws: IDTokenError.notYetValid) { try earlier.verify(TokenForge.token()) }
  }

  @Test("an error never repeats the token")
  func discretion() {
    for text in ["secret", "secret.secret.secret", TokenForge.token(TokenForge.claims("sub", 5))] {
      let error = #expect(throws: IDTokenError.self) { try verifier.verify(text) }
      let shown = error.map { "\($0) \(String(reflecting: $0))" } ?? ""
      #expect(!shown.contains("secret") && !shown.contains("eyJ"))
    }
  }

  @Test("what the signature covers is kept byte for byte, for verifiers of signed tokens")
  func signedBytes() throws {
    let text = TokenForge.token(header: #"{"alg":"RS256","kid":"k1"}"#, signature: "AQID")
    let token = try IDToken(parsing: text)
    #expect(token.signature == [1, 2, 3])
    #expect(token.keyID == "k1")
    #expect(String(decoding: token.signedBytes, as: UTF8.self) == text.dropLast(5))
  }
}
