import FirestoreModel
import JSON
import RFC3339

/// Firebase Auth's REST API as its emulator serves it, under the host names of production as path prefixes.
///
/// Accounts with email and password, custom claims and unsigned ID tokens; other ways to sign in answer 501.
package struct AuthREST: Sendable {
  let configuration: EmulatorConfiguration
  let accounts = AccountStore()

  /// Serves accounts; nobody is registered at first.
  package init(configuration: EmulatorConfiguration) {
    self.configuration = configuration
  }

  /// Who asks for what, in which project.
  struct Call {
    let project: String
    /// Whether an administrator asks, with `Authorization: Bearer owner`.
    let isAdmin: Bool
    let request: EmulatorRequest
    let body: JSONValue

    func text(_ name: String) -> String? { body[name]?.stringValue }
  }

  /// Answers a request whose path starts with one of the service's prefixes.
  package func answer(_ request: EmulatorRequest) -> EmulatorReply {
    do throws(AuthError) {
      let segments = request.target.segments.compactMap { RequestTarget.decode($0) }
      guard segments.count == request.target.segments.count, segments.count >= 3, segments[1] == "v1" else {
        throw AuthError.notFound
      }
      let answer =
        switch segments[0] {
        case "identitytoolkit.googleapis.com": try identityToolkit(Array(segments[2...]), request)
        case "securetoken.googleapis.com": try secureToken(Array(segments[2...]), request)
        default: try emulator(Array(segments[2...]), request)
        }
      return .json(answer.utf8(.compact))
    } catch {
      return AuthREST.failure(error)
    }
  }

  var now: Timestamp { configuration.clock.now() }

  private func identityToolkit(_ path: [String], _ request: EmulatorRequest) throws(AuthError) -> JSONValue {
    if path.count == 1, path[0].hasPrefix("accounts:") {
      let isAdmin = isAdmin(request)
      guard isAdmin || hasKey(request) else { throw AuthError.missingKey }
      let body = try json(request)
      let project = (isAdmin ? body["targetProjectId"]?.stringValue : nil) ?? configuration.project
      let call = Call(project: project, isAdmin: isAdmin, request: request, body: body)
      return try account(String(path[0].dropFirst("accounts:".count)), call)
    }
    guard path.count >= 2, path[0] == "projects" else { throw AuthError.notFound }
    guard path.count == 3 else { throw AuthError.notImplemented("This method of projects") }
    guard isAdmin(request) else { throw AuthError.missingCredential }
    let call = Call(project: path[1], isAdmin: true, request: request, body: try json(request))
    if path[2] == "accounts" { return try account("signUp", call) }
    guard path[2].hasPrefix("accounts:") else { throw AuthError.notImplemented("This method of projects") }
    return try account(String(path[2].dropFirst("accounts:".count)), call)
  }

  private func account(_ verb: String, _ call: Call) throws(AuthError) -> JSONValue {
    switch (call.request.method, verb) {
    case ("POST", "signUp"): try signUp(call)
    case ("POST", "signInWithPassword"): try signInWithPassword(call)
    case ("POST", "lookup"): try lookup(call)
    case ("POST", "update"): try update(call)
    case ("POST", "delete"): try delete(call)
    case ("GET", "batchGet") where call.isAdmin: try batchGet(call)
    case ("POST", "batchCreate") where call.isAdmin: try batchCreate(call)
    case ("POST", "batchDelete") where call.isAdmin: try batchDelete(call)
    case (_, "batchGet"), (_, "batchCreate"), (_, "batchDelete"): throw AuthError.notFound
    default: throw AuthError.notImplemented("accounts:\(verb)")
    }
  }

  /// `POST /v1/token?key=`, a form or JSON with `grant_type=refresh_token`.
  private func secureToken(_ path: [String], _ request: EmulatorRequest) throws(AuthError) -> JSONValue {
    guard path == ["token"], request.method == "POST" else { throw AuthError.notFound }
    guard hasKey(request) || isAdmin(request) else { throw AuthError.missingKey }
    var fields: [String: String] = [:]
    if let json = try? JSONValue(parsing: request.body), case .object(let object) = json {
      for member in object { fields[member.key] = member.value.stringValue }
    } else if let form = RequestTarget("/?" + String(decoding: request.body, as: UTF8.self)) {
      for item in form.query { fields[item.name] = item.value }
    }
    // Google accepts both spellings.
    let grant = fields["grant_type"] ?? fields["grantType"]
    guard grant == "refresh_token" else { throw AuthError("INVALID_GRANT_TYPE") }
    guard let token = fields["refresh_token"] ?? fields["refreshToken"] else {
      throw AuthError("MISSING_REFRESH_TOKEN")
    }
    return try refresh(token)
  }

  /// The emulator's own paths: `/emulator/v1/projects/{p}/accounts|config|oobCodes|verificationCodes`.
  private func emulator(_ path: [String], _ request: EmulatorRequest) throws(AuthError) -> JSONValue {
    guard path.count == 3, path[0] == "projects" else { throw AuthError.notFound }
    let project = path[1]
    switch (request.method, path[2]) {
    case ("DELETE", "accounts"):
      try accounts.update(project) { project throws(AuthError) in project.removeAll() }
      return [:]
    case ("GET", "config"):
      return AuthREST.config(try accounts.update(project) { project throws(AuthError) in project.hidesEmails })
    case ("PATCH", "config"):
      let hides = try json(request)["emailPrivacyConfig"]?["enableImprovedEmailPrivacy"]?.boolValue
      return AuthREST.config(
        try accounts.update(project) { project throws(AuthError) in
          project.hidesEmails = hides ?? project.hidesEmails
          return project.hidesEmails
        })
    // Mails and text messages are never sent here, so no codes are waiting.
    case ("GET", "oobCodes"): return ["oobCodes": []]
    case ("GET", "verificationCodes"): return ["verificationCodes": []]
    default: throw AuthError.notFound
    }
  }

  private static func config(_ hidesEmails: Bool) -> JSONValue {
    [
      "signIn": ["allowDuplicateEmails": false],
      "emailPrivacyConfig": ["enableImprovedEmailPrivacy": .bool(hidesEmails)],
    ]
  }

  private func isAdmin(_ request: EmulatorRequest) -> Bool {
    request.authorization?.lowercased().hasPrefix("bearer ") == true
  }

  private func hasKey(_ request: EmulatorRequest) -> Bool {
    request.target.query.contains { $0.name == "key" && !$0.value.isEmpty }
  }

  private func json(_ request: EmulatorRequest) throws(AuthError) -> JSONValue {
    guard request.body.contains(where: { $0 > 0x20 }) else { return [:] }
    guard let json = try? JSONValue(parsing: request.body), json.objectValue != nil else {
      throw AuthError("Invalid JSON payload received.")
    }
    return json
  }

  private static func failure(_ error: AuthError) -> EmulatorReply {
    var object: JSONObject = ["code": .number(JSONNumber(error.httpStatus)), "message": .string(error.message)]
    if let status = error.status {
      object["status"] = .string(status)
    } else {
      object["errors"] = [["message": .string(error.message), "reason": "invalid", "domain": "global"]]
    }
    return .json(JSONValue.object(["error": .object(object)]).utf8(.compact), status: error.httpStatus)
  }
}
