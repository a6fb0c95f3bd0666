package import FirebaseAuth
package import Logging
package import RFC3339
package import ServiceKit

/// What the gateway is made of; tests and faults put other parts in.
package struct APIGatewayDependencies: Sendable {
  /// Checks ID tokens.
  package var verifier: any IDTokenVerifier
  /// Knows users and sessions.
  package var users: any UserLookup
  /// Calls the services behind the gateway.
  package var clients: [Upstream: ServiceClient]
  /// The tables of the gateway.
  package var store: any GatewayStore
  /// The rows on their way to `api_logs`.
  package var log: RequestLog
  /// Counts requests.
  package var limiter: RateLimiter
  /// The time of day.
  package var clock: any WallClock
  /// Where failures are told.
  package var logger: Logger

  /// Puts the parts together.
  package init(
    verifier: any IDTokenVerifier, users: any UserLookup, clients: [Upstream: ServiceClient],
    store: any GatewayStore, log: RequestLog, limiter: RateLimiter, clock: any WallClock = SystemWallClock(),
    logger: Logger
  ) {
    self.verifier = verifier
    self.users = users
    self.clients = clients
    self.store = store
    self.log = log
    self.limiter = limiter
    self.clock = clock
    self.logger = logger
  }
}

/// The operations of the gateway over HTTP.
package struct GatewayAPI: Sendable {
  private let dependencies: APIGatewayDependencies

  /// Creates the operations on their dependencies.
  package init(_ dependencies: APIGatewayDependencies) { self.dependencies = dependencies }

  /// The routes, named by the operationIds of api-gateway.openapi.yaml.
  package func router() -> Router {
    let logger = dependencies.logger
    var router = Router(logError: { logger.error("\($0)") })
    var rules = AnalyticsAPI.access
    let proxy = Proxy(clients: dependencies.clients)
    for route in ProxyRoute.all {
      rules[route.operation] = route.access
      router.on(
        route.method, Proxy.prefix + route.path, operation: route.operation, masking: route.masked,
        handler(for: route, proxy))
    }
    AnalyticsAPI(
      store: dependencies.store, log: dependencies.log, users: dependencies.users, clock: dependencies.clock
    ).addRoutes(to: &router)
    router.use(
      Admission(
        rules: rules, verifier: dependencies.verifier, users: dependencies.users, limiter: dependencies.limiter))
    return router
  }

  private func handler(for route: ProxyRoute, _ proxy: Proxy) -> Handler {
    let users = dependencies.users
    guard ["updateUser", "deleteUser"].contains(route.operation) else {
      return { request in try await proxy.forward(request, to: route.upstream) }
    }
    // Who may act changes with these: nothing remembered from before may outlive them, whatever their outcome.
    return { request in
      let uid = try request.pathText("uid")
      defer { users.forget(uid) }
      return try await proxy.forward(request, to: route.upstream)
    }
  }
}
