import FirebaseAuth
import GoogleIdentity
import GoogleStandIn
import HTTP
import JSON
import RFC3339
import ScriptedServer
import Testing

@Suite("ID tokens of a real project")
struct GoogleIDTokenVerifierTests {
  private static let now = MovableClock.start
  private let endpoint = GoogleEndpoint(.certificates([.first, .second]))
  private let clock = MovableClock()

  /// Runs a body with a verifier for the project "demo" whose certificates come from the endpoint.
  private func withVerifier(_ body: (GoogleIDTokenVerifier) async throws -> Void) async throws {
    try await endpoint.run { server async throws in
      let certificates = GoogleCertificates(http: HTTPClient(), url: server.url + "/certificates", clock: clock)
      try await body(GoogleIDTokenVerifier(project: "demo", certificates: certificates, clock: clock))
    }
  }

  private func refusal(_ token: String, _ verifier: GoogleIDTokenVerifier) async -> IDTokenError? {
    do throws(IDTokenError) {
      _ = try await verifier.verify(token)
      return nil
    } catch {
      return error
    }
  }

  private func claims(_ name: String, _ value: JSONValue?) -> JSONObject {
    var claims = SignedToken.claims(issuedAt: Self.now)
    claims[name] = value
    return claims
  }

  private static func number(_ seconds: Int64) -> JSONValue { .number(JSONNumber(Int(seconds))) }

  @Test("a token signed by Google is accepted, whichever key it names, and read")
  func sound() async throws {
    try await withVerifier { verifier async throws in
      let claims = claims("admin", true)
      let token = try await verifier.verify(try await SignedToken.make(claims, key: .first))
      #expect(token.uid == "u1" && token.email == "ada@example.com" && token.customClaims == ["admin": true])
      #expect(try await verifier.verify(try await SignedToken.make(claims, key: .second)).keyID == "second")
    }
    #expect(endpoint.requests.map(\.line) == ["GET /certificates HTTP/1.1"])
  }

  @Test("every claim that Firebase demands must be right, although the signature is")
  func claims() async throws {
    let now = Self.now
    let table: [(String, JSONValue?, IDTokenError?)] = [
      ("aud", "other", .wrongAudience), ("aud", ["demo"], nil), ("aud", nil, nil), ("aud", "", .wrongAudience),
      ("iss", "https://securetoken.google.com/other", .wrongIssuer), ("iss", nil, nil),
      ("iss", "https://session.firebase.google.com/demo", .wrongIssuer),
      ("iss", "http://securetoken.google.com/demo", .wrongIssuer),
      ("sub", "", nil), ("sub", nil, nil), ("sub", 7, nil), ("sub", .string(String(repeating: "x", count: 129)), nil),
      ("exp", Self.number(now), .expired), ("exp", Self.number(now - 1), .expired), ("exp", nil, nil),
      ("exp", .string("\(now + 3_600)"), nil),
      ("iat", Self.number(now + 61), .notYetValid), ("iat", nil, nil),
      ("auth_time", Self.number(now + 61), .notYetValid), ("auth_time", nil, nil), ("auth_time", .null, nil),
    ]
    try await withVerifier { verifier async throws in
      for (name, value, expected) in table {
        let refusal = await refusal(try await SignedToken.make(claims(name, value), key: .first), verifier)
        let title = "\(name) = \(value.map { $0.serialized() } ?? "absent")"
        if let expected {
          #expect(refusal == expected, "\(title)")
        } else if case .malformed = refusal {
        } else {
          Issue.record("\(title) must be malformed, not \(String(describing: refusal))")
        }
      }
    }
    #expect(endpoint.requests.isEmpty, "a token that is of no use must not cost a fetch")
  }

  @Test("limits are exact: 128 characters of subject, a second before the end, a minute of skew")
  func limits() async throws {
    let now = Self.now
    let sound: [(String, JSONValue)] = [
      ("sub", .string(String(repeating: "é", count: 128))), ("exp", Self.number(now + 1)),
      ("iat", Self.number(now + 60)), ("auth_time", Self.number(now + 60)), ("auth_time", Self.number(now - 9_999_999)),
    ]
    try await withVerifier { verifier async throws in
      for (name, value) in sound {
        #expect(await refusal(try await SignedToken.make(claims(name, value), key: .first), verifier) == nil, "\(name)")
      }
    }
  }

