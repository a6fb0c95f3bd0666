import GoogleIdentity
import GoogleStandIn
import HTTP
import JSON
import Logging
import RFC3339
import ScriptedServer
import Synchronization
import Testing

@testable import APIGateway
@testable import ServiceKit

/// The gateway before a real Firebase project, whose certificates a server of the test hands out.
@Suite("The gateway before a real project")
struct RealProjectTests {
  private let clock = MovableClock()

  private func token(_ uid: String, admin: Bool = false, key: SigningKey = .first) async throws -> String {
    var claims = SignedToken.claims(project: "p", uid: uid, issuedAt: clock.now().seconds)
    if admin { claims["admin"] = true }
    return try await SignedToken.make(claims, key: key)
  }

  @Test("a token that Google signed opens what it should, and nothing else does")
  func router() async throws {
    let endpoint = GoogleEndpoint(.certificates([.first]))
    try await endpoint.run { server async throws in
      let issuer = FirebaseTokenIssuer.google(certificatesURL: server.url)
      let gateway = TestGateway(verifier: issuer.verifier(project: "p", http: HTTPClient(), clock: clock))
      let ada = try await token("ada")
      #expect(await gateway.call("GET", "/api/orders/1", token: ada).status == 200)
      #expect(await gateway.call("GET", "/api/users/bob", token: ada).status == 403)
      #expect(await gateway.call("GET", "/api/users/bob", token: try await token("root", admin: true)).status == 200)
      #expect(gateway.service.sent.map { $0.headers["X-User-UID"] } == ["ada", "root"])
      let unsigned = try await SignedToken.make(
        SignedToken.claims(project: "p", uid: "ada", issuedAt: clock.now().seconds), key: .first,
        header: #"{"alg":"none","typ":"JWT"}"#, method: .none)
      for bad in [unsigned, try await token("ada", key: .stranger), ada + "x"] {
        let response = await gateway.call("GET", "/api/orders/1", token: bad)
        #expect(response.status == 401)
        #expect(response.headers["WWW-Authenticate"]?.contains("invalid_token") == true)
        #expect(await gateway.call("GET", "/api/products", token: bad).status == 200)
      }
      clock.advance(.seconds(3_600))
      #expect(await gateway.call("GET", "/api/orders/1", token: ada).status == 401)
    }
  }

  @Test("without certificates what needs a token is 503, and the catalogue goes on")
  func certificatesAway() async throws {
    let endpoint = GoogleEndpoint(.raw("500 Oops", body: ""))
    try await endpoint.run { server async throws in
      let issuer = FirebaseTokenIssuer.google(certificatesURL: server.url)
      let gateway = TestGateway(verifier: issuer.verifier(project: "p", http: HTTPClient(), clock: clock))
      let ada = try await token("ada")
      #expect(await gateway.call("GET", "/api/orders/1", token: ada).status == 503)
      #expect(await gateway.call("GET", "/api/products", token: ada).status == 200)
      endpoint.reply(.certificates([.first]))
      clock.advance(GoogleCertificates.pause)
      #expect(await gateway.call("GET", "/api/orders/1", token: ada).status == 200)
    }
  }

  /// The gateway as its executable composes it, in an environment that names a real project.
  private func withComposition(_ certificates: String, _ body: (ServiceDefinition) async throws -> Void) async throws {
    let parts = try APIGatewayComposition.assemble(
      environment: [
        "FIREBASE_PROJECT_ID": "p", "FIREBASE_CERTIFICATES_URL": certificates, "DB_PASSWORD": "x", "DB_PORT": "1",
        "USER_SERVICE_URL": "http://127.0.0.1:1", "PRODUCT_SERVICE_URL": "http://127.0.0.1:1",
        "ORDER_SERVICE_URL": "http://127.0.0.1:1",
      ], logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    try await body(APIGatewayComposition.define(parts))
  }

  private func status(_ definition: ServiceDefinition, _ token: String) async -> Int {
    await definition.router.respond(
      to: ServiceRequest(method: "GET", target: "/api/orders/1", headers: ["Authorization": "Bearer \(token)"])
    ).status
  }

  @Test("composed for a real project, the gateway refuses the emulator's unsigned tokens and takes Google's")
  func composition() async throws {
    let endpoint = GoogleEndpoint(.certificates([.first]))
    try await endpoint.run { server async throws in
      try await withComposition(server.url) { gateway async throws in
        let claims = SignedToken.claims(project: "p", issuedAt: SystemWallClock().now().seconds - 5)
        let unsigned = try await SignedToken.make(
          claims, key: .first, header: #"{"alg":"none","typ":"JWT"}"#, method: .none)
        #expect(await status(gateway, unsigned) == 401)
        #expect(await status(gateway, try await SignedToken.make(claims, key: .stranger)) == 401)
        // A good token comes as far as the user service, which is not there.
        #expect(await status(gateway, try await SignedToken.make(claims, key: .first)) == 503)
      }
    }
  }

  @Test("the gateway is ready when it has certificates")
  func readiness() async throws {
    for (reply, isReady) in [(GoogleEndpoint.Reply.certificates([.first]), true), (.hangUp, false)] {
      let endpoint = GoogleEndpoint(reply)
      try await endpoint.run { server async throws in
        try await withComposition(server.url) { gateway async throws in
          let check = try #require(gateway.readiness.first { $0.dependency == "firebase-certificates" })
          #expect(((try? await check.probe()) != nil) == isReady)
        }
      }
    }
  }

  @Test("the emulator's gateway needs no certificates")
  func emulator() throws {
    let issuer = FirebaseTokenIssuer.emulator
    #expect(issuer.readiness(of: issuer.verifier(project: "p", http: HTTPClient())).isEmpty)
  }
}
