import FirestoreModel
import JSON
import RFC3339
import Testing

@testable import FirestoreEmulator

@Suite("Firebase Auth")
struct AuthTests {
  let emulator = EmulatorUnderTest()
  static let toolkit = "/identitytoolkit.googleapis.com/v1"

  private func call(_ verb: String, _ body: JSONValue) throws -> Answer {
    try emulator.send("POST", "\(Self.toolkit)/accounts:\(verb)?key=any", body)
  }

  private func admin(_ verb: String, _ body: JSONValue) throws -> Answer {
    try emulator.send("POST", "\(Self.toolkit)/projects/p/accounts\(verb)", body, authorization: "Bearer owner")
  }

  private func signUp(_ email: String, password: String = "secret1") throws -> Answer {
    try call("signUp", ["email": .string(email), "password": .string(password), "returnSecureToken": true])
  }

  private func payload(_ token: JSONValue?) throws -> JSONValue {
    let parts = try #require(token?.stringValue).split(separator: ".", omittingEmptySubsequences: false)
    return try JSONValue(parsing: #require(Base64.decode(String(parts[1]))))
  }

  @Test("signing up answers an account with tokens, and keeps the email in lower case")
  func signUpAnswer() throws {
    let answer = try signUp("Ada@Example.com")
    #expect(answer.code == 200 && answer.json["kind"]?.stringValue == "identitytoolkit#SignupNewUserResponse")
    #expect(answer.json["email"]?.stringValue == "ada@example.com" && answer.json["expiresIn"]?.stringValue == "3600")
    #expect(answer.json["localId"]?.stringValue?.count == 28)
    #expect(answer.json["refreshToken"]?.stringValue?.isEmpty == false)
  }

  @Test("an ID token is unsigned, with a trailing dot, and has the claims of Firebase")
  func idToken() throws {
    let made = try admin("", ["localId": "u1", "email": "a@b.c", "password": "secret1", "displayName": "Ada"])
    #expect(made.code == 200 && made.json["idToken"] == nil)
    _ = try admin(":update", ["localId": "u1", "customAttributes": #"{"role":"admin"}"#, "emailVerified": true])
    let token = try call("signInWithPassword", ["email": "a@b.c", "password": "secret1"]).json["idToken"]
    let text = try #require(token?.stringValue)
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    #expect(parts.count == 3 && parts[2].isEmpty && text.hasSuffix("."))
    let header = try JSONValue(parsing: #require(Base64.decode(String(parts[0]))))
    #expect(header == ["alg": "none", "typ": "JWT"])
    let claims = try payload(token)
    let now = Int(emulator.clock.now().seconds)
    #expect(
      claims == [
        "iss": "https://securetoken.google.com/p", "aud": "p", "sub": "u1", "user_id": "u1",
        "iat": .number(JSONNumber(now)), "exp": .number(JSONNumber(now + 3_600)), "auth_time": .number(JSONNumber(now)),
        "email": "a@b.c", "email_verified": true, "name": "Ada", "role": "admin",
        "firebase": ["identities": ["email": ["a@b.c"]], "sign_in_provider": "password"],
      ])
  }

  @Test("an anonymous account says so in its token")
  func anonymous() throws {
    let claims = try payload(call("signUp", [:]).json["idToken"])
    #expect(claims["provider_id"]?.stringValue == "anonymous")
    #expect(claims["firebase"]?["sign_in_provider"]?.stringValue == "anonymous" && claims["email"] == nil)
  }

  @Test("refusals carry Firebase's codes in Firebase's envelope")
  func refusals() throws {
    _ = try signUp("a@b.c")
    let again = try signUp("A@B.C")
    #expect(again.code == 400)
    #expect(
      again.json["error"] == [
        "code": 400, "message": "EMAIL_EXISTS",
        "errors": [["message": "EMAIL_EXISTS", "reason": "invalid", "domain": "global"]],
      ])
    let cases: [(String, JSONValue, String)] = [
      ("signUp", ["email": "x", "password": "secret1"], "INVALID_EMAIL"),
      ("signUp", ["email": "x@y.z"], "MISSING_PASSWORD"),
      ("signUp", ["password": "secret1"], "MISSING_EMAIL"),
      ("signUp", ["email": "x@y.z", "password": "short"], "WEAK_PASSWORD : Password should be at least 6 characters"),
      ("signInWithPassword", ["email": "no@b.c", "password": "secret1"], "EMAIL_NOT_FOUND"),
      ("signInWithPassword", ["email": "a@b.c", "password": "wrong12"], "INVALID_PASSWORD"),
      ("signInWithPassword", ["email": "a@b.c"], "MISSING_PASSWORD"), ("lookup", ["idToken": "x"], "INVALID_ID_TOKEN"),
      ("lookup", [:], "MISSING_ID_TOKEN"), ("update", ["idToken": "x"], "INVALID_ID_TOKEN"),
    ]
    for (verb, body, code) in cases { #expect(try call(verb, body).message == code, "\(verb)") }
    #expect(try admin(":update", ["localId": "none"]).message == "USER_NOT_FOUND")
    #expect(try admin(":delete", ["localId": "none"]).message == "USER_NOT_FOUND")
    #expect(try admin("", ["localId": "same"]).code == 200)
    #expect(try admin("", ["localId": "same"]).message == "DUPLICATE_LOCAL_ID")
    #expect(try admin("", ["phoneNumber": "12"]).message == "INVALID_PHONE_NUMBER : Invalid format.")
    #expect(
      try admin(":update", ["localId": "same", "customAttributes": #"{"sub":1}"#]).message == "FORBIDDEN_CLAIM : sub")
    let keyless = try emulator.send("POST", "\(Self.toolkit)/accounts:signUp", [:])
    #expect(keyless.code == 403 && keyless.status == "PERMISSION_DENIED")
    let stranger = try emulator.send("POST", "\(Self.toolkit)/projects/p/accounts:lookup", [:])
    #expect(stranger.code == 401 && stranger.status == "UNAUTHENTICATED")
    #expect(try call("sendOobCode", [:]).code == 501)
    #expect(try emulator.send("POST", "\(Self.toolkit)/nothing", [:]).code == 404)
  }

  @Test("lookup finds by id, email and token, and omits users when there are none")
  func lookup() throws {
    let account = try signUp("a@b.c").json
    let id = try #require(account["localId"])
    let found = try admin(":lookup", ["localId": [id], "email": ["a@b.c", "no@b.c"]]).json
    #expect(found["users"]?.arrayValue?.count == 1)
    let user = try #require(found["users"]?[0])
    #expect(user["email"]?.stringValue == "a@b.c" && user["disabled"]?.boolValue == false)
    #expect(
      user["createdAt"]?.stringValue == "1700000000000"
        && user["providerUserInfo"]?[0]?["providerId"]?.stringValue == "password")
    #expect(user["passwordHash"] != nil && !user.serialized().contains("secret1"))
    #expect(try call("lookup", ["idToken": account["idToken"] ?? .null]).json["users"]?[0] == user)
    #expect(try admin(":lookup", ["localId": ["none"]]).json == ["kind": "identitytoolkit#GetAccountInfoResponse"])
  }

  @Test("a disabled account cannot sign in, refresh or be looked up")
  func disabled() throws {
    let account = try signUp("a@b.c").json
    _ = try admin(":update", ["localId": account["localId"] ?? .null, "disableUser": true])
    #expect(try call("signInWithPassword", ["email": "a@b.c", "password": "secret1"]).message == "USER_DISABLED")
    #expect(try call("lookup", ["idToken": account["idToken"] ?? .null]).message == "USER_DISABLED")
    #expect(try refresh(account["refreshToken"]).message == "USER_DISABLED")
  }

  private func refresh(_ token: JSONValue?) throws -> Answer {
    let form = "grant_type=refresh_token&refresh_token=\(token?.stringValue ?? "")"
    return try emulator.send("POST", "/securetoken.googleapis.com/v1/token?key=any", bytes: Array(form.utf8))
  }

  @Test("a refresh token gives a new ID token for the same account")
  func refreshing() throws {
    let account = try signUp("a@b.c").json
    emulator.clock.advance(seconds: 100)
    let answer = try refresh(account["refreshToken"])
    #expect(answer.json["user_id"] == account["localId"] && answer.json["token_type"]?.stringValue == "Bearer")
    let claims = try payload(answer.json["id_token"])
    #expect(claims["iat"]?.intValue == Int(emulator.clock.now().seconds))
    #expect(claims["auth_time"]?.intValue == Int(emulator.clock.now().seconds) - 100)
    #expect(try refresh("nonsense").message == "INVALID_REFRESH_TOKEN")
    let json = try emulator.send("POST", "/securetoken.googleapis.com/v1/token?key=any", ["grant_type": "password"])
    #expect(json.message == "INVALID_GRANT_TYPE")
  }

  @Test("a new password ends older tokens")
  func passwordChange() throws {
    let account = try signUp("a@b.c").json
    emulator.clock.advance(seconds: 5)
    let changed = try call(
      "update", ["idToken": account["idToken"] ?? .null, "password": "another1", "returnSecureToken": true])
    #expect(changed.code == 200 && changed.json["idToken"] != nil)
    #expect(try call("lookup", ["idToken": account["idToken"] ?? .null]).message == "TOKEN_EXPIRED")
    #expect(try call("lookup", ["idToken": changed.json["idToken"] ?? .null]).code == 200)
    #expect(try call("signInWithPassword", ["email": "a@b.c", "password": "secret1"]).message == "INVALID_PASSWORD")
    #expect(try call("signInWithPassword", ["email": "a@b.c", "password": "another1"]).code == 200)
  }

  @Test("an update cannot give a user the rights of an administrator")
  func privileges() throws {
    let account = try signUp("a@b.c").json
    let body: JSONValue = [
      "idToken": account["idToken"] ?? .null, "customAttributes": #"{"role":"admin"}"#, "emailVerified": true,
      "displayName": "Ada",
    ]
    #expect(try call("update", body).code == 200)
    let user = try #require(try admin(":lookup", ["email": ["a@b.c"]]).json["users"]?[0])
    #expect(
      user["customAttributes"] == nil && user["emailVerified"]?.boolValue == false
        && user["displayName"]?.stringValue == "Ada")
    _ = try admin(":update", ["localId": account["localId"] ?? .null, "deleteAttribute": ["DISPLAY_NAME"]])
    #expect(try admin(":lookup", ["email": ["a@b.c"]]).json["users"]?[0]?["displayName"] == nil)
  }

  @Test("a deleted account is gone and its email free")
  func deletion() throws {
    let account = try signUp("a@b.c").json
    #expect(
      try call("delete", ["idToken": account["idToken"] ?? .null]).json["kind"]?.stringValue
        == "identitytoolkit#DeleteAccountResponse")
    #expect(try call("lookup", ["idToken": account["idToken"] ?? .null]).message == "USER_NOT_FOUND")
    #expect(try signUp("a@b.c").code == 200)
  }

  @Test("many accounts are made, read by pages and deleted at once")
  func batches() throws {
    let users = (0..<25).map { index -> JSONValue in
      ["localId": .string("u\(10 + index)"), "email": .string("e\(index % 24)@b.c")]
    }
    let made = try admin(":batchCreate", ["users": .array(users)])
    #expect(made.json["error"]?.arrayValue?.count == 1 && made.json["error"]?[0]?["index"]?.intValue == 24)
    func page(_ query: String) throws -> Answer {
      try emulator.send(
        "GET", "\(Self.toolkit)/projects/p/accounts:batchGet?\(query)", nil, authorization: "Bearer owner")
    }
    let first = try page("maxResults=20")
    #expect(first.json["users"]?.arrayValue?.count == 20 && first.json["nextPageToken"]?.stringValue == "u29")
    #expect(try page("maxResults=20&nextPageToken=u29").json["users"]?.arrayValue?.count == 4)
    let refused = try admin(":batchDelete", ["localIds": ["u10"]])
    #expect(refused.json["errors"]?.arrayValue?.count == 1)
    #expect(try admin(":batchDelete", ["localIds": ["u10", "u11"], "force": true]).json == [:])
    #expect(try page("maxResults=100").json["users"]?.arrayValue?.count == 22)
    #expect(try admin(":batchCreate", ["users": [["localId": "h", "passwordHash": "x"]]]).code == 501)
  }

  @Test("the emulator's own paths clear accounts and hide emails")
  func emulatorPaths() throws {
    _ = try signUp("a@b.c")
    let config = "/emulator/v1/projects/p/config"
    #expect(
      try emulator.send("GET", config).json["emailPrivacyConfig"]?["enableImprovedEmailPrivacy"]?.boolValue == false)
    _ = try emulator.send("PATCH", config, ["emailPrivacyConfig": ["enableImprovedEmailPrivacy": true]])
    for email in ["a@b.c", "no@b.c"] {
      #expect(
        try call("signInWithPassword", ["email": .string(email), "password": "wrong12"]).message
          == "INVALID_LOGIN_CREDENTIALS")
    }
    #expect(try emulator.send("DELETE", "/emulator/v1/projects/p/accounts").json == [:])
    #expect(try admin(":lookup", ["email": ["a@b.c"]]).json["users"] == nil)
    #expect(try emulator.send("GET", "/emulator/v1/projects/p/oobCodes").json == ["oobCodes": []])
  }
}
