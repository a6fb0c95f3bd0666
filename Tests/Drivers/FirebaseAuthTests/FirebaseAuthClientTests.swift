import FirebaseAuth
import HTTP
import JSON
import ScriptedServer
import Synchronization
import Testing

/// The requests that the emulator expects, and what its answers become.
@Suite struct FirebaseAuthClientTests {
  /// A request as the server saw it.
  private struct Call: Sendable {
    let line: String
    let authorization: String?
    let text: String

    var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
  }

  /// Runs a body with a client of a server that plays one answer per request; returns what was asked.
  private func calls(
    answering replies: [(String, String)],
    at endpoint: (ScriptedServer) -> FirebaseAuthEndpoint = { .emulator($0.address) },
    _ body: (FirebaseAuthClient) async throws -> Void
  ) async throws -> [Call] {
    let state = Mutex((calls: [Call](), replies: replies))
    let http = HTTPClient()
    try await withScriptedServer { connection in
      while let request = connection.readRequest() {
        let (status, answer) = state.withLock { state in
          let text = String(decoding: request.body, as: UTF8.self)
          state.calls.append(Call(line: request.line, authorization: request.header("Authorization"), text: text))
          return state.replies.isEmpty ? ("500 Unexpected", "") : state.replies.removeFirst()
        }
        connection.respond(status, body: answer)
      }
    } _: { server in
      try await body(FirebaseAuthClient(http: http, endpoint: endpoint(server), project: "demo"))
    }
    return state.withLock { $0.calls }
  }

  private static let signedIn =
    #"{"kind":"k","localId":"u1","idToken":"t.t.","refreshToken":"r","expiresIn":"3600","email":"a@b.c"}"#

