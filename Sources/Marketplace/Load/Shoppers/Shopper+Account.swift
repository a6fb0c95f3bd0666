internal import JSON
private import ServiceKit

extension Shopper {
  mutating func register() -> Step<Shopper> {
    let email = "\(name)-\(number)-\(life)@load.example"
    let password = "password-\(choices.number(100_000...999_999))"
    let body: JSONValue = [
      "email": .string(email), "password": .string(password),
      "first_name": .string(choices.one(of: ["Ada", "Grace", "Zoë", "José", "Łukasz", "李"])),
      "last_name": .string(choices.one(of: ["Lovelace", "O'Neil", "Müller", "Nguyễn", "Smith-Jones"])),
      "source": .string(choices.one(of: ["web", "mobile"])),
    ]
    return Step(
      call: LoadCall(.registerUser, "POST", "/api/users", body: body),
      promise: .success(201, flaw: ContentChecks.members(["email": .string(email), "status": "active"])),
      learn: { shopper, body in
        shopper.account = Account(uid: body["uid"]?.stringValue ?? "", email: email, password: password)
      })
  }

  mutating func signIn(at now: Duration) -> Step<Shopper> {
    let (email, password) = (account?.email ?? "", account?.password ?? "")
    return Step(
      call: LoadCall(
        .createSession, "POST", "/api/sessions",
        body: [
          "email": .string(email), "password": .string(password),
          "device_type": .string(choices.one(of: ["desktop", "mobile", "tablet"])),
        ]),
      promise: .success(201, flaw: ContentChecks.members(["user_uid": .string(uid), "is_active": true])),
      learn: { shopper, body in shopper.signedIn = SignedIn(body, at: now) })
  }

  func viewProfile() -> Step<Shopper> {
    Step(
      call: LoadCall(.getUser, "GET", "/api/users/\(uid)", token: token),
      promise: .success(200, flaw: ContentChecks.members(["uid": .string(uid), "status": "active"])))
  }

  mutating func changeProfile() -> Step<Shopper> {
    let timezone = JSONValue.string(choices.one(of: ["Europe/Berlin", "America/New_York", "Asia/Tokyo"]))
    let phone = JSONValue.string("+4930\(choices.number(100_000...999_999))")
    return Step(
      call: LoadCall(
        .updateUser, "PATCH", "/api/users/\(uid)", token: token,
        body: ["timezone": timezone, "phone_number": phone]),
      promise: .success(200, flaw: ContentChecks.members(["timezone": timezone, "phone_number": phone])))
  }

  func listSessions() -> Step<Shopper> {
    Step(
      call: LoadCall(.listUserSessions, "GET", "/api/users/\(uid)/sessions", token: token),
      promise: .success(
        200, flaw: ContentChecks.list(ContentChecks.members(["user_uid": .string(uid), "is_active": true]))))
  }

  func viewSession() -> Step<Shopper> {
    let session = signedIn?.session ?? ""
    return Step(
      call: LoadCall(.getSession, "GET", "/api/sessions/\(session)", token: token),
      promise: .success(
        200, flaw: ContentChecks.members(["session_token": .string(session), "user_uid": .string(uid)])))
  }

  func endSession() -> Step<Shopper> {
    Step(
      call: LoadCall(.endSession, "DELETE", "/api/sessions/\(signedIn?.session ?? "")", token: token),
      promise: .success(204), learn: { shopper, _ in shopper.signedIn = nil })
  }

  func endAllSessions() -> Step<Shopper> {
    Step(
      call: LoadCall(.endUserSessions, "DELETE", "/api/users/\(uid)/sessions", token: token),
      promise: .success(204), learn: { shopper, _ in shopper.signedIn = nil })
  }

  func deleteAccount() -> Step<Shopper> {
    Step(
      call: LoadCall(.deleteUser, "DELETE", "/api/users/\(uid)", token: token),
      promise: .success(204), learn: { shopper, _ in shopper.beginNextLife() })
  }

  /// Tells what the shopper looks at, in his session if he has one.
  mutating func recordEvent() -> Step<Shopper> {
    let name = choices.one(of: ["product_viewed", "cart.opened", "search", "page_left"])
    var body: JSONObject = [
      "event_name": .string(name), "properties": ["product_id": .integer(shop.product(&choices))],
      "utm_source": .string(choices.one(of: ["newsletter", "search", "friends"])),
    ]
    if let signedIn { body["session_id"] = .string(signedIn.session) }
    return Step(
      call: LoadCall(
        .recordEvent, "POST", "/api/analytics/events", token: signedIn?.token, body: .object(body)),
      promise: .success(
        201,
        flaw: ContentChecks.members([
          "event_name": .string(name), "user_uid": .text(signedIn == nil ? nil : uid),
          "session_id": .text(signedIn?.session),
        ])))
  }
}

extension Shopper.SignedIn {
  /// Reads the answer to a sign-in; the token is renewed well before it ends.
  init(_ body: JSONValue, at now: Duration) {
    token = body["id_token"]?.stringValue ?? ""
    session = body["session_token"]?.stringValue ?? ""
    until = now + .seconds(body["id_token_expires_in"]?.intValue ?? 0) * 0.9
  }
}
