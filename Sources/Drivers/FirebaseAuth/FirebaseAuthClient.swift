package import HTTP
package import JSON

/// A client of Firebase Auth: a real project's accounts, or an emulator's for development and tests.
package struct FirebaseAuthClient: Sendable {
  private let http: HTTPClient
  private let endpoint: FirebaseAuthEndpoint
  private let project: String
  private let timeout: Duration

  /// Creates a client; `timeout` bounds each request.
  package init(http: HTTPClient, endpoint: FirebaseAuthEndpoint, project: String, timeout: Duration = .seconds(10)) {
    self.http = http
    self.endpoint = endpoint
    self.project = project
    self.timeout = timeout
  }

  /// Creates a client of an emulator; `emulatorHost` is the value of `FIREBASE_AUTH_EMULATOR_HOST`.
  package init(http: HTTPClient, emulatorHost: String, project: String, timeout: Duration = .seconds(10)) {
    self.init(http: http, endpoint: .emulator(emulatorHost), project: project, timeout: timeout)
  }

  // MARK: - What a user does

  /// Registers an account and signs it in.
  package func signUp(email: String, password: String) async throws(FirebaseAuthError) -> SignInResult {
    try SignInResult(await user(":signUp", credentials(email, password)))
  }

  /// Signs an account in.
  package func signIn(email: String, password: String) async throws(FirebaseAuthError) -> SignInResult {
    try SignInResult(await user(":signInWithPassword", credentials(email, password)))
  }

  /// Gets a fresh ID token, with the claims of now.
  package func refresh(_ refreshToken: String) async throws(FirebaseAuthError) -> SignInResult {
    let url = endpoint.tokens.appending(literal: "/v1/token").appending(query: "key", endpoint.apiKey)
    let form = "grant_type=refresh_token&refresh_token=" + URLBuilder.encoded(refreshToken)
    let headers: HTTPHeaders = ["Content-Type": "application/x-www-form-urlencoded"]
    return try SignInResult(await send("POST", url, headers, Array(form.utf8)))
  }

  /// Looks an account up by its own ID token, which the server checks.
  package func lookup(idToken: String) async throws(FirebaseAuthError) -> AuthUser? {
    firstUser(try await user(":lookup", ["idToken": .string(idToken)]))
  }

  // MARK: - What an administrator does

  /// Creates an account, with a uid of the server's choice if none is given, and returns its uid.
  package func createUser(
    uid: String? = nil, email: String, password: String, displayName: String? = nil
  ) async throws(FirebaseAuthError) -> String {
    var members: JSONObject = ["email": .string(email), "password": .string(password)]
    members["localId"] = uid.map { .string($0) }
    members["displayName"] = displayName.map { .string($0) }
    let answer = try await administrator("", members)
    guard let uid = answer["localId"]?.stringValue else {
      throw FirebaseAuthError(code: .unreachable, message: "The server's answer lacks the uid.")
    }
    return uid
  }

  /// Replaces the claims that the account's future tokens carry besides the standard ones.
  package func setCustomClaims(_ claims: JSONObject, uid: String) async throws(FirebaseAuthError) {
    // The interface takes them as JSON in a string.
    let text = JSONValue.object(claims).serialized()
    _ = try await administrator(":update", ["localId": .string(uid), "customAttributes": .string(text)])
  }

  /// Looks an account up; nil when there is none.
  package func lookup(uid: String) async throws(FirebaseAuthError) -> AuthUser? {
    firstUser(try await administrator(":lookup", ["localId": [.string(uid)]]))
  }

  /// Looks an account up by email address; nil when there is none.
  package func lookup(email: String) async throws(FirebaseAuthError) -> AuthUser? {
    firstUser(try await administrator(":lookup", ["email": [.string(email)]]))
  }

  /// Changes an account.
  package func update(_ uid: String, _ changes: AuthUserChanges) async throws(FirebaseAuthError) {
    var members = changes.members
    members["localId"] = .string(uid)
    _ = try await administrator(":update", members)
  }

  /// Deletes an account; fails with `userNotFound` when there is none.
  package func delete(uid: String) async throws(FirebaseAuthError) {
    _ = try await administrator(":delete", ["localId": .string(uid)])
  }

  /// Deletes all accounts of the project, which only emulators can; a real project is not even asked.
  package func deleteAll() async throws(FirebaseAuthError) {
    guard let controls = endpoint.emulatorControls else {
      throw FirebaseAuthError(code: .operationNotAllowed, message: "Only an emulator deletes all accounts.")
    }
    let url = controls.appending(literal: "/emulator/v1/projects").appending(segments: project)
      .appending(literal: "/accounts")
    _ = try await send("DELETE", url, ["Authorization": try await authorization()], nil)
  }

  // MARK: -

  private func credentials(_ email: String, _ password: String) -> JSONObject {
    ["email": .string(email), "password": .string(password), "returnSecureToken": true]
  }

  private func firstUser(_ answer: JSONValue) -> AuthUser? {
    answer["users"]?.arrayValue?.first.flatMap(AuthUser.init)
  }

  private func user(_ method: StaticString, _ body: JSONObject) async throws(FirebaseAuthError) -> JSONValue {
    let url = endpoint.accounts.appending(literal: "/v1/accounts").appending(literal: method)
      .appending(query: "key", endpoint.apiKey)
    return try await send("POST", url, ["Content-Type": "application/json"], JSONValue.object(body).utf8())
  }

  private func administrator(_ method: StaticString, _ body: JSONObject) async throws(FirebaseAuthError) -> JSONValue {
    let url = endpoint.accounts.appending(literal: "/v1/projects").appending(segments: project)
      .appending(literal: "/accounts").appending(literal: method)
    let headers: HTTPHeaders = ["Content-Type": "application/json", "Authorization": try await authorization()]
    return try await send("POST", url, headers, JSONValue.object(body).utf8())
  }

  private func authorization() async throws(FirebaseAuthError) -> String {
    do throws(AccessTokenError) {
      return "Bearer \(try await endpoint.administrator.accessToken())"
    } catch {
      throw FirebaseAuthError(
        code: error.isTransient ? .unreachable : .noAccessToken, message: "No access token could be had: \(error)")
    }
  }

  private func send(
    _ method: String, _ url: URLBuilder, _ headers: HTTPHeaders, _ body: [UInt8]?
  ) async throws(FirebaseAuthError) -> JSONValue {
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await http.send(
        HTTPRequest(method: method, url: url.url, headers: headers, body: body, timeout: timeout))
    } catch {
      throw FirebaseAuthError(error)
    }
    guard (200..<300).contains(response.status) else {
      throw FirebaseAuthError(httpStatus: response.status, body: response.body)
    }
    guard let json = try? JSONValue(parsing: response.body), json.objectValue != nil else {
      throw FirebaseAuthError(
        code: .unreachable, message: "The server's answer is not a JSON object.", httpStatus: response.status)
    }
    return json
  }
}
