private import HTTP
private import JSON
private import RFC3339
internal import ServiceKit

extension UserAPI {
  @Sendable func createSession(_ request: ServiceRequest) async throws -> ServiceResponse {
    let attempt = try await request.decode { fields in
      SignIn.Attempt(
        email: fields.string("email", length: 3...254, rule: .email),
        password: fields.string("password", length: 1...128),
        deviceType: fields.optionalChoice("device_type", DeviceType.self) ?? .other,
        browser: fields.optionalString("browser", length: 1...100),
        os: fields.optionalString("os", length: 1...100),
        locationCountry: fields.optionalString("location_country", length: 2...2, rule: .countryCode),
        locationCity: fields.optionalString("location_city", length: 1...100),
        ipAddress: request.clientAddress)
    }
    let (session, account) = try await signIn.signIn(attempt)
    var body = session.json
    body["id_token"] = .string(account.idToken)
    body["id_token_expires_in"] = .integer(account.expiresIn)
    body["refresh_token"] = .string(account.refreshToken)
    return .created(.object(body), location: "/sessions/\(session.token)")
  }

  /// An open session; 410 when it ended, expired, or its user may no longer act.
  @Sendable func getSession(_ request: ServiceRequest) async throws -> ServiceResponse {
    let session = try await ownSession(request)
    let user = try await store.user(session.userUID)?.user
    guard session.isOpen(at: clock.now()), user?.isActive == true else {
      throw Problem(status: 410, kind: "session-ended", detail: "This session is over; sign in again.")
    }
    return .json(.object(session.json))
  }

  @Sendable func endSession(_ request: ServiceRequest) async throws -> ServiceResponse {
    let session = try await ownSession(request)
    if session.isActive {
      try await store.endSessions([session.token], at: clock.now().truncatedToMicroseconds())
    }
    return .noContent
  }

  @Sendable func listSessions(_ request: ServiceRequest) async throws -> ServiceResponse {
    let uid = try request.pathText("uid")
    try request.caller.requireAccess(to: uid)
    let paging = try request.readQuery { $0.paging() }
    try await requireUser(uid)
    let (page, next) = try await openSessions(of: uid, after: Self.position(paging), limit: paging.limit)
    return .page(page.map { .object($0.json) }, next: next)
  }

  @Sendable func endSessions(_ request: ServiceRequest) async throws -> ServiceResponse {
    let uid = try request.pathText("uid")
    try request.caller.requireAccess(to: uid)
    try await requireUser(uid)
    try await changes.endSessions(of: uid)
    return .noContent
  }

  private func ownSession(_ request: ServiceRequest) async throws -> Session {
    guard let session = try await store.session(try request.pathUUID("token")) else {
      throw Problem.notFound("There is no such session.", kind: "session-not-found")
    }
    try request.caller.requireAccess(to: session.userUID)
    return session
  }

  private func requireUser(_ uid: String) async throws {
    guard let user = try await store.user(uid)?.user, user.status != .deleted else { throw Self.unknownUser }
  }

  /// A page of sessions that were neither ended nor outlived; the query cannot see the second, so this reads on.
  private func openSessions(of uid: String, after: String?, limit: Int) async throws -> ([Session], Cursor?) {
    let now = clock.now()
    var position = after
    var open: [Session] = []
    while true {
      let batch = try await store.activeSessions(of: uid, after: position, limit: limit + 1)
      open += batch.filter { $0.isOpen(at: now) }
      if open.count > limit {
        return (Array(open.prefix(limit)), Cursor(.string(open[limit - 1].token)))
      }
      guard batch.count > limit, let last = batch.last else { return (open, nil) }
      position = last.token
    }
  }
}

extension StringRule {
  /// A country code of two capital letters (ISO 3166-1 alpha-2).
  ///
  /// `^[A-Z]{2}$`
  fileprivate static let countryCode = StringRule("be a country code such as DE") { text in
    text.utf8.count == 2 && text.utf8.allSatisfy { (0x41...0x5A).contains($0) }
  }
}
