import FirestoreModel
import JSON
import RFC3339

// What administrators call for many accounts at once.
extension AuthREST {
  private static let maximumBatch = 1_000

  func batchGet(_ call: Call) throws(AuthError) -> JSONValue {
    let query = call.request.target.query
    let limit = query.last { $0.name == "maxResults" }.flatMap { Int($0.value) } ?? 20
    let token = query.last { $0.name == "nextPageToken" }?.value ?? ""
    let all = try accounts.update(call.project) { project throws(AuthError) in project.sorted }
    let size = max(1, min(limit, Self.maximumBatch))
    let page = all.lazy.filter { UTF8Order.compare($0.localID, token) > 0 }.prefix(size)
    var answer: JSONObject = ["kind": "identitytoolkit#DownloadAccountResponse", "users": .array(page.map(\.json))]
    if page.count == size, let last = page.last { answer["nextPageToken"] = .string(last.localID) }
    return .object(answer)
  }

  func batchCreate(_ call: Call) throws(AuthError) -> JSONValue {
    let users = call.body["users"]?.arrayValue ?? []
    guard !users.isEmpty else { throw AuthError("MISSING_USER_ACCOUNT") }
    guard users.count <= Self.maximumBatch else { throw AuthError("MAXIMUM_USER_COUNT_EXCEEDED : 1000") }
    guard call.text("hashAlgorithm") == nil, !users.contains(where: { $0["passwordHash"] != nil }) else {
      throw AuthError.notImplemented("Importing password hashes")
    }
    let now = now
    var errors: [JSONValue] = []
    for (index, user) in users.enumerated() {
      do throws(AuthError) {
        let account = try imported(user, now: now)
        try accounts.update(call.project) { project throws(AuthError) in try project.save(account) }
      } catch {
        errors.append(["index": .number(JSONNumber(index)), "message": .string(error.message)])
      }
    }
    return ["kind": "identitytoolkit#UploadAccountResponse", "error": .array(errors)]
  }

  func batchDelete(_ call: Call) throws(AuthError) -> JSONValue {
    let ids = texts(call, "localIds")
    guard !ids.isEmpty else { throw AuthError("LOCAL_ID_LIST_EXCEEDS_LIMIT") }
    guard ids.count <= Self.maximumBatch else { throw AuthError("LOCAL_ID_LIST_EXCEEDS_LIMIT") }
    let isForced = call.body["force"]?.boolValue == true
    let errors = try accounts.update(call.project) { project throws(AuthError) in
      var errors: [JSONValue] = []
      for (index, id) in ids.enumerated() {
        guard let account = project.accounts[id] else { continue }
        if account.isDisabled || isForced {
          project.remove(id)
        } else {
          errors.append([
            "index": .number(JSONNumber(index)), "localId": .string(id),
            "message": "NOT_DISABLED : Disable the account before batch deletion.",
          ])
        }
      }
      return errors
    }
    return errors.isEmpty ? [:] : ["errors": .array(errors)]
  }

  private func imported(_ user: JSONValue, now: Timestamp) throws(AuthError) -> Account {
    guard let id = user["localId"]?.stringValue, !id.isEmpty else { throw AuthError("localId is missing") }
    var account = Account(localID: id, created: now)
    account.email = try user["email"]?.stringValue.map { text throws(AuthError) in try AccountRules.email(text) }
    account.isEmailVerified = user["emailVerified"]?.boolValue ?? false
    account.displayName = user["displayName"]?.stringValue
    account.photoURL = user["photoUrl"]?.stringValue
    account.phoneNumber = try user["phoneNumber"]?.stringValue.map { text throws(AuthError) in
      try AccountRules.phone(text)
    }
    account.isDisabled = user["disabled"]?.boolValue ?? false
    account.customAttributes = try user["customAttributes"]?.stringValue.map { text throws(AuthError) in
      try AccountRules.claims(text)
    }
    if let password = user["rawPassword"]?.stringValue { account.password = try makePassword(password, now) }
    return account
  }
}
