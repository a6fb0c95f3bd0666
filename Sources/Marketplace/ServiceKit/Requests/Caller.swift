internal import HTTP

/// On whose behalf a request arrives, as the gateway found out.
///
/// Services listen on a private network and trust two headers that only the gateway sets: it strips them from
/// clients and writes them after it verified the token. A request without them comes from another service.
package enum Caller: Sendable, Hashable {
  /// Another service of the platform.
  case service
  /// The signed-in user with this uid.
  case user(String)
  /// A signed-in user who carries the `admin` claim.
  case admin(String)

  /// The header that names the verified user.
  package static let userHeader = "X-User-UID"

  /// The header that is "true" when the verified user is an administrator.
  package static let adminHeader = "X-User-Admin"

  /// The uid of the user, nil when a service calls.
  package var uid: String? {
    switch self {
    case .service: nil
    case .user(let uid), .admin(let uid): uid
    }
  }

  /// Refuses a user who is neither the owner nor an administrator with 403.
  package func requireAccess(to ownerUID: String) throws(Problem) {
    // Bytes, not characters: uids that merely look alike are different users.
    if case .user(let uid) = self, !uid.utf8.elementsEqual(ownerUID.utf8) {
      throw .forbidden("This resource belongs to another user.")
    }
  }

  /// Refuses a user who is not an administrator with 403.
  package func requireAdmin() throws(Problem) {
    if case .user = self {
      throw .forbidden("This operation is for administrators.")
    }
  }

  /// Whether an administrator calls.
  package var isAdmin: Bool {
    if case .admin = self { true } else { false }
  }
}

extension Caller {
  init(headers: borrowing HTTPHeaders) {
    // An empty value, or one beside others, names nobody, and must not pass for a service: it is a user who owns
    // nothing. The gateway writes each header once, so whoever writes it twice is not the gateway.
    let uids = headers.values(Self.userHeader)
    guard let uid = uids.first else {
      self = .service
      return
    }
    guard uids.count == 1, !uid.isEmpty else {
      self = .user("")
      return
    }
    self = headers.values(Self.adminHeader) == ["true"] ? .admin(uid) : .user(uid)
  }
}
