internal import FirebaseAuth
private import HTTP
private import JSON
internal import ServiceKit

/// Decides about every request before anything else sees it: how many, who, and whether they may.
///
/// What a client claims about itself in the headers that services trust is removed first. The uid of a good token is
/// looked up, because an ID token outlives its user by up to an hour.
struct Admission: Middleware {
  let rules: [String: AccessRule]
  let verifier: any IDTokenVerifier
  let users: any UserLookup
  let limiter: RateLimiter

  func respond(to request: ServiceRequest, next: Handler) async throws -> ServiceResponse {
    var request = request
    removeClaims(from: &request)
    guard let rule = rules[request.operation] else { return try await next(request) }
    let credentials = await credentials(of: request)
    if let wait = limiter.admit(credentials.subject ?? "address \(request.remoteAddress ?? "unknown")") {
      throw Problem.tooManyRequests(retryAfter: wait)
    }
    if let user = try await identify(credentials, rule) {
      RequestScope.current?.notes.subject = user.uid
      request.headers.set(Caller.userHeader, user.uid)
      if user.isAdmin { request.headers.set(Caller.adminHeader, "true") }
    }
    try check(rule, request)
    return try await next(request)
  }

  private func removeClaims(from request: inout ServiceRequest) {
    for name in [Caller.userHeader, Caller.adminHeader, "X-Forwarded-For", "X-Forwarded-Host", "Forwarded"] {
      request.headers.remove(name)
    }
    if let address = request.remoteAddress { request.headers.set("X-Forwarded-For", address) }
  }

  private func credentials(of request: ServiceRequest) async -> Credentials {
    guard request.headers["Authorization"] != nil else { return .absent }
    guard let token = Self.bearerToken(request) else { return .refused }
    do throws(IDTokenError) {
      return .good(try await verifier.verify(token))
    } catch {
      if case .keysUnavailable = error { return .unverifiable("\(error)") }
      return .refused
    }
  }

  /// The user of the credentials; nil when nobody has to be known.
  private func identify(_ credentials: Credentials, _ rule: AccessRule) async throws -> VerifiedUser? {
    switch credentials {
    case .good(let token): return try await user(of: token, isOptional: rule == .anyone)
    case _ where rule == .anyone: return nil
    case .absent where rule == .anyoneIdentified: return nil
    case .absent: throw Self.challenge("A bearer token is required.", false)
    case .refused: throw Self.challenge("The bearer token is not valid.", true)
    case .unverifiable(let why): throw TokensUnverifiable(description: why)
    }
  }

  private func user(of token: IDToken, isOptional: Bool) async throws -> VerifiedUser? {
    do {
      switch try await users.standing(of: token.subject) {
      case .active:
        return VerifiedUser(uid: token.subject, isAdmin: token.customClaims["admin"] == .bool(true))
      case .suspended: throw Problem.forbidden("This account is suspended.", kind: "account-suspended")
      case .unknown: throw Self.challenge("The user of this token no longer exists.", true)
      }
    } catch  where isOptional {
      // The catalogue stays readable for everyone, whatever becomes of the user service.
      return nil
    }
  }

  private func check(_ rule: AccessRule, _ request: ServiceRequest) throws {
    switch rule {
    case .anyone, .anyoneIdentified, .signedIn: break
    case .user(let parameter): try request.caller.requireAccess(to: request.pathText(parameter))
    case .administrators: try request.caller.requireAdmin()
    }
  }

  /// The credentials of a bearer token (RFC 6750 section 2.1), nil when there are none.
  private static func bearerToken(_ request: ServiceRequest) -> String? {
    guard let header = request.headers["Authorization"] else { return nil }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return String(parts[1])
  }

  private static func challenge(_ detail: String, _ isInvalid: Bool) -> Problem {
    var problem = Problem.unauthorized(detail)
    if isInvalid {
      problem.headers.set("WWW-Authenticate", "Bearer realm=\"marketplace\", error=\"invalid_token\"")
    }
    return problem
  }
}

/// What the `Authorization` of a request is worth.
private enum Credentials {
  case absent
  case refused
  /// Nobody can say at the moment, for this reason.
  case unverifiable(String)
  case good(IDToken)

  /// The key of the rate limit for whoever is known.
  var subject: String? {
    if case .good(let token) = self { "user \(token.subject)" } else { nil }
  }
}

/// A user whose token was good and who exists.
struct VerifiedUser: Sendable, Hashable {
  let uid: String
  let isAdmin: Bool
}
