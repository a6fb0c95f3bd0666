private import HTTP
private import JSON
package import ServiceKit

/// What the gateway asks the user service.
package protocol UserLookup: Sendable {
  /// Whether a user may act.
  func standing(of uid: String) async throws -> UserStanding

  /// Forgets what is remembered of a user, because the user is being changed.
  func forget(_ uid: String)

  /// Whether a session is open and belongs to a user.
  func session(_ token: String, of uid: String) async throws -> SessionStanding
}

/// Whether a user may act.
package enum UserStanding: Sendable, Hashable {
  /// May act.
  case active
  /// Exists, and may not act for the time being.
  case suspended
  /// Does not exist, or was deleted.
  case unknown
}

/// What a session is to a user.
package enum SessionStanding: Sendable, Hashable {
  /// Open, and the user's own.
  case open
  /// Somebody else's.
  case foreign
  /// Over, or never was.
  case unknown
}

/// Asks the user service, and remembers for a few seconds who may act.
package struct UserServiceLookup: UserLookup {
  private let client: ServiceClient
  private let cache: TTLCache<ExactText, UserStanding>

  /// Creates a look-up over a client of the user service.
  package init(client: ServiceClient, cache: TTLCache<ExactText, UserStanding>) {
    self.client = client
    self.cache = cache
  }

  /// Whether a user may act; that someone does not exist is not remembered.
  package func standing(of uid: String) async throws -> UserStanding {
    try await cache.value(for: ExactText(uid)) {
      let reply = try await client.get("/users/\(ServiceClient.segment(uid))")
      switch reply.status {
      case 200: return try reply.object()["status"] == "active" ? .active : .suspended
      case 404: return nil
      default: throw reply.unexpected("looking up a user")
      }
    } ?? .unknown
  }

  /// Forgets what is remembered of a user.
  package func forget(_ uid: String) { cache.invalidate(ExactText(uid)) }

  /// Whether a session is open and belongs to a user; asked every time.
  package func session(_ token: String, of uid: String) async throws -> SessionStanding {
    let reply = try await client.send(
      "GET", "/sessions/\(ServiceClient.segment(token))", headers: [(Caller.userHeader, uid)])
    switch reply.status {
    case 200: return .open
    case 403: return .foreign
    case 404, 410: return .unknown
    default: throw reply.unexpected("looking up a session")
    }
  }
}
