private import FirebaseAuth
private import HTTP
package import Logging
private import Postgres
package import ServiceKit

/// Puts the gateway together from its environment.
package enum APIGatewayComposition: ServiceComposition {
  /// The name, as the command line takes it.
  package static let name = "api-gateway"

  /// Reads the settings and connects the gateway to its database and the services.
  package static func compose(
    environment: [String: String], logger: Logger
  ) async throws -> ServiceDefinition {
    let settings = try APIGatewaySettings(environment: environment)
    let http = HTTPClient()
    let pool = PostgresPool(settings.database, maximum: 8)
    let store = PostgresGatewayStore(pool)
    let log = RequestLog(store: store, logger: logger)
    let lookUps = settings.client(.users, http, CallPolicy())
    let clients = Dictionary(
      uniqueKeysWithValues: Upstream.allCases.map { ($0, settings.client($0, http, settings.proxyPolicy)) })
    let dependencies = APIGatewayDependencies(
      verifier: EmulatorIDTokenVerifier(project: settings.project),
      users: UserServiceLookup(
        client: lookUps, cache: TTLCache(capacity: 10_000, lifetime: settings.userCacheLifetime)),
      clients: clients, store: store, log: log,
      limiter: RateLimiter(perSecond: settings.requestsPerSecond, burst: settings.burst), logger: logger)
    return ServiceDefinition(
      name: name, host: settings.host, port: settings.port, router: GatewayAPI(dependencies).router(),
      readiness: [ReadinessCheck("gateway-database") { try await store.checkHealth() }]
        + clients.sorted { $0.key.rawValue < $1.key.rawValue }.map { upstream, client in
          ReadinessCheck(upstream.rawValue) { try await client.checkHealth() }
        },
      observers: [log],
      background: [BackgroundTask("request log") { try await log.run() }],
      closing: [{ await log.close() }, { await pool.shutdown() }, { http.shutdown() }])
  }
}
