package import HTTP

/// Where Firebase Auth is reached, and what proves to it who asks.
///
/// Calls of an end user carry an API key, which names the project and is no secret; calls of an administrator carry an
/// access token, which is one.
package struct FirebaseAuthEndpoint: Sendable {
  /// Where accounts are kept: Google's Identity Toolkit.
  package static let productionURL = "https://identitytoolkit.googleapis.com"
  /// Where refresh tokens become ID tokens: Google's Secure Token service.
  package static let productionTokenURL = "https://securetoken.googleapis.com"

  /// What stands in front of "/v1/accounts…" and "/v1/projects/…/accounts…".
  let accounts: URLBuilder
  /// What stands in front of "/v1/token".
  let tokens: URLBuilder
  /// What stands in front of "/emulator/v1/…", nil for a real project.
  let emulatorControls: URLBuilder?
  let apiKey: String
  let administrator: any AccessTokenSource

  /// Firebase Auth itself; the source must hand out tokens of the scope "identitytoolkit".
  package static func production(
    apiKey: String, administrator: any AccessTokenSource, baseURL: String = FirebaseAuthEndpoint.productionURL,
    tokenURL: String = FirebaseAuthEndpoint.productionTokenURL
  ) -> Self {
    Self(
      accounts: URLBuilder(baseURL), tokens: URLBuilder(tokenURL), emulatorControls: nil, apiKey: apiKey,
      administrator: administrator)
  }

  /// The emulator by the value of `FIREBASE_AUTH_EMULATOR_HOST`: "127.0.0.1:9099".
  ///
  /// It serves Google's interfaces as path prefixes of one host, takes any API key, and obeys `Bearer owner`.
  package static func emulator(_ address: String, apiKey: String = "emulator") -> Self {
    let host = URLBuilder("http://\(address)")
    return Self(
      accounts: host.appending(literal: "/identitytoolkit.googleapis.com"),
      tokens: host.appending(literal: "/securetoken.googleapis.com"), emulatorControls: host, apiKey: apiKey,
      administrator: FixedAccessToken("owner"))
  }
}
