internal import HTTP
package import Logging
internal import Postgres
package import ServiceKit

/// What the gateway is made of.
package struct APIGatewayParts: ServiceParts {
  /// What the environment says.
  package let settings: APIGatewaySettings
  /// What the operations need.
  package var dependencies: APIGatewayDependencies
  /// What is put around the routes.
  package var surroundings = Surroundings()

  let pool: PostgresPool
  let http: HTTPClient
}

/// Puts the gateway together from its environment.
package enum APIGatewayComposition: ServiceComposition {
  /// The name, as the command line takes it.
  package static let name = "api-gateway"

  /// Reads the settings and connects the gateway to its database and the services.
  package static func assemble(environment: [String: String], logger: Logger) throws -> APIGatewayParts {
    let settings = try APIGatewaySettings(environment: environment)
    let http = HTTPClient()
    let pool = PostgresPool(settings.database, maximum: 8)
    let store = PostgresGatewayStore(pool)
    let lookUps = settings.client(.users, http, CallPolicy())
    let dependencies = APIGatewayDependencies(
      verifier: settings.tokenIssuer.verifier(project: settings.project, http: http),
      users: UserServiceLookup(
        client: lookUps, cache: TTLCache(capacity: 10_000, lifetime: settings.userCacheLifetime)),
      clients: Dictionary(
        uniqueKeysWithValues: Upstream.allCases.map { ($0, settings.client($0, http, settings.proxyPolicy)) }),
      store: store, log: RequestLog(store: store, logger: logger),
      limiter: RateLimiter(perSecond: settings.requestsPerSecond, burst: settings.burst), logger: logger)
    return APIGatewayParts(settings: settings, dependencies: dependencies, pool: pool, http: http)
  }

  package static func define(_ parts: APIGatewayParts) -> ServiceDefinition {
    let dependencies = parts.dependencies
    let log = dependencies.log
    let retention = Retention(
      store: dependencies.store, wallClock: dependencies.clock, interval: parts.settings.retentionInterval,
      logger: dependencies.logger)
    return ServiceDefinition(
      name: name, host: parts.settings.host, port: parts.settings.port,
      router: GatewayAPI(dependencies).router().surrounded(by: parts.surroundings),
      readiness: [ReadinessCheck("gateway-database") { try await dependencies.store.checkHealth() }]
        + parts.settings.tokenIssuer.readiness(of: dependencies.verifier)
        + dependencies.clients.sorted { $0.key.rawValue < $1.key.rawValue }.map { upstream, client in
          ReadinessCheck(upstream.rawValue) { try await client.checkHealth() }
        },
      observers: [log],
      background: [
        BackgroundTask("request log") { try await log.run() },
        BackgroundTask("retention") { try await retention.run() },
      ],
      closing: [{ await log.close() }, { await parts.pool.shutdown() }, { parts.http.shutdown() }])
  }
}
