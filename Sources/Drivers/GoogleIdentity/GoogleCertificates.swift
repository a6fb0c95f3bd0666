package import HTTP
internal import JWTKit
package import RFC3339

/// The certificates with which Google signs the ID tokens of all Firebase projects, fetched and kept as Google asks.
///
/// They are kept as long as `Cache-Control` says, and an hour longer while the endpoint does not answer: Google
/// announces keys well before it uses them. A token with an unknown key makes them be fetched again, but at most once
/// in a pause, so that forged key ids do not become requests to Google.
package struct GoogleCertificates: Sendable {
  /// Where Google publishes them.
  package static let productionURL =
    "https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com"

  /// The least time between two fetches when the second is not due.
  package static let pause = Duration.seconds(5)

  /// How long certificates serve after they should have been renewed, in seconds.
  package static let grace: Int64 = 3_600

  /// Google's answer has about 5 KB.
  private static let maximumBytes = 256 << 10

  private let keys: RefreshedValue<SigningKeys, CertificateError>

  /// Creates an empty store; the first token fetches the certificates.
  package init(http: HTTPClient, url: String = GoogleCertificates.productionURL, clock: any WallClock) {
    keys = RefreshedValue(clock: clock, pause: Self.pause, renewal: .beforeUse) { () async throws(CertificateError) in
      let (keys, lifetime) = try await Self.fetch(http, url)
      let now = clock.now()
      let refreshAt = now.adding(seconds: lifetime)
      return .init(
        value: keys, obtainedAt: now, refreshAt: refreshAt, usableUntil: refreshAt.adding(seconds: Self.grace))
    }
  }

  /// Throws when there are no certificates and none can be had.
  package func checkHealth() async throws(CertificateError) {
    _ = try await keys.current()
  }

  /// The RS256 verification with the key of this id; nil when Google has no such key.
  func verification(keyID: String) async throws(CertificateError) -> (any JWTAlgorithm)? {
    let known = try await keys.current()
    if let key = known.value[keyID] { return key }
    return try await keys.newer(than: known)?.value[keyID]
  }

  private static func fetch(
    _ http: HTTPClient, _ url: String
  ) async throws(CertificateError) -> (SigningKeys, lifetime: Int64) {
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await http.send(
        HTTPRequest(
          url: url, headers: ["Accept": "application/json"], timeout: .seconds(3), connectTimeout: .seconds(2),
          maximumBodyBytes: maximumBytes))
    } catch {
      throw CertificateError("\(error)")
    }
    guard response.status == 200 else { throw CertificateError("the server answered HTTP \(response.status).") }
    guard let keys = await SigningKeys(parsing: response.body) else {
      throw CertificateError("the server's answer holds no certificate that can be used.")
    }
    return (keys, CacheLifetime.seconds(response.headers))
  }
}

/// Why there are no certificates.
package struct CertificateError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What happened, in one sentence.
  package let description: String

  init(_ description: String) { self.description = description }
}
