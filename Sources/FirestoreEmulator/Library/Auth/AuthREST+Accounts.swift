import FirestoreModel
import JSON
import RFC3339

// What applications call: signUp, signInWithPassword, lookup, update, delete and the refresh of tokens. Administrators
// use the same methods with more rights.
extension AuthREST {
  func signUp(_ call: Call) throws(AuthError) -> JSONValue {
    let now = now
    let email = try call.text("email").map { text throws(AuthError) in try AccountRules.email(text) }
    let password = call.text("password")
    if !call.isAdmin {
      if email != nil, password == nil { throw AuthError("MISSING_PASSWORD") }
      if password != nil, email == nil { throw AuthError("MISSING_EMAIL") }
    }
    let localID = call.isAdmin ? call.text("localId") : nil
    var account = Account(localID: localID ?? configuration.random.identifier(length: 28), created: now)
    account.email = email
    if let password { account.password = try makePassword(password, now) }
    account.displayName = call.text("displayName")
    account.photoURL = call.text("photoUrl")
    if call.isAdmin {
      account.phoneNumber = try call.text("phoneNumber").map { text throws(AuthError) in try AccountRules.phone(text) }
      account.isEmailVerified = call.body["emailVerified"]?.boolValue ?? false
      account.isDisabled = call.body["disabled"]?.boolValue ?? false
      account.customAttributes = try call.text("customAttributes").map { text throws(AuthError) in
        try AccountRules.claims(text)
      }
    } else {
      account.lastLogin = now
      account.lastRefresh = now
    }
    let made = account
    try accounts.update(call.project) { project throws(AuthError) in
      if project.accounts[made.localID] != nil { throw AuthError("DUPLICATE_LOCAL_ID") }
      try project.save(made)
    }
    var answer: JSONObject = [
      "kind": "identitytoolkit#SignupNewUserResponse", "localId": .string(made.localID),
    ]
    answer["email"] = made.email.map(JSONValue.string)
    answer["displayName"] = made.displayName.map(JSONValue.string)
    if !call.isAdmin {
      addTokens(to: &answer, for: made, provider: made.email == nil ? "anonymous" : "password", in: call.project)
    }
    return .object(answer)
  }

  func signInWithPassword(_ call: Call) throws(AuthError) -> JSONValue {
    guard let text = call.text("email") else { throw AuthError("MISSING_EMAIL") }
    let email = try AccountRules.email(text)
    guard let password = call.text("password"), !password.isEmpty else { throw AuthError("MISSING_PASSWORD") }
    let now = now
    let account = try accounts.update(call.project) { project throws(AuthError) in
      let known = project.account(email: email)
      guard var account = known, let stored = account.password, stored.matches(password) else {
        if project.hidesEmails { throw AuthError("INVALID_LOGIN_CREDENTIALS") }
        throw AuthError(known == nil ? "EMAIL_NOT_FOUND" : "INVALID_PASSWORD")
      }
      if account.isDisabled { throw AuthError("USER_DISABLED") }
      account.lastLogin = now
      account.lastRefresh = now
      try project.save(account)
      return account
    }
    var answer: JSONObject = [
      "kind": "identitytoolkit#VerifyPasswordResponse", "registered": true, "localId": .string(account.localID),
      "email": .string(email), "displayName": .string(account.displayName ?? ""),
    ]
    answer["profilePicture"] = account.photoURL.map(JSONValue.string)
    addTokens(to: &answer, for: account, provider: "password", in: call.project)
    return .object(answer)
  }

  func lookup(_ call: Call) throws(AuthError) -> JSONValue {
    let found = try accounts.update(call.project) { project throws(AuthError) -> [Account] in
      if call.isAdmin {
        var found: [Account] = []
        for id in self.texts(call, "localId") { if let account = project.accounts[id] { found.append(account) } }
        for email in self.texts(call, "email") {
          if let account = project.account(email: email.lowercased()) { found.append(account) }
        }
        for phone in self.texts(call, "phoneNumber") {
          if let account = project.account(phone: phone) { found.append(account) }
        }
        return found
      }
      guard let token = call.text("idToken") else { throw AuthError("MISSING_ID_TOKEN") }
      return [try self.account(of: token, in: project, named: call.project).account]
    }
    var seen: Set<String> = []
    let users = found.filter { seen.insert($0.localID).inserted }.map(\.json)
    var answer: JSONObject = ["kind": "identitytoolkit#GetAccountInfoResponse"]
    if !users.isEmpty { answer["users"] = .array(users) }
    return .object(answer)
  }

