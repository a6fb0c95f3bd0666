internal import JSON

/// The users that user-service knows: who may order and review.
package protocol UserDirectory: Sendable {
  /// Whether this uid belongs to an active user; throws `ServiceCallError` when nobody can tell.
  func isActiveUser(_ uid: String) async throws -> Bool
}

/// Asks user-service, and remembers a yes for a few seconds; a no is asked again every time.
package struct UserServiceDirectory: UserDirectory {
  private let client: ServiceClient
  private let cache: TTLCache<ExactText, Bool>

  /// Stands on a client of user-service.
  package init(client: ServiceClient, cache: TTLCache<ExactText, Bool>) {
    self.client = client
    self.cache = cache
  }

  package func isActiveUser(_ uid: String) async throws -> Bool {
    let known = try await cache.value(for: ExactText(uid)) { () async throws -> Bool? in
      let reply = try await client.get("/users/\(ServiceClient.segment(uid))")
      switch reply.status {
      case 200: return try reply.object()["status"]?.stringValue == "active" ? true : nil
      case 404: return nil
      default: throw reply.unexpected("not a status of its contract")
      }
    }
    return known ?? false
  }
}
