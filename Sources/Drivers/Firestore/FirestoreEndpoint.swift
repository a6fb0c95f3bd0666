package import HTTP

/// Where a Firestore is reached, and what proves to it who asks.
package struct FirestoreEndpoint: Sendable {
  /// Where Cloud Firestore answers.
  package static let productionURL = "https://firestore.googleapis.com"

  /// The scheme and authority in front of "/v1/projects/…", without a trailing slash.
  package let baseURL: String

  let token: @Sendable () async throws -> String?

  /// Cloud Firestore itself, for which the source must hand out tokens of the scope "datastore".
  package static func production(
    tokens: any AccessTokenSource, baseURL: String = FirestoreEndpoint.productionURL
  ) -> Self {
    custom(baseURL: baseURL) { try await tokens.accessToken() }
  }

  /// Google's emulator or our own, by the value of `FIRESTORE_EMULATOR_HOST`: "127.0.0.1:8081".
  ///
  /// Sends `Bearer owner`, which both read as "no security rules".
  package static func emulator(_ address: String) -> Self {
    Self(baseURL: "http://\(address)", token: { "owner" })
  }

  /// An emulator by host and port.
  package static func emulator(host: String, port: Int) -> Self {
    emulator(host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
  }

  /// Any other server; the function is asked for an OAuth 2 access token before each request, nil sends none.
  package static func custom(baseURL: String, token: @escaping @Sendable () async throws -> String?) -> Self {
    Self(baseURL: baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL, token: token)
  }
}
