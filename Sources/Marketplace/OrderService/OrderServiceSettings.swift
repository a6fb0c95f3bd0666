package import Postgres
package import ServiceKit

/// What order-service reads from its environment.
package struct OrderServiceSettings: Sendable {
  /// The address to listen on: `HOST`, by default 127.0.0.1.
  package let host: String
  /// `PORT`, by default 8080.
  package let port: Int
  /// `DATABASE_URL`, or `DB_HOST` to `DB_PASSWORD`.
  package let database: PostgresConfiguration
  /// `DB_POOL_SIZE`: the most connections to the database, by default 10.
  package let maximumConnections: Int
  /// `USER_SERVICE_URL`.
  package let userServiceURL: String
  /// `PRODUCT_SERVICE_URL`.
  package let productServiceURL: String
  /// `NEIGHBOUR_TIMEOUT_MS`: how long one call of another service may take, by default 2 s.
  package let neighbourTimeout: Duration
  /// `LOOKUP_CACHE_MS`: how long a user or product is remembered, by default 2 s.
  package let lookupLifetime: Duration
  /// `SAGA_LEASE_MS`: how long a worker may hold a saga, and a placement may take, by default 15 s.
  package let sagaLease: Duration
  /// `SAGA_POLL_MS`: how often the worker looks for overdue sagas, by default 0.5 s.
  package let sagaInterval: Duration

  /// Reads the settings; every problem is collected by the reader.
  package init(_ environment: EnvironmentReader) {
    host = environment.string("HOST", default: "127.0.0.1")
    port = environment.port(default: 8080)
    database = environment.postgres(defaultPort: 5434, database: "order_database", user: "order_user")
    maximumConnections = environment.integer("DB_POOL_SIZE", in: 1...100, default: 10)
    userServiceURL = environment.serviceURL("USER_SERVICE_URL", default: "http://127.0.0.1:3001")
    productServiceURL = environment.serviceURL("PRODUCT_SERVICE_URL", default: "http://127.0.0.1:8000")
    neighbourTimeout = environment.milliseconds("NEIGHBOUR_TIMEOUT_MS", default: .seconds(2))
    lookupLifetime = environment.milliseconds("LOOKUP_CACHE_MS", default: .seconds(2))
    sagaLease = environment.milliseconds("SAGA_LEASE_MS", default: .seconds(15))
    sagaInterval = environment.milliseconds("SAGA_POLL_MS", default: .milliseconds(500))
  }

  /// A client of another service, as patient as these settings say.
  func client(_ service: String, _ url: String, _ transport: any HTTPTransport) -> ServiceClient {
    ServiceClient(
      service: service, baseURL: url, transport: transport, policy: CallPolicy(timeout: neighbourTimeout))
  }
}
