import FirebaseAuth
import GoogleIdentity
import GoogleStandIn
import HTTP
import JSON
import RFC3339
import ScriptedServer
import Synchronization
import Testing

@Suite("Google's certificates")
struct GoogleCertificatesTests {
  private let clock = MovableClock()

  private func withVerifier(
    _ endpoint: GoogleEndpoint, _ body: (GoogleIDTokenVerifier) async throws -> Void
  ) async throws {
    try await endpoint.run { server async throws in
      let certificates = GoogleCertificates(http: HTTPClient(), url: server.url, clock: clock)
      try await body(GoogleIDTokenVerifier(project: "demo", certificates: certificates, clock: clock))
    }
  }

  /// What becomes of a token that the key signed a moment ago: "accepted", or the kind of refusal.
  private func outcome(_ verifier: GoogleIDTokenVerifier, _ key: SigningKey = .first) async throws -> String {
    let token = try await SignedToken.make(SignedToken.claims(issuedAt: clock.now().seconds), key: key)
    do throws(IDTokenError) {
      _ = try await verifier.verify(token)
      return "accepted"
    } catch {
      if case .keysUnavailable = error { return "unavailable" }
      return "\(error)"
    }
  }

  private static let unknown = "\(IDTokenError.unknownKey)"

  @Test("certificates are kept as long as the answer says, and not longer")
  func lifetime() async throws {
    let endpoint = GoogleEndpoint(.certificates([.first], maximumAge: 600))
    try await withVerifier(endpoint) { verifier async throws in
      for _ in 0..<3 { #expect(try await outcome(verifier) == "accepted") }
      clock.advance(.seconds(599))
      #expect(try await outcome(verifier) == "accepted")
      #expect(endpoint.requests.count == 1)
      clock.advance(.seconds(1))
      #expect(try await outcome(verifier) == "accepted")
      #expect(endpoint.requests.count == 2)
    }
  }

  @Test("a key that Google withdrew is refused once the certificates are renewed, and the new one accepted")
  func rotation() async throws {
    let endpoint = GoogleEndpoint(.certificates([.first], maximumAge: 600))
    try await withVerifier(endpoint) { verifier async throws in
      #expect(try await outcome(verifier) == "accepted")
      endpoint.reply(.certificates([.second], maximumAge: 600))
      #expect(try await outcome(verifier) == "accepted")
      clock.advance(.seconds(600))
      #expect(try await outcome(verifier, .second) == "accepted")
      #expect(try await outcome(verifier) == Self.unknown)
      #expect(endpoint.requests.count == 2)
    }
  }

  @Test("a key that came early is found at once, but forged ids do not become requests")
  func unknownKeys() async throws {
    let endpoint = GoogleEndpoint(.certificates([.first]))
    try await withVerifier(endpoint) { verifier async throws in
      #expect(try await outcome(verifier) == "accepted")
      // The certificates are of this very moment: there cannot be a newer key.
      for _ in 0..<5 { #expect(try await outcome(verifier, .second) == Self.unknown) }
      #expect(endpoint.requests.count == 1)
      clock.advance(GoogleCertificates.pause)
      for _ in 0..<5 { #expect(try await outcome(verifier, .second) == Self.unknown) }
      #expect(endpoint.requests.count == 2)
      endpoint.reply(.certificates([.first, .second]))
      clock.advance(GoogleCertificates.pause)
      #expect(try await outcome(verifier, .second) == "accepted")
      #expect(try await outcome(verifier) == "accepted")
      #expect(endpoint.requests.count == 3)
    }
  }

  @Test("an unknown key while the endpoint is away is the token's fault as long as the certificates are fresh")
  func unknownKeyWithoutEndpoint() async throws {
    let endpoint = GoogleEndpoint(.certificates([.first], maximumAge: 600))
    try await withVerifier(endpoint) { verifier async throws in
      #expect(try await outcome(verifier) == "accepted")
      endpoint.reply(.hangUp)
      clock.advance(GoogleCertificates.pause)
      #expect(try await outcome(verifier, .second) == Self.unknown)
      clock.advance(.seconds(600))
      #expect(try await outcome(verifier, .second) == "unavailable")
      #expect(try await outcome(verifier) == "accepted")
    }
  }

  @Test("while the endpoint is away old certificates serve for an hour, then nothing is accepted any more")
  func grace() async throws {
    let endpoint = GoogleEndpoint(.certificates([.first], maximumAge: 600))
    try await withVerifier(endpoint) { verifier async throws in
      #expect(try await outcome(verifier) == "accepted")
      endpoint.reply(.raw("503 Service Unavailable", body: "{}"))
      clock.advance(.seconds(600))
      #expect(try await outcome(verifier) == "accepted")
      clock.advance(.seconds(GoogleCertificates.grace - 1))
      #expect(try await outcome(verifier) == "accepted")
      clock.advance(.seconds(1))
      #expect(try await outcome(verifier) == "unavailable")
      endpoint.reply(.certificates([.first]))
      clock.advance(GoogleCertificates.pause)
      #expect(try await outcome(verifier) == "accepted")
    }
  }

  @Test("a failure is remembered for a pause, so that an endpoint that hangs is not waited for by every request")
  func failurePause() async throws {
    let endpoint = GoogleEndpoint(.hangUp)
    try await withVerifier(endpoint) { verifier async throws in
      #expect(try await outcome(verifier) == "unavailable")
      let count = endpoint.requests.count
      for _ in 0..<5 { #expect(try await outcome(verifier) == "unavailable") }
      #expect(endpoint.requests.count == count)
      endpoint.reply(.certificates([.first]))
      #expect(try await outcome(verifier) == "unavailable")
      await #expect(throws: IDTokenError.self) { try await verifier.checkHealth() }
      clock.advance(GoogleCertificates.pause)
      try await verifier.checkHealth()
      #expect(try await outcome(verifier) == "accepted")
    }
  }

  @Test(
    "an answer without a certificate that can be used is none",
    arguments: [
      "{}", "[]", "null", "", "{", #"{"first":1}"#, #"{"first":"x"}"#,
      #"{"first":"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}"#,
    ])
  func malformed(_ body: String) async throws {
    let endpoint = GoogleEndpoint(.raw("200 OK", body: body))
    try await withVerifier(endpoint) { verifier async throws in #expect(try await outcome(verifier) == "unavailable") }
  }

  @Test("a broken certificate, or a bare key, does not take a good one with it")
  func oneBroken() async throws {
    let members: JSONObject = [
      "second": .string(SigningKey.second.certificate.replacing("M", with: "N")),
      "bare": .string(SigningKey.second.publicKey), "first": .string(SigningKey.first.certificate),
    ]
    let endpoint = GoogleEndpoint(.raw("200 OK", body: JSONValue.object(members).serialized()))
    try await withVerifier(endpoint) { verifier async throws in
      #expect(try await outcome(verifier) == "accepted")
      #expect(try await outcome(verifier, .second) == Self.unknown)
    }
  }

  @Test("two certificates under one id are an answer that nobody can trust")
  func duplicates() async throws {
    let certificate = JSONValue.string(SigningKey.first.certificate).serialized()
    let endpoint = GoogleEndpoint(.raw("200 OK", body: #"{"first":\#(certificate),"first":\#(certificate)}"#))
    try await withVerifier(endpoint) { verifier async throws in #expect(try await outcome(verifier) == "unavailable") }
  }

  @Test("a huge answer is refused, and so is a redirect")
  func hostileAnswers() async throws {
    let certificate = JSONValue.string(SigningKey.first.certificate).serialized()
    let padding = String(repeating: " ", count: 300 << 10)
    let huge = GoogleEndpoint(.raw("200 OK", body: #"{"first":\#(certificate)\#(padding)}"#))
    try await withVerifier(huge) { verifier async throws in #expect(try await outcome(verifier) == "unavailable") }
    let good = GoogleEndpoint(.certificates([.first]))
    try await good.run { server async throws in
      let redirect = GoogleEndpoint(.raw("302 Found", headers: ["Location: \(server.url)"], body: ""))
      try await withVerifier(redirect) { verifier async throws in #expect(try await outcome(verifier) == "unavailable")
      }
    }
    #expect(good.requests.isEmpty)
  }

  @Test("however many ask first, one request is made, and whoever gives up does not spoil it for the others")
  func oneFlight() async throws {
    let endpoint = GoogleEndpoint(.wait)
    try await withVerifier(endpoint) { verifier async throws in
      let started = Counter()
      let token = try await SignedToken.make(SignedToken.claims(issuedAt: clock.now().seconds), key: .first)
      let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<50 {
          group.addTask {
            started.increment()
            return (try? await verifier.verify(token)) != nil
          }
        }
        let impatient = Task { try? await verifier.verify(token) }
        #expect(try await eventually { started.value == 50 && !endpoint.requests.isEmpty })
        impatient.cancel()
        endpoint.reply(.certificates([.first]))
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(accepted == 50)
      #expect(endpoint.requests.count == 1)
    }
  }

  @Test("a clock that was set back does not keep certificates alive")
  func clockSetBack() async throws {
    let endpoint = GoogleEndpoint(.certificates([.first]))
    try await withVerifier(endpoint) { verifier async throws in
      #expect(try await outcome(verifier) == "accepted")
      clock.advance(.seconds(-86_400))
      #expect(try await outcome(verifier) == "accepted")
      #expect(endpoint.requests.count == 2)
    }
  }
}

private final class Counter: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }

  func increment() { count.withLock { $0 += 1 } }
}