  @Test("no algorithm but RS256 is accepted, whatever the header says and however the token is signed")
  func algorithms() async throws {
    let claims = SignedToken.claims(issuedAt: Self.now)
    func header(_ algorithm: String) -> String { #"{"alg":"\#(algorithm)","kid":"first","typ":"JWT"}"# }
    let table: [(String, SignedToken.Method, IDTokenError)] = [
      ("none", .none, .wrongAlgorithm), ("None", .none, .wrongAlgorithm), ("none", .rs256, .wrongAlgorithm),
      ("HS256", .hmacOfPublicKey, .wrongAlgorithm), ("HS256", .rs256, .wrongAlgorithm),
      ("RS512", .rs512, .wrongAlgorithm), ("PS256", .ps256, .wrongAlgorithm), ("rs256", .rs256, .wrongAlgorithm),
      ("RS256", .none, .wrongSignature), ("RS256", .hmacOfPublicKey, .wrongSignature),
      ("RS256", .rs512, .wrongSignature), ("RS256", .ps256, .wrongSignature),
    ]
    try await withVerifier { verifier async throws in
      for (algorithm, method, expected) in table {
        let token = try await SignedToken.make(claims, key: .first, header: header(algorithm), method: method)
        #expect(await refusal(token, verifier) == expected, "\(algorithm) signed by \(method)")
      }
    }
  }

  @Test("a signature proves one text under one key, and nothing else")
  func signatures() async throws {
    let claims = SignedToken.claims(issuedAt: Self.now)
    try await withVerifier { verifier async throws in
      let sound = try await SignedToken.make(claims, key: .first)
      let other = try await SignedToken.make(self.claims("sub", "u2"), key: .first)
      let parts = sound.split(separator: ".").map(String.init)
      let swapped = parts[0] + "." + other.split(separator: ".")[1] + "." + parts[2]
      #expect(await refusal(swapped, verifier) == .wrongSignature)
      let shortened = parts[0] + "." + parts[1] + "." + parts[2].prefix(340)
      #expect(await refusal(shortened, verifier) == .wrongSignature)
      // The stranger's key has the id of a key that Google has.
      #expect(await refusal(try await SignedToken.make(claims, key: .stranger), verifier) == .wrongSignature)
      let mislabelled = try await SignedToken.make(claims, key: .first, header: #"{"alg":"RS256","kid":"second"}"#)
      #expect(await refusal(mislabelled, verifier) == .wrongSignature)
    }
  }

  @Test("a token names a key that Google has")
  func keyIDs() async throws {
    let claims = SignedToken.claims(issuedAt: Self.now)
    try await withVerifier { verifier async throws in
      for id in ["third", "", "FIRST", "../first"] {
        let token = try await SignedToken.make(claims, key: .first, header: #"{"alg":"RS256","kid":"\#(id)"}"#)
        #expect(await refusal(token, verifier) == .unknownKey, "\(id)")
      }
      for header in [
        #"{"alg":"RS256"}"#, #"{"alg":"RS256","kid":1}"#, #"{"alg":"RS256","kid":"first","kid":"second"}"#,
      ] {
        let token = try await SignedToken.make(claims, key: .first, header: header)
        guard case .malformed = await refusal(token, verifier) else {
          Issue.record("\(header) must be malformed")
          continue
        }
      }
    }
  }

  @Test("claims are read strictly, so that nobody else reads a token differently")
  func strictness() async throws {
    let payload = JSONValue.object(SignedToken.claims(issuedAt: Self.now)).serialized()
    let header = #"{"alg":"RS256","kid":"first"}"#
    let payloads = [
      String(payload.dropLast()) + #","sub":"admin"}"#, payload + "x", String(payload.dropLast()) + ",}",
      #"{"pad":"\#(String(repeating: "x", count: 20_000))","# + payload.dropFirst(),
    ]
    try await withVerifier { verifier async throws in
      for payload in payloads {
        let token = try await SignedToken.make(header: header, payload: payload, key: .first)
        guard case .malformed = await refusal(token, verifier) else {
          Issue.record("\(payload.suffix(40)) must be malformed")
          continue
        }
      }
    }
  }

  @Test("a token of the emulator proves nothing to a real project")
  func emulator() async throws {
    let claims = SignedToken.claims(issuedAt: Self.now)
    let token = try await SignedToken.make(claims, key: .first, header: #"{"alg":"none","typ":"JWT"}"#, method: .none)
    #expect(throws: Never.self) { try EmulatorIDTokenVerifier(project: "demo", clock: clock).verify(token) }
    try await withVerifier { #expect(await refusal(token, $0) == .wrongAlgorithm) }
  }
}
