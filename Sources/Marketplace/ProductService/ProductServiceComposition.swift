internal import HTTP
package import Logging
internal import Postgres
internal import RFC3339
package import ServiceKit

/// What product-service is made of.
package struct ProductServiceParts: ServiceParts {
  /// What the environment says.
  package let settings: ProductServiceSettings
  /// The product database, on which the repositories stand.
  package let database: ServiceDatabase
  /// What the operations need.
  package var dependencies: ProductServiceDependencies
  /// What is put around the routes.
  package var surroundings = Surroundings()

  let pool: PostgresPool
  let http: HTTPClient
  let userService: ServiceClient
  let orderService: ServiceClient
}

/// Builds product-service from its environment.
package enum ProductServiceComposition: ServiceComposition {
  /// The name, as the command line takes it.
  package static let name = "product-service"

  package static func assemble(environment: [String: String], logger: Logger) throws -> ProductServiceParts {
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
    return ProductServiceParts(
      settings: settings, database: database, dependencies: dependencies, pool: pool, http: http, userService: users,
      orderService: orders)
  }

  package static func define(_ parts: ProductServiceParts) -> ServiceDefinition {
    ServiceDefinition(
      name: name, host: parts.settings.host, port: parts.settings.port,
      router: ProductServiceAPI(parts.dependencies).router().surrounded(by: parts.surroundings),
      readiness: [
        ReadinessCheck("product-database") { _ = try await parts.database.query("SELECT 1") },
        ReadinessCheck("user-service") { try await parts.userService.checkHealth() },
        ReadinessCheck("order-service") { try await parts.orderService.checkHealth() },
      ],
      closing: [{ await parts.pool.shutdown() }, { parts.http.shutdown() }])
  }
}
