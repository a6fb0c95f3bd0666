package import HTTP
internal import JSON
package import RFC3339

/// Access tokens for a service account, bought with signed assertions (RFC 7523) and kept until shortly before their
/// end.
///
/// The flow of <https://developers.google.com/identity/protocols/oauth2/service-account>.
package struct ServiceAccountTokens: AccessTokenSource {
  /// Where Google sells them.
  package static let productionURL = "https://oauth2.googleapis.com/token"
  /// The right to read and write Firestore.
  package static let firestoreScope = "https://www.googleapis.com/auth/datastore"
  /// The right to administrate the accounts of Firebase Auth.
  package static let accountsScope = "https://www.googleapis.com/auth/identitytoolkit"

  /// How long before its end a token is replaced, in seconds; half its life when that is less.
  private static let margin: Int64 = 300
  /// How long before its end a token is no longer handed out: it has to survive its request.
  private static let reserve: Int64 = 15
  private static let pause = Duration.seconds(1)
  private static let maximumBytes = 64 << 10

  private let tokens: RefreshedValue<String, AccessTokenError>

  /// Creates a source; the first request buys a token.
  package init(
    http: HTTPClient, account: ServiceAccount, scopes: [String], url: String = ServiceAccountTokens.productionURL,
    clock: any WallClock = SystemWallClock()
  ) {
    tokens = RefreshedValue(clock: clock, pause: Self.pause, renewal: .besideUse) { () async throws(AccessTokenError) in
      // The age of a token counts from before the request, when its issuer cannot have started counting yet.
      let now = clock.now()
      let assertion = ServiceAccountAssertion(account: account, scopes: scopes, audience: url, at: now)
      let answer = try await Self.buy(http, url, assertion, account)
      let end = now.adding(seconds: answer.lifetime)
      return .init(
        value: answer.token, obtainedAt: now,
        refreshAt: end.adding(seconds: -min(Self.margin, answer.lifetime / 2)),
        usableUntil: end.adding(seconds: -min(Self.reserve, answer.lifetime / 2)))
    }
  }

  /// A token that is valid now.
  package func accessToken() async throws(AccessTokenError) -> String {
    try await tokens.current().value
  }

  private static func buy(
    _ http: HTTPClient, _ url: String, _ assertion: ServiceAccountAssertion, _ account: ServiceAccount
  ) async throws(AccessTokenError) -> AccessTokenAnswer {
    guard let signed = try? await assertion.signed(with: account.key) else {
      throw AccessTokenError("the key of the service account does not sign.", isTransient: false)
    }
    let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=\(signed)"
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await http.send(
        HTTPRequest(
          method: "POST", url: url, headers: ["Content-Type": "application/x-www-form-urlencoded"],
          body: Array(form.utf8), timeout: .seconds(5), connectTimeout: .seconds(2), maximumBodyBytes: maximumBytes))
    } catch {
      throw AccessTokenError("the token endpoint did not answer: \(error)", isTransient: true)
    }
    return try AccessTokenAnswer(status: response.status, body: response.body)
  }
}
