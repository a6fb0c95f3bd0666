private import HTTP
package import Postgres
package import ServiceKit

/// The settings of the gateway.
package struct APIGatewaySettings: Sendable {
  /// The address to listen on, `HOST`.
  package let host: String
  /// The port to listen on, `PORT`, 4000 unless set.
  package let port: Int
  /// The database, `DATABASE_URL` or `DB_HOST` to `DB_PASSWORD`.
  package let database: PostgresConfiguration
  /// Where the services are, `USER_SERVICE_URL`, `PRODUCT_SERVICE_URL`, `ORDER_SERVICE_URL`.
  package let services: [Upstream: String]
  /// The Firebase project whose tokens are accepted, `FIREBASE_PROJECT_ID`.
  package let project: String
  /// Who issues those tokens: the emulator where `FIREBASE_AUTH_EMULATOR_HOST` is set, else Google.
  package let tokenIssuer: FirebaseTokenIssuer
  /// How long one request to a service may take, `UPSTREAM_TIMEOUT_MS`, 15 s unless set.
  package let upstreamTimeout: Duration
  /// How long it is remembered who may act, `USER_CACHE_MS`, 3 s unless set.
  package let userCacheLifetime: Duration
  /// Requests per second of one user or address in the long run, `RATE_LIMIT_PER_SECOND`, 5000 unless set.
  package let requestsPerSecond: Int
  /// Requests of one user or address at once, `RATE_LIMIT_BURST`, 10000 unless set.
  package let burst: Int

  /// How often rows that were kept long enough are removed, `RETENTION_INTERVAL_MS`, one hour unless set.
  package let retentionInterval: Duration

  /// Reads the settings.
  package init(environment: [String: String]) throws(SettingsError) {
    self = try EnvironmentReader.read(environment, for: APIGatewayComposition.name) { Self($0) }
  }

  private init(_ reader: EnvironmentReader) {
    host = reader.string("HOST", default: "127.0.0.1")
    port = reader.port(default: 4000)
    database = reader.postgres(defaultPort: 5435, database: "gateway_database", user: "gateway_user")
    services = [
      .users: reader.serviceURL("USER_SERVICE_URL"), .products: reader.serviceURL("PRODUCT_SERVICE_URL"),
      .orders: reader.serviceURL("ORDER_SERVICE_URL"),
    ]
    project = reader.string("FIREBASE_PROJECT_ID")
    tokenIssuer = reader.firebaseTokenIssuer()
    upstreamTimeout = reader.milliseconds("UPSTREAM_TIMEOUT_MS", default: .seconds(15))
    userCacheLifetime = reader.milliseconds("USER_CACHE_MS", default: .seconds(3))
    requestsPerSecond = reader.integer("RATE_LIMIT_PER_SECOND", in: 1...1_000_000, default: 5000)
    burst = reader.integer("RATE_LIMIT_BURST", in: 1...1_000_000, default: 10_000)
    retentionInterval = reader.milliseconds("RETENTION_INTERVAL_MS", default: .seconds(3600))
  }

  /// How patiently requests are passed on: services have time for retries of their own.
  var proxyPolicy: CallPolicy {
    CallPolicy(
      timeout: upstreamTimeout, attempts: 2, repeatsTimeouts: false, maximumBodyBytes: 16 << 20)
  }

  func client(_ upstream: Upstream, _ transport: any HTTPTransport, _ policy: CallPolicy) -> ServiceClient {
    ServiceClient(
      service: upstream.rawValue, baseURL: services[upstream] ?? "", transport: transport, policy: policy)
  }
}
