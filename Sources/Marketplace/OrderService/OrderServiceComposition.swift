internal import HTTP
package import Logging
internal import Postgres
internal import RFC3339
package import ServiceKit

/// What order-service is made of.
package struct OrderServiceParts: ServiceParts {
  /// What the environment says.
  package let settings: OrderServiceSettings
  /// The order database, on which the repositories stand.
  package let database: ServiceDatabase
  /// What the operations need.
  package var dependencies: OrderServiceDependencies
  /// What is put around the routes.
  package var surroundings = Surroundings()

  let pool: PostgresPool
  let http: HTTPClient
  let userService: ServiceClient
  let productService: ServiceClient
}

/// Builds order-service from its environment.
package enum OrderServiceComposition: ServiceComposition {
  /// The name, as the command line takes it.
  package static let name = "order-service"

  package static func assemble(environment: [String: String], logger: Logger) throws -> OrderServiceParts {
    let settings = try EnvironmentReader.read(environment, for: name, OrderServiceSettings.init)
    let http = HTTPClient()
    let userService = settings.client("user-service", settings.userServiceURL, http)
    let productService = settings.client("product-service", settings.productServiceURL, http)
    let pool = PostgresPool(settings.database, maximum: settings.maximumConnections)
    let database = ServiceDatabase(pool: pool)
    let clock = SystemWallClock()
    let dependencies = OrderServiceDependencies(
      orders: PostgresOrderRepository(database: database, clock: clock, placementLease: settings.sagaLease),
      payments: PostgresPaymentRepository(database: database, clock: clock),
      sagas: PostgresSagaRepository(database: database, clock: clock, lease: settings.sagaLease),
      users: UserServiceDirectory(
        client: userService, cache: TTLCache(capacity: 10_000, lifetime: settings.lookupLifetime)),
      catalogue: ProductServiceCatalogue(
        client: productService, cache: TTLCache(capacity: 10_000, lifetime: settings.lookupLifetime)),
      gateway: SimulatedGateway(ids: RandomIDGenerator()), logger: logger)
    return OrderServiceParts(
      settings: settings, database: database, dependencies: dependencies, pool: pool, http: http,
      userService: userService, productService: productService)
  }

  package static func define(_ parts: OrderServiceParts) -> ServiceDefinition {
    let (settings, dependencies) = (parts.settings, parts.dependencies)
    let worker = SagaWorker(
      sagas: dependencies.sagas, settlement: dependencies.settlement, clock: SystemMonotonicClock(),
      interval: settings.sagaInterval, logger: dependencies.logger)
    return ServiceDefinition(
      name: name, host: settings.host, port: settings.port,
      router: OrderServiceAPI(dependencies).router().surrounded(by: parts.surroundings),
      readiness: [
        ReadinessCheck("order-database") { _ = try await parts.database.query("SELECT 1") },
        ReadinessCheck("user-service") { try await parts.userService.checkHealth() },
        ReadinessCheck("product-service") { try await parts.productService.checkHealth() },
      ],
      background: [BackgroundTask("saga-worker") { try await worker.run() }],
      closing: [{ await parts.pool.shutdown() }, { parts.http.shutdown() }])
  }
}
