internal import HTTP
package import Logging
internal import Postgres
internal import RFC3339
package import ServiceKit

/// Builds order-service from its environment.
package enum OrderServiceComposition: ServiceComposition {
  /// The name, as the command line takes it.
  package static let name = "order-service"

  package static func compose(environment: [String: String], logger: Logger) async throws -> ServiceDefinition {
    let settings = try EnvironmentReader.read(environment, for: name, OrderServiceSettings.init)
    let http = HTTPClient()
    let userService = ServiceClient(service: "user-service", baseURL: settings.userServiceURL, transport: http)
    let productService = ServiceClient(service: "product-service", baseURL: settings.productServiceURL, transport: http)
    let pool = PostgresPool(settings.database, maximum: settings.maximumConnections)
    let database = ServiceDatabase(pool: pool)
    let clock = SystemWallClock()
    let orders = PostgresOrderRepository(database: database, clock: clock, placementLease: settings.sagaLease)
    let sagas = PostgresSagaRepository(database: database, clock: clock, lease: settings.sagaLease)
    let catalogue = ProductServiceCatalogue(
      client: productService, cache: TTLCache(capacity: 10_000, lifetime: settings.lookupLifetime))
    let settlement = SagaSettlement(sagas: sagas, catalogue: catalogue, logger: logger)
    let dependencies = OrderServiceDependencies(
      orders: orders,
      payments: PostgresPaymentRepository(database: database, clock: clock),
      placement: OrderPlacement(
        users: UserServiceDirectory(
          client: userService, cache: TTLCache(capacity: 10_000, lifetime: settings.lookupLifetime)),
        catalogue: catalogue, orders: orders, sagas: sagas, settlement: settlement, pricing: .standard),
      settlement: settlement,
      gateway: SimulatedGateway(ids: RandomIDGenerator()))
    let worker = SagaWorker(
      sagas: sagas, settlement: settlement, clock: SystemMonotonicClock(), interval: settings.sagaInterval,
      logger: logger)
    return ServiceDefinition(
      name: name, host: settings.host, port: settings.port, router: OrderServiceAPI(dependencies).router(),
      readiness: [
        ReadinessCheck("order-database") { _ = try await database.query("SELECT 1") },
        ReadinessCheck("user-service") { try await userService.checkHealth() },
        ReadinessCheck("product-service") { try await productService.checkHealth() },
      ],
      background: [BackgroundTask("saga-worker") { try await worker.run() }],
      closing: [{ await pool.shutdown() }, { http.shutdown() }])
  }
}
