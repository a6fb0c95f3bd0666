internal import APIGateway
internal import FirebaseAuth
internal import HTTP
internal import JSON
internal import RFC3339
internal import ServiceKit

/// Takes everybody whose token is good for an administrator.
struct MakesAdministrators: IDTokenVerifier {
  let sound: any IDTokenVerifier

  func verify(_ token: String) async throws(IDTokenError) -> IDToken {
    let verified = try await sound.verify(token)
    var claims = verified.claims
    claims["admin"] = true
    return try IDToken(parsing: UnsignedToken.make(claims))
  }
}

/// Takes a token that has run out for a good one.
struct IgnoresExpiry: IDTokenVerifier {
  let sound: any IDTokenVerifier

  func verify(_ token: String) async throws(IDTokenError) -> IDToken {
    do throws(IDTokenError) {
      return try await sound.verify(token)
    } catch .expired {
      return try IDToken(parsing: token)
    }
  }
}

/// Gives whoever names a user in a header, and has no token, a token of that user.
struct BelievesHeaders: Middleware {
  let project: String
  let clock: any WallClock

  func respond(to request: ServiceRequest, next: Handler) async throws -> ServiceResponse {
    guard request.headers["Authorization"] == nil, let uid = request.headers[Caller.userHeader] else {
      return try await next(request)
    }
    let now = Int(clock.now().seconds)
    let token = UnsignedToken.make([
      "iss": .string("https://securetoken.google.com/\(project)"), "aud": .string(project), "sub": .string(uid),
      "iat": .integer(now), "auth_time": .integer(now), "exp": .integer(now + 3600),
    ])
    var request = request
    request.headers.set("Authorization", "Bearer \(token)")
    return try await next(request)
  }
}

/// Tokens as the emulator of Firebase Auth makes them, which anybody can make.
enum UnsignedToken {
  static func make(_ claims: JSONObject) -> String {
    let header: JSONValue = ["alg": "none", "typ": "JWT"]
    return [header, .object(claims)].map { Base64URL.encode($0.utf8(.compact)) }.joined(separator: ".") + "."
  }
}

/// Never asks twice whether a user may act.
struct RemembersUsers: FaultyUserLookup {
  let sound: any UserLookup
  private let cache = TTLCache<String, UserStanding>(capacity: 100_000, lifetime: .seconds(3600))

  init(sound: any UserLookup) { self.sound = sound }

  func standing(of uid: String) async throws -> UserStanding {
    try await cache.value(for: uid) { try await sound.standing(of: uid) } ?? .unknown
  }

  func forget(_ uid: String) {}
}

/// Takes every session for open, and for the caller's own.
struct KnowsEverySession: FaultyUserLookup {
  let sound: any UserLookup

  func session(_ token: String, of uid: String) -> SessionStanding { .open }
}
