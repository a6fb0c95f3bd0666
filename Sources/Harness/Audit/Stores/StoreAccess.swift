import Firestore
import Postgres

/// The connections of one audit: a small pool per PostgreSQL store, opened when a rule first needs it.
struct StoreAccess: Sendable {
  private let pools: [String: (pool: PostgresPool, history: SQLReader.History, gate: ReplicaGate?)]
  private let clients: [String: FirestoreClient]
  private let paces: [String: ScanPace]
  private let configurations: [String: PostgresConfiguration]
  /// Whether the documents that may be read are counted.
  let isFirestoreLimited: Bool

  /// Prepares access for so many rules at a time.
  init(stores: [String: AuditedStore], rulesAtOnce: Int, limits: AuditLimits = AuditLimits()) {
    isFirestoreLimited = limits.firestoreReads != nil
    let meter = ReadMeter(limit: limits.firestoreReads)
    paces = stores.mapValues { _ in ScanPace(rowsPerSecond: limits.rowsPerSecond) }
    var pools: [String: (PostgresPool, SQLReader.History, ReplicaGate?)] = [:]
    var clients: [String: FirestoreClient] = [:]
    var configurations: [String: PostgresConfiguration] = [:]
    for (name, store) in stores {
      switch store {
      case .postgresql(let configuration, let primary):
        // A rule holds at most two connections, a cursor and a look-up, even if all rules are about one store. With
        // fewer, rules that hold their first would wait for each other's second for ever.
        let pool = PostgresPool(
          Self.gentle(configuration), maximum: 2 * rulesAtOnce, acquireTimeout: .seconds(30))
        let gate = primary.map { primary in
          ReplicaGate(
            primary: PostgresPool(Self.gentle(primary), maximum: rulesAtOnce, acquireTimeout: .seconds(30)))
        }
        pools[name] = (pool, SQLReader.History(), gate)
        configurations[name] = configuration
      case .firestore(let client): clients[name] = client.metered(by: meter)
      }
    }
    self.pools = pools
    self.clients = clients
    self.configurations = configurations
  }

  /// Reads a PostgreSQL store.
  func reader(_ store: SQLStore) throws -> SQLReader {
    guard let (pool, history, gate) = pools[store.name], let pace = paces[store.name] else {
      throw RuleError(message: "the stack has no PostgreSQL store '\(store.name)'")
    }
    return SQLReader(store: store, pool: pool, history: history, gate: gate, pace: pace)
  }

  /// How a PostgreSQL store is reached, for those who connect by themselves.
  func configuration(_ store: String) throws -> PostgresConfiguration {
    guard let configuration = configurations[store] else {
      throw RuleError(message: "the stack has no PostgreSQL store '\(store)'")
    }
    return configuration
  }

  /// The client of a Firestore store.
  func client(_ store: String) throws -> FirestoreClient {
    guard let client = clients[store] else { throw RuleError(message: "the stack has no Firestore store '\(store)'") }
    return client
  }

  /// Closes all connections.
  func close() async {
    for (pool, _, gate) in pools.values {
      await pool.shutdown()
      await gate?.primary.shutdown()
    }
  }

  /// Read-only, recognisable, and bounded in everything that a server suffers from.
  private static func gentle(_ configuration: PostgresConfiguration) -> PostgresConfiguration {
    var configuration = configuration
    configuration.applicationName = "concord audit"
    configuration.readOnly = true
    configuration.statementTimeout = configuration.statementTimeout ?? .seconds(300)
    configuration.lockTimeout = configuration.lockTimeout ?? .seconds(5)
    // A cursor idles while another store is asked. Should this process hang, the server gets its snapshot back.
    configuration.idleInTransactionTimeout = configuration.idleInTransactionTimeout ?? .seconds(300)
    return configuration
  }
}