  func update(_ call: Call) throws(AuthError) -> JSONValue {
    let change = try AccountChange(call.body, isAdmin: call.isAdmin)
    let now = now
    let password = try change.password.map { text throws(AuthError) in try makePassword(text, now) }
    let (account, provider) = try accounts.update(call.project) { project throws(AuthError) in
      var (account, provider) = try self.target(of: call, in: project)
      change.apply(to: &account, password: password, now: now)
      try project.save(account)
      return (account, provider)
    }
    var answer: JSONObject = [
      "kind": "identitytoolkit#SetAccountInfoResponse", "localId": .string(account.localID),
      "emailVerified": .bool(account.isEmailVerified), "providerUserInfo": .array(account.providers),
    ]
    answer["email"] = account.email.map(JSONValue.string)
    answer["displayName"] = account.displayName.map(JSONValue.string)
    answer["photoUrl"] = account.photoURL.map(JSONValue.string)
    answer["passwordHash"] = account.password.map { .string(Base64.encodeURL($0.hash)) }
    if call.body["returnSecureToken"]?.boolValue == true, !call.isAdmin {
      addTokens(to: &answer, for: account, provider: provider, in: call.project)
    }
    return .object(answer)
  }

  func delete(_ call: Call) throws(AuthError) -> JSONValue {
    try accounts.update(call.project) { project throws(AuthError) in
      let account = try self.target(of: call, in: project).account
      project.remove(account.localID)
    }
    return ["kind": "identitytoolkit#DeleteAccountResponse"]
  }

  func refresh(_ token: String) throws(AuthError) -> JSONValue {
    let name = configuration.project
    guard let (id, provider) = UnsignedToken.readRefreshToken(token, project: name) else {
      throw AuthError("INVALID_REFRESH_TOKEN")
    }
    let now = now
    let account = try accounts.update(name) { project throws(AuthError) in
      guard var account = project.accounts[id] else { throw AuthError("USER_NOT_FOUND") }
      if account.isDisabled { throw AuthError("USER_DISABLED") }
      account.lastRefresh = now
      try project.save(account)
      return account
    }
    let idToken = UnsignedToken.issue(for: account, provider: provider, project: name, now: now)
    return [
      "id_token": .string(idToken), "access_token": .string(idToken),
      "expires_in": .string(String(UnsignedToken.lifetime)),
      "refresh_token": .string(UnsignedToken.issueRefreshToken(for: account, provider: provider, project: name)),
      "token_type": "Bearer", "user_id": .string(id), "project_id": .string(name),
    ]
  }

  func makePassword(_ text: String, _ now: Timestamp) throws(AuthError) -> Account.Password {
    try AccountRules.checkPassword(text)
    return Account.Password(text, salt: configuration.random.bytes(16), changed: now)
  }

  func texts(_ call: Call, _ name: String) -> [String] {
    if let text = call.text(name) { return [text] }
    return call.body[name]?.arrayValue?.compactMap(\.stringValue) ?? []
  }

  /// The account that an administrator names, or that an ID token belongs to.
  private func target(
    of call: Call, in project: AccountStore.Project
  ) throws(AuthError) -> (account: Account, provider: String) {
    if call.isAdmin {
      guard let id = call.text("localId") else { throw AuthError("MISSING_LOCAL_ID") }
      guard let account = project.accounts[id] else { throw AuthError("USER_NOT_FOUND") }
      return (account, "password")
    }
    guard let token = call.text("idToken") else { throw AuthError("MISSING_ID_TOKEN") }
    return try account(of: token, in: project, named: call.project)
  }

  private func account(
    of token: String, in project: AccountStore.Project, named name: String
  ) throws(AuthError) -> (account: Account, provider: String) {
    guard let claims = UnsignedToken.read(token, project: name) else { throw AuthError("INVALID_ID_TOKEN") }
    guard let account = project.accounts[claims.localID] else { throw AuthError("USER_NOT_FOUND") }
    if claims.issuedAt < account.validSince { throw AuthError("TOKEN_EXPIRED") }
    if account.isDisabled { throw AuthError("USER_DISABLED") }
    return (account, claims.provider)
  }

  private func addTokens(to answer: inout JSONObject, for account: Account, provider: String, in project: String) {
    answer["idToken"] = .string(UnsignedToken.issue(for: account, provider: provider, project: project, now: now))
    answer["refreshToken"] = .string(
      UnsignedToken.issueRefreshToken(for: account, provider: provider, project: project))
    answer["expiresIn"] = .string(String(UnsignedToken.lifetime))
  }
}
