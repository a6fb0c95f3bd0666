internal import HTTP
package import Logging
internal import Postgres
internal import RFC3339
package import ServiceKit

/// Builds product-service from its environment.
package enum ProductServiceComposition: ServiceComposition {
  /// The name, as the command line takes it.
  package static let name = "product-service"

  package static func compose(environment: [String: String], logger: Logger) async throws -> ServiceDefinition {
    let settings = try EnvironmentReader.read(environment, for: name, ProductServiceSettings.init)
    let http = HTTPClient()
    let users = ServiceClient(service: "user-service", baseURL: settings.userServiceURL, transport: http)
    let orders = ServiceClient(service: "order-service", baseURL: settings.orderServiceURL, transport: http)
    let pool = PostgresPool(settings.database, maximum: settings.maximumConnections)
    let database = ServiceDatabase(pool: pool)
    let clock = SystemWallClock()
    let dependencies = ProductServiceDependencies(
      categories: PostgresCategoryRepository(database: database, clock: clock),
      products: PostgresProductRepository(database: database, clock: clock),
      stock: PostgresStockRepository(database: database, clock: clock),
      reviews: PostgresReviewRepository(database: database, clock: clock),
      users: UserServiceDirectory(
        client: users, cache: TTLCache(capacity: 10_000, lifetime: settings.lookupLifetime)),
      purchases: OrderServicePurchaseVerifier(client: orders))
    return ServiceDefinition(
      name: name, host: settings.host, port: settings.port, router: ProductServiceAPI(dependencies).router(),
      readiness: [
        ReadinessCheck("product-database") { _ = try await database.query("SELECT 1") },
        ReadinessCheck("user-service") { try await users.checkHealth() },
        ReadinessCheck("order-service") { try await orders.checkHealth() },
      ],
      closing: [{ await pool.shutdown() }, { http.shutdown() }])
  }
}
