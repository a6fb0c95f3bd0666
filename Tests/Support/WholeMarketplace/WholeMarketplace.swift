// Everything is real but the machine: the four services as `marketplace` composes them, each listening on a port of its
// own, on the embedded Firestore and three databases of a scratch PostgreSQL. One set serves all tests of a process,
// because each brings users and products of its own; it ends with the process.

internal import APIGateway
internal import ChildProcesses
package import FirebaseAuth
internal import FirestoreEmulator
package import HTTP
internal import OrderService
package import Postgres
internal import ProductService
internal import ScratchPostgres
internal import ServiceKit
internal import UserService

/// The four services of the marketplace on sockets, with their stores.
package final class WholeMarketplace: Sendable {
  /// One of the four services.
  package enum Service: String, CaseIterable, Sendable {
    /// Users and sessions.
    case users = "user-service"
    /// The catalogue.
    case products = "product-service"
    /// Orders and payments.
    case orders = "order-service"
    /// What clients talk to.
    case gateway = "api-gateway"
  }

  /// The Firebase project of its users.
  package static let project = "marketplace-tests"

  /// The password that every connection string carries.
  package static let databasePassword = "database-secret-51c7"

  /// The ports by service.
  package let ports: [Service: Int]

  /// The port of the embedded Firestore and Firebase Auth.
  package let firebasePort: Int

  /// What calls the services.
  package let client: HTTPClient

  /// Accounts, past the services.
  package let accounts: FirebaseAuthClient

  /// The product database, past the services.
  package let productPool: PostgresPool

  /// The order database, past the services.
  package let orderPool: PostgresPool

  /// The gateway's database, past the services.
  package let gatewayPool: PostgresPool

  /// Everything the services logged.
  package let logs: LogRecorder

  private let firebase: FirestoreEmulatorServer
  private let running: [RunningService]

  /// The one that all tests of this process share.
  package static var shared: WholeMarketplace {
    get async throws { try await boot.value }
  }

  private static let boot = Task { try await WholeMarketplace() }

  private init() async throws {
    let logs = LogRecorder()
    firebase = try await FirestoreEmulatorServer.start(configuration: EmulatorConfiguration(project: Self.project))
    let users = [
      "FIREBASE_PROJECT_ID": Self.project, "FIRESTORE_EMULATOR_HOST": firebase.address,
      "FIREBASE_AUTH_EMULATOR_HOST": firebase.address, "PORT": "\(try freePort())",
    ]
    let databases = [
      try await ScratchServer.database(from: "product-service-init.sql"),
      try await ScratchServer.database(from: "order-service-init.sql"),
      try await ScratchServer.database(from: "gateway-init.sql"),
    ]
    var others = [
      "USER_SERVICE_URL": "http://127.0.0.1:\(users["PORT"] ?? "")", "PRODUCT_SERVICE_URL": "", "ORDER_SERVICE_URL": "",
      "FIREBASE_PROJECT_ID": Self.project, "FIREBASE_AUTH_EMULATOR_HOST": firebase.address,
      "RATE_LIMIT_PER_SECOND": "1000000", "RATE_LIMIT_BURST": "1000000", "SAGA_POLL_MS": "50",
      "NEIGHBOUR_TIMEOUT_MS": "20000",
    ]
    let (productPort, orderPort, gatewayPort) = (try freePort(), try freePort(), try freePort())
    others["PRODUCT_SERVICE_URL"] = "http://127.0.0.1:\(productPort)"
    others["ORDER_SERVICE_URL"] = "http://127.0.0.1:\(orderPort)"
    func environment(_ port: Int, _ database: PostgresConfiguration) -> [String: String] {
      others.merging(["PORT": "\(port)", "DATABASE_URL": Self.connectionString(database)]) { $1 }
    }
    running = [
      try await RunningService.start(UserServiceComposition.self, users, logs),
      try await RunningService.start(ProductServiceComposition.self, environment(productPort, databases[0]), logs),
      try await RunningService.start(OrderServiceComposition.self, environment(orderPort, databases[1]), logs),
      try await RunningService.start(APIGatewayComposition.self, environment(gatewayPort, databases[2]), logs),
    ]
    ports = Dictionary(uniqueKeysWithValues: zip(Service.allCases, running.map(\.port)))
    firebasePort = firebase.port
    client = HTTPClient()
    accounts = FirebaseAuthClient(http: client, emulatorHost: firebase.address, project: Self.project)
    productPool = PostgresPool(databases[0], maximum: 2)
    orderPool = PostgresPool(databases[1], maximum: 2)
    gatewayPool = PostgresPool(databases[2], maximum: 2)
    self.logs = logs
  }

  /// The base URL of a service.
  package func url(_ service: Service) -> String { "http://127.0.0.1:\(ports[service] ?? 0)" }

  /// The first column of the first row, as an integer.
  package func count(_ sql: SQL, in pool: PostgresPool) async throws -> Int {
    try await pool.withConnection { try await $0.query(sql).rows }.first?[0].decode(Int.self) ?? 0
  }

  private static func connectionString(_ database: PostgresConfiguration) -> String {
    "host=\(database.host ?? "") port=\(database.port) dbname=\(database.database ?? "")"
      + " user=\(ScratchServer.owner) password=\(databasePassword)"
  }
}
