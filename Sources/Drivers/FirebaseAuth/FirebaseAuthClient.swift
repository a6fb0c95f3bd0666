package import HTTP
package import JSON

/// A client of the Firebase Auth emulator: accounts for tests and for the services' development mode.
///
/// The emulator serves Google's REST interfaces as path prefixes of one host. Calls of an end user carry an API key,
/// calls of an administrator `Bearer owner`.
package struct FirebaseAuthClient: Sendable {
  private let http: HTTPClient
  private let base: URLBuilder
  private let project: String
  private let apiKey: String
  private let timeout: Duration

  /// Creates a client; `emulatorHost` is the value of `FIREBASE_AUTH_EMULATOR_HOST`: "127.0.0.1:9099".
  ///
  /// The emulator takes any API key.
  package init(
    http: HTTPClient, emulatorHost: String, project: String, apiKey: String = "emulator",
    timeout: Duration = .seconds(10)
  ) {
    self.http = http
    base = URLBuilder("http://\(emulatorHost)")
    self.project = project
    self.apiKey = apiKey
    self.timeout = timeout
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
    let url = base.appending(literal: "/securetoken.googleapis.com/v1/token").appending(query: "key", apiKey)
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

  /// Deletes all accounts of the project, which only emulators can.
  package func deleteAll() async throws(FirebaseAuthError) {
    let url = base.appending(literal: "/emulator/v1/projects").appending(segments: project)
      .appending(literal: "/accounts")
    _ = try await send("DELETE", url, ["Authorization": "Bearer owner"], nil)
  }

  // MARK: -

  private func credentials(_ email: String, _ password: String) -> JSONObject {
    ["email": .string(email), "password": .string(password), "returnSecureToken": true]
  }

  private func firstUser(_ answer: JSONValue) -> AuthUser? {
    answer["users"]?.arrayValue?.first.flatMap(AuthUser.init)
  }

  private func user(_ method: StaticString, _ body: JSONObject) async throws(FirebaseAuthError) -> JSONValue {
    let url = base.appending(literal: "/identitytoolkit.googleapis.com/v1/accounts").appending(literal: method)
      .appending(query: "key", apiKey)
    return try await send("POST", url, ["Content-Type": "application/json"], JSONValue.object(body).utf8())
  }

  private func administrator(_ method: StaticString, _ body: JSONObject) async throws(FirebaseAuthError) -> JSONValue {
    let url = base.appending(literal: "/identitytoolkit.googleapis.com/v1/projects").appending(segments: project)
      .appending(literal: "/accounts").appending(literal: method)
    let headers: HTTPHeaders = ["Content-Type": "application/json", "Authorization": "Bearer owner"]
    return try await send("POST", url, headers, JSONValue.object(body).utf8())
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
