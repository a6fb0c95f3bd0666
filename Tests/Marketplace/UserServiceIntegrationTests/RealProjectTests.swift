import FirestoreEmulator
import GoogleStandIn
import HTTP
import JSON
import Logging
import ScriptedServer
import ServiceKit
import ServiceTesting
import Testing

@testable import UserService

/// The user service as its executable composes it for a real project; the embedded Firestore plays Google.
@Suite("The user service before a real project", .timeLimit(.minutes(2)))
struct RealProjectTests {
  private static let bought = GoogleEndpoint.Reply.raw(
    "200 OK", body: #"{"access_token":"owner","expires_in":3599,"token_type":"Bearer"}"#)

  private func withService(_ tokens: GoogleEndpoint, _ body: (Router) async throws -> Void) async throws {
    let emulator = try await FirestoreEmulatorServer.start(configuration: EmulatorConfiguration(project: "p"))
    do {
      try await tokens.run { server in
        let parts = try UserServiceComposition.assemble(
          environment: [
            "FIREBASE_PROJECT_ID": "p", "FIREBASE_CLIENT_EMAIL": "shop@p.example", "FIREBASE_API_KEY": "key",
            "FIREBASE_PRIVATE_KEY": SigningKey.first.privateKey.replacing("\n", with: "\\n"),
            "FIREBASE_TOKEN_URL": server.url + "/token", "FIREBASE_FIRESTORE_URL": "http://\(emulator.address)",
            "FIREBASE_ACCOUNTS_URL": "http://\(emulator.address)/identitytoolkit.googleapis.com",
          ], logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await body(UserServiceComposition.define(parts).router)
      }
    } catch {
      await emulator.shutdown()
      throw error
    }
    await emulator.shutdown()
  }

  @Test("accounts and documents are reached with one access token, bought once")
  func registration() async throws {
    let tokens = GoogleEndpoint(Self.bought)
    try await withService(tokens) { router async throws in
      let user: JSONValue = [
        "email": "ada@example.com", "password": "correct horse", "first_name": "Ada", "last_name": "L",
      ]
      let created = try await router.call("POST", "/users", user)
      #expect(created.status == 201, "\(created.body)")
      let session = try await router.call(
        "POST", "/sessions", ["email": "ada@example.com", "password": "correct horse"])
      #expect(session.status == 201, "\(session.body)")
    }
    #expect(tokens.requests.map(\.line) == ["POST /token HTTP/1.1"])
  }

  @Test("without an access token the service answers 503 while its issuer is away, and 500 when it refuses")
  func noToken() async throws {
    for (reply, status) in [
      (GoogleEndpoint.Reply.hangUp, 503), (.raw("400 Bad Request", body: #"{"error":"invalid_grant"}"#), 500),
    ] {
      try await withService(GoogleEndpoint(reply)) { router async throws in
        #expect(try await router.call("GET", "/users/u1").status == status)
      }
    }
  }
}