  @Test("signing up and in carries credentials and key, never the administrator's token")
  func signIn() async throws {
    let calls = try await calls(answering: [("200 OK", Self.signedIn), ("200 OK", Self.signedIn)]) {
      client async throws in
      let expected = SignInResult(uid: "u1", idToken: "t.t.", refreshToken: "r", expiresIn: .seconds(3_600))
      #expect(try await client.signUp(email: "a@b.c", password: "secret") == expected)
      #expect(try await client.signIn(email: "a@b.c", password: "secret") == expected)
    }
    let path = "/identitytoolkit.googleapis.com/v1/accounts"
    #expect(
      calls.map { $0.line } == [":signUp", ":signInWithPassword"].map { "POST \(path)\($0)?key=emulator HTTP/1.1" })
    for call in calls {
      #expect(call.authorization == nil)
      #expect(call.json == ["email": "a@b.c", "password": "secret", "returnSecureToken": true])
    }
  }

  @Test("refreshing speaks the form and the spelling of the token service")
  func refresh() async throws {
    let answer = #"{"id_token":"t2","refresh_token":"r2","expires_in":"3600","user_id":"u1","token_type":"Bearer"}"#
    let calls = try await calls(answering: [("200 OK", answer)]) { client async throws in
      #expect(try await client.refresh("a+b&c").idToken == "t2")
    }
    #expect(calls[0].line == "POST /securetoken.googleapis.com/v1/token?key=emulator HTTP/1.1")
    #expect(calls[0].text == "grant_type=refresh_token&refresh_token=a%2Bb%26c")
  }

  @Test("an administrator's calls carry the owner's token and name the account")
  func administration() async throws {
    let user = """
      {"users":[{"localId":"u1","email":"a@b.c","emailVerified":true,"displayName":"Ada","disabled":true,
      "customAttributes":"{\\"admin\\":true}"}]}
      """
    let replies = [#"{"localId":"u1"}"#, "{}", user, #"{"kind":"k"}"#, "{}", "{}", "{}"].map { ("200 OK", $0) }
    let calls = try await calls(answering: replies) { client async throws in
      #expect(try await client.createUser(uid: "u1", email: "a@b.c", password: "secret", displayName: "Ada") == "u1")
      try await client.setCustomClaims(["admin": true], uid: "u1")
      let found = try #require(try await client.lookup(uid: "u1"))
      #expect(found.displayName == "Ada")
      #expect(found.isDisabled && found.isEmailVerified)
      #expect(found.customClaims == ["admin": true])
      #expect(try await client.lookup(email: "x@y.z") == nil)
      try await client.update("u1", AuthUserChanges(email: "new@b.c", isDisabled: false))
      try await client.delete(uid: "u1")
      try await client.deleteAll()
    }
    let path = "/identitytoolkit.googleapis.com/v1/projects/demo/accounts"
    #expect(
      calls.map { $0.line }
        == ["", ":update", ":lookup", ":lookup", ":update", ":delete"].map { "POST \(path)\($0) HTTP/1.1" }
        + ["DELETE /emulator/v1/projects/demo/accounts HTTP/1.1"])
    #expect(calls.allSatisfy { $0.authorization == "Bearer owner" })
    #expect(calls[0].json == ["email": "a@b.c", "password": "secret", "localId": "u1", "displayName": "Ada"])
    #expect(calls[1].json == ["localId": "u1", "customAttributes": #"{"admin":true}"#])
    #expect(calls[2].json == ["localId": ["u1"]])
    #expect(calls[4].json == ["localId": "u1", "email": "new@b.c", "disableUser": false])
    #expect(calls[5].json == ["localId": "u1"])
  }

  @Test("a real project is asked at Google's paths, with its API key or an access token of the moment")
  func realProject() async throws {
    let tokens = CountingTokens()
    let refreshed = #"{"id_token":"t2","refresh_token":"r2","expires_in":"3600","user_id":"u1"}"#
    let replies = [Self.signedIn, refreshed, "{}", #"{"localId":"u1"}"#].map { ("200 OK", $0) }
    let calls = try await calls(
      answering: replies,
      at: {
        .production(apiKey: "k&y", administrator: tokens, baseURL: $0.url + "/toolkit", tokenURL: $0.url + "/tokens/")
      }
    ) { client async throws in
      _ = try await client.signIn(email: "a@b.c", password: "secret")
      _ = try await client.refresh("r")
      try await client.update("u1", AuthUserChanges(isDisabled: true))
      _ = try await client.createUser(email: "a@b.c", password: "secret")
      let error = await #expect(throws: FirebaseAuthError.self) { try await client.deleteAll() }
      #expect(error?.code == .operationNotAllowed)
    }
    #expect(
      calls.map { $0.line } == [
        "POST /toolkit/v1/accounts:signInWithPassword?key=k%26y HTTP/1.1", "POST /tokens/v1/token?key=k%26y HTTP/1.1",
        "POST /toolkit/v1/projects/demo/accounts:update HTTP/1.1", "POST /toolkit/v1/projects/demo/accounts HTTP/1.1",
      ])
    #expect(calls.map { $0.authorization } == [nil, nil, "Bearer access-1", "Bearer access-2"])
  }

  @Test("without an access token nothing is sent, and the error says whether to come back", arguments: [true, false])
  func noAccessToken(_ isTransient: Bool) async throws {
    struct NoTokens: AccessTokenSource {
      let isTransient: Bool

      func accessToken() async throws(AccessTokenError) -> String {
        throw AccessTokenError("none today.", isTransient: isTransient)
      }
    }
    let calls = try await calls(
      answering: [],
      at: { .production(apiKey: "k", administrator: NoTokens(isTransient: isTransient), baseURL: $0.url) }
    ) { client async throws in
      let error = await #expect(throws: FirebaseAuthError.self) { try await client.delete(uid: "u1") }
      #expect(error?.code == (isTransient ? .unreachable : .noAccessToken))
      #expect(error?.message.contains("none today") == true)
    }
    #expect(calls.isEmpty)
  }

  @Test(
    "an error becomes its code",
    arguments: [
      (
        "400 Bad Request", #"{"error":{"code":400,"message":"EMAIL_EXISTS","errors":[{"message":"EMAIL_EXISTS"}]}}"#,
        "EMAIL_EXISTS"
      ),
      (
        "400 Bad Request", #"{"error":{"message":"WEAK_PASSWORD : Password should be at least 6 characters"}}"#,
        "WEAK_PASSWORD"
      ),
      (
        "401 Unauthorized", #"{"error":{"code":401,"message":"No token was given.","status":"UNAUTHENTICATED"}}"#,
        "UNAUTHENTICATED"
      ),
      ("400 Bad Request", #"{"error":"INVALID_REFRESH_TOKEN"}"#, "INVALID_REFRESH_TOKEN"),
      ("502 Bad Gateway", "<html>", "UNREACHABLE"), ("200 OK", "[]", "UNREACHABLE"), ("200 OK", "{}", "UNREACHABLE"),
    ])
  func errors(_ status: String, _ body: String, _ code: String) async throws {
    _ = try await calls(answering: [(status, body)]) { client async throws in
      let error = await #expect(throws: FirebaseAuthError.self) {
        try await client.signIn(email: "a@b.c", password: "hunter2")
      }
      #expect(error?.code.rawValue == code)
      #expect(error.map { "\($0)" }?.contains("hunter2") == false)
    }
  }

  @Test("a server that is not there is unreachable")
  func unreachable() async throws {
    let client = FirebaseAuthClient(http: HTTPClient(), emulatorHost: "127.0.0.1:1", project: "p")
    let error = await #expect(throws: FirebaseAuthError.self) { try await client.lookup(uid: "u") }
    #expect(error?.code == .unreachable)
    #expect(error?.httpStatus == nil)
  }
}

/// Hands out "access-1", "access-2" and so on.
private final class CountingTokens: AccessTokenSource {
  private let count = Mutex(0)

  func accessToken() async throws(AccessTokenError) -> String {
    count.withLock { count in
      count += 1
      return "access-\(count)"
    }
  }
}
