import FirebaseAuth
import FirestoreEmulator
import HTTP
import JSON
import RFC3339
import Testing

/// The client and the verifier against our Auth emulator.
@Suite struct FirebaseAuthServerTests {
  private let http = HTTPClient()

  /// Runs a body with a client of a fresh emulator.
  private func withClient(_ body: (FirebaseAuthClient) async throws -> Void) async throws {
    let server = try await FirestoreEmulatorServer.start(configuration: EmulatorConfiguration(project: "demo"))
    do {
      try await body(FirebaseAuthClient(http: http, emulatorHost: server.address, project: "demo"))
    } catch {
      await server.shutdown()
      throw error
    }
    await server.shutdown()
  }

  @Test("an account signs up, in, refreshes and looks itself up; its tokens pass the verifier")
  func account() async throws {
    try await withClient { client async throws in
      let verifier = EmulatorIDTokenVerifier(project: "demo")
      let signedUp = try await client.signUp(email: "Ada@Example.com", password: "secret1")
      let signedIn = try await client.signIn(email: "ada@example.com", password: "secret1")
      let refreshed = try await client.refresh(signedIn.refreshToken)
      for result in [signedUp, signedIn, refreshed] {
        let token = try verifier.verify(result.idToken)
        #expect(token.uid == signedUp.uid)
        #expect(token.email == "ada@example.com")
        #expect(!token.isEmailVerified)
        #expect(token.expiresAt == token.issuedAt.adding(seconds: 3_600))
        #expect(result.expiresIn == .seconds(3_600))
      }
      #expect(throws: IDTokenError.wrongAudience) {
        try EmulatorIDTokenVerifier(project: "other").verify(signedIn.idToken)
      }
      #expect(try await client.lookup(idToken: signedIn.idToken)?.email == "ada@example.com")
    }
  }

  @Test("an administrator creates, changes, marks and deletes accounts")
  func administration() async throws {
    try await withClient { client async throws in
      #expect(try await client.createUser(uid: "u1", email: "a@b.co", password: "secret1", displayName: "Ada") == "u1")
      try await client.setCustomClaims(["admin": true, "level": 3], uid: "u1")
      let token = try EmulatorIDTokenVerifier(project: "demo")
        .verify(await client.signIn(email: "a@b.co", password: "secret1").idToken)
      #expect(token.uid == "u1")
      #expect(token.customClaims == ["admin": true, "level": 3])
      let changes = AuthUserChanges(password: "secret2", displayName: "Lovelace", isEmailVerified: true)
      try await client.update("u1", changes)
      let user = try #require(try await client.lookup(uid: "u1"))
      #expect(user.displayName == "Lovelace")
      #expect(user.isEmailVerified && !user.isDisabled)
      #expect(user.customClaims == ["admin": true, "level": 3])
      #expect(try await client.signIn(email: "a@b.co", password: "secret2").uid == "u1")
      #expect(try await client.lookup(email: "a@b.co")?.uid == "u1")
      try await client.delete(uid: "u1")
      #expect(try await client.lookup(uid: "u1") == nil)
      _ = try await client.signUp(email: "c@d.ef", password: "secret1")
      try await client.deleteAll()
      #expect(try await client.lookup(email: "c@d.ef") == nil)
    }
  }

  @Test("refusals carry the server's codes")
  func refusals() async throws {
    try await withClient { client async throws in
      func code(_ call: () async throws(FirebaseAuthError) -> Void) async -> FirebaseAuthError.Code? {
        do {
          try await call()
          return nil
        } catch {
          return error.code
        }
      }
      func signUp(_ email: String, _ password: String) async -> FirebaseAuthError.Code? {
        await code { () async throws(FirebaseAuthError) in
          _ = try await client.signUp(email: email, password: password)
        }
      }
      func signIn(_ email: String, _ password: String) async -> FirebaseAuthError.Code? {
        await code { () async throws(FirebaseAuthError) in
          _ = try await client.signIn(email: email, password: password)
        }
      }
      let uid = try await client.signUp(email: "a@b.co", password: "secret1").uid
      #expect(await signUp("A@b.co", "secret1") == .emailExists)
      #expect(await signUp("b@b.co", "short") == .weakPassword)
      #expect(await signUp("no mail", "secret1") == .invalidEmail)
      let wrong = await signIn("a@b.co", "wrong-one")
      #expect(wrong == .invalidPassword || wrong == .invalidLoginCredentials)
      let unknown = await signIn("x@y.zz", "secret1")
      #expect(unknown == .emailNotFound || unknown == .invalidLoginCredentials)
      let absent = await code { () async throws(FirebaseAuthError) in try await client.delete(uid: "nobody") }
      #expect(absent == .userNotFound)
      try await client.update(uid, AuthUserChanges(isDisabled: true))
      #expect(await signIn("a@b.co", "secret1") == .userDisabled)
    }
  }
}
