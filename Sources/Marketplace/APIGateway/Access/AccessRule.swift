/// Who may use an operation of the gateway.
package enum AccessRule: Sendable, Hashable {
  /// Anyone; a token that cannot be used is ignored.
  case anyone
  /// Anyone, but a token that is sent must be good, because what it says is recorded.
  case anyoneIdentified
  /// Anyone with a good token; who owns the resource is checked where it lives.
  case signedIn
  /// The user whom a path parameter names, and administrators.
  case user(namedBy: String)
  /// Users with the `admin` claim.
  case administrators
}
