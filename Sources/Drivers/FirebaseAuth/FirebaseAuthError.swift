internal import HTTP
internal import JSON

/// Why Firebase Auth did not do what it was asked for.
package struct FirebaseAuthError: Error, Sendable {
  /// The code in front of the server's message, such as EMAIL_EXISTS.
  package struct Code: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral {
    /// The code as text.
    package let rawValue: String

    /// Creates a code from its text.
    package init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// Creates a code from a literal.
    package init(stringLiteral value: String) {
      self.init(rawValue: value)
    }

    /// Another account has this email address.
    package static let emailExists: Code = "EMAIL_EXISTS"
    /// No account has this email address.
    package static let emailNotFound: Code = "EMAIL_NOT_FOUND"
    /// The password is wrong.
    package static let invalidPassword: Code = "INVALID_PASSWORD"
    /// Email address or password are wrong; the server does not say which.
    package static let invalidLoginCredentials: Code = "INVALID_LOGIN_CREDENTIALS"
    /// The text is not an email address.
    package static let invalidEmail: Code = "INVALID_EMAIL"
    /// The password has fewer than six characters.
    package static let weakPassword: Code = "WEAK_PASSWORD"
    /// No password was given.
    package static let missingPassword: Code = "MISSING_PASSWORD"
    /// The account is disabled.
    package static let userDisabled: Code = "USER_DISABLED"
    /// No account has this uid.
    package static let userNotFound: Code = "USER_NOT_FOUND"
    /// Another account has this uid.
    package static let duplicateLocalID: Code = "DUPLICATE_LOCAL_ID"
    /// The ID token is malformed or not of this project.
    package static let invalidIDToken: Code = "INVALID_ID_TOKEN"
    /// The ID token was revoked or has expired.
    package static let tokenExpired: Code = "TOKEN_EXPIRED"
    /// The refresh token is unknown.
    package static let invalidRefreshToken: Code = "INVALID_REFRESH_TOKEN"
    /// So many sign-ins failed that the server takes no more for a while.
    package static let tooManyAttempts: Code = "TOO_MANY_ATTEMPTS_TRY_LATER"
    /// The project, or the kind of server, does not offer what was asked for.
    package static let operationNotAllowed: Code = "OPERATION_NOT_ALLOWED"
    /// The administrator's access token was refused by its issuer; no request was made.
    package static let noAccessToken: Code = "NO_ACCESS_TOKEN"
    /// The server could not be reached, or did not answer as Firebase Auth does.
    package static let unreachable: Code = "UNREACHABLE"
    /// The task was cancelled.
    package static let cancelled: Code = "CANCELLED"
  }

  /// What went wrong, for decisions.
  package var code: Code

  /// What went wrong, for people.
  package var message: String

  /// The HTTP status, nil when no response came.
  package var httpStatus: Int?

  /// Creates an error.
  package init(code: Code, message: String, httpStatus: Int? = nil) {
    self.code = code
    self.message = message
    self.httpStatus = httpStatus
  }
}

extension FirebaseAuthError: CustomStringConvertible {
  /// The code and the message, in one line.
  package var description: String { "\(code.rawValue): \(message)" }
}

extension FirebaseAuthError {
  /// What a failed exchange means.
  init(_ error: HTTPError) {
    self.init(code: error.code == .cancelled ? .cancelled : .unreachable, message: "\(error)")
  }

  /// Reads `{"error":{"code":400,"message":"CODE : explanation",…}}` and what comes close to it.
  init(httpStatus: Int, body: [UInt8]) {
    let error = (try? JSONValue(parsing: body))?["error"]
    // The token service answers {"error":"INVALID_…"} in the manner of OAuth 2 (RFC 6749 section 5.2).
    guard let text = error?["message"]?.stringValue ?? error?.stringValue, !text.isEmpty else {
      self.init(code: .unreachable, message: "The server answered HTTP \(httpStatus).", httpStatus: httpStatus)
      return
    }
    let code = text.prefix { $0 != " " }
    let isCode = code.allSatisfy { $0 == "_" || $0.isASCII && ($0.isUppercase || $0.isNumber) }
    let status = error?["status"]?.stringValue ?? "UNKNOWN"
    self.init(code: Code(rawValue: isCode ? String(code) : status), message: text, httpStatus: httpStatus)
  }
}
