package import Postgres
package import ServiceKit

/// What product-service reads from its environment.
package struct ProductServiceSettings: Sendable {
  /// The address to listen on: `HOST`, by default 127.0.0.1.
  package let host: String
  /// `PORT`, by default 8000.
  package let port: Int
  /// `DATABASE_URL`, or `DB_HOST` to `DB_PASSWORD`.
  package let database: PostgresConfiguration
  /// `DB_POOL_SIZE`: the most connections to the database, by default 10.
  package let maximumConnections: Int
  /// `USER_SERVICE_URL`.
  package let userServiceURL: String
  /// `ORDER_SERVICE_URL`.
  package let orderServiceURL: String
  /// `LOOKUP_CACHE_MS`: how long a user is remembered, by default 2 s.
  package let lookupLifetime: Duration

  /// Reads the settings; every problem is collected by the reader.
  package init(_ environment: EnvironmentReader) {
    host = environment.string("HOST", default: "127.0.0.1")
    port = environment.port(default: 8000)
    database = environment.postgres(defaultPort: 5433, database: "product_database", user: "product_user")
    maximumConnections = environment.integer("DB_POOL_SIZE", in: 1...100, default: 10)
    userServiceURL = environment.serviceURL("USER_SERVICE_URL", default: "http://127.0.0.1:3001")
    orderServiceURL = environment.serviceURL("ORDER_SERVICE_URL", default: "http://127.0.0.1:8080")
    lookupLifetime = environment.milliseconds("LOOKUP_CACHE_MS", default: .seconds(2))
  }
}
