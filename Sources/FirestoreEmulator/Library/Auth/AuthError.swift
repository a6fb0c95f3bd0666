/// A refusal of the account service, in the words of Firebase Auth's REST API.
struct AuthError: Error, Sendable, Hashable {
  /// `EMAIL_EXISTS`, or a code with details: `WEAK_PASSWORD : Password should be at least 6 characters`.
  let message: String
  let httpStatus: Int
  /// Set for errors of the platform, which carry a status name instead of a list of reasons.
  let status: String?

  init(_ message: String) {
    self.message = message
    httpStatus = 400
    status = nil
  }

  private init(_ message: String, httpStatus: Int, status: String) {
    self.message = message
    self.httpStatus = httpStatus
    self.status = status
  }

  static let missingKey = AuthError(
    "The request is missing a valid API key.", httpStatus: 403, status: "PERMISSION_DENIED")

  static let missingCredential = AuthError(
    "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid "
      + "authentication credential.", httpStatus: 401, status: "UNAUTHENTICATED")

  static let notFound = AuthError("Method not found.", httpStatus: 404, status: "NOT_FOUND")

  static func notImplemented(_ what: String) -> AuthError {
    AuthError("\(what) is not implemented in this emulator.", httpStatus: 501, status: "NOT_IMPLEMENTED")
  }
}
