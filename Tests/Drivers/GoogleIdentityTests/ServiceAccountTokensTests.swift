import FirebaseAuth
import GoogleIdentity
import GoogleStandIn
import HTTP
import JSON
import RFC3339
import ScriptedServer
import Testing

@Suite("Access tokens of a service account")
struct ServiceAccountTokensTests {
  private let clock = MovableClock()

  private func withSource(
    _ endpoint: GoogleEndpoint, _ body: (ServiceAccountTokens, _ url: String) async throws -> Void
  ) async throws {
    let account = try #require(ServiceAccount(email: "shop@demo.example", privateKey: SigningKey.first.privateKey))
    try await endpoint.run { server async throws in
      let url = server.url + "/token"
      let scopes = [ServiceAccountTokens.firestoreScope, ServiceAccountTokens.accountsScope]
      try await body(
        ServiceAccountTokens(http: HTTPClient(), account: account, scopes: scopes, url: url, clock: clock), url)
    }
  }

  private static func answer(_ token: String, lifetime: Int = 3_599) -> GoogleEndpoint.Reply {
    .raw("200 OK", body: #"{"access_token":"\#(token)","expires_in":\#(lifetime),"token_type":"Bearer"}"#)
  }

  @Test("the request is an assertion signed by the account for the endpoint and the scopes")
  func assertion() async throws {
    let endpoint = GoogleEndpoint(Self.answer("t1"))
    try await withSource(endpoint) { source, url async throws in
      #expect(try await source.accessToken() == "t1")
      let request = try #require(endpoint.requests.first)
      #expect(request.line == "POST /token HTTP/1.1")
      #expect(request.header("Content-Type") == "application/x-www-form-urlencoded")
      let form = String(decoding: request.body, as: UTF8.self)
      let prefix = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
      #expect(form.hasPrefix(prefix))
      let parts = form.dropFirst(prefix.count).split(separator: ".").map(String.init)
      let claims = JSONValue.object([
        "iss": "shop@demo.example", "aud": .string(url),
        "scope": "https://www.googleapis.com/auth/datastore https://www.googleapis.com/auth/identitytoolkit",
        "iat": .number(JSONNumber(Int(MovableClock.start))),
        "exp": .number(JSONNumber(Int(MovableClock.start) + 3_600)),
      ])
      let sent = try AssertionReader(parts)
      #expect(sent.header["alg"] == "RS256" && sent.header["typ"] == "JWT")
      #expect(sent.payload == claims)
      #expect(await sent.isSigned(by: .first))
    }
  }

  @Test("a token is kept until shortly before its end, and then replaced beside its use")
  func refresh() async throws {
    let endpoint = GoogleEndpoint(Self.answer("t1", lifetime: 3_600))
    try await withSource(endpoint) { source, _ async throws in
      #expect(try await source.accessToken() == "t1")
      endpoint.reply(Self.answer("t2", lifetime: 3_600))
      clock.advance(.seconds(3_299))
      #expect(try await source.accessToken() == "t1")
      #expect(endpoint.requests.count == 1)
      clock.advance(.seconds(1))
      // The old one is as good as the new one until the new one is there.
      #expect(try await source.accessToken() == "t1")
      #expect(try await eventually { try await source.accessToken() == "t2" })
      #expect(endpoint.requests.count == 2)
    }
  }

  @Test("while the endpoint is away the token serves to its end, and no longer")
  func failure() async throws {
    let endpoint = GoogleEndpoint(Self.answer("t1", lifetime: 3_600))
    try await withSource(endpoint) { source, _ async throws in
      #expect(try await source.accessToken() == "t1")
      endpoint.reply(.hangUp)
      clock.advance(.seconds(3_584))
      #expect(try await source.accessToken() == "t1")
      clock.advance(.seconds(2))
      let error = await #expect(throws: AccessTokenError.self) { try await source.accessToken() }
      #expect(error?.isTransient == true)
      endpoint.reply(Self.answer("t2"))
      clock.advance(.seconds(2))
      #expect(try await source.accessToken() == "t2")
    }
  }

  @Test("however many ask, one assertion is sent")
  func oneFlight() async throws {
    let endpoint = GoogleEndpoint(.wait)
    try await withSource(endpoint) { source, _ async throws in
      let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 0..<50 { group.addTask { try? await source.accessToken() } }
        #expect(try await eventually { !endpoint.requests.isEmpty })
        endpoint.reply(Self.answer("t1"))
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(tokens == [String?](repeating: "t1", count: 50))
      #expect(endpoint.requests.count == 1)
    }
  }

  @Test(
    "a refusal says its code and nothing else, and whether to try again",
    arguments: [
      (
        "400 Bad Request", #"{"error":"invalid_grant","error_description":"eyJ.secret"}"#, "HTTP 400 (invalid_grant)",
        false
      ),
      ("401 Unauthorized", #"{"error":"secret eyJ"}"#, "HTTP 401", false), ("503 Busy", "<html>eyJ", "HTTP 503", true),
      ("429 Too Many Requests", "", "HTTP 429", true), ("200 OK", "[]", "no bearer token", true),
      ("200 OK", #"{"access_token":"a b","expires_in":3599,"token_type":"Bearer"}"#, "no bearer token", true),
      ("200 OK", #"{"access_token":"eyJ","expires_in":0,"token_type":"Bearer"}"#, "no bearer token", true),
      ("200 OK", #"{"access_token":"eyJ","expires_in":"1","token_type":"Bearer"}"#, "no bearer token", true),
      ("200 OK", #"{"access_token":"eyJ","expires_in":60,"token_type":"mac"}"#, "no bearer token", true),
      ("302 Found", "", "HTTP 302", false),
    ])
  func refusals(_ status: String, _ body: String, _ message: String, _ isTransient: Bool) async throws {
    let endpoint = GoogleEndpoint(.raw(status, body: body))
    try await withSource(endpoint) { source, _ async throws in
      let error = await #expect(throws: AccessTokenError.self) { try await source.accessToken() }
      #expect(error?.isTransient == isTransient)
      let shown = error.map { "\($0) \(String(reflecting: $0))" } ?? ""
      #expect(shown.contains(message) && !shown.contains("secret") && !shown.contains("eyJ"), "\(shown)")
    }
  }
}
