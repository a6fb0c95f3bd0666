import Firestore
import Postgres

/// The connections of one audit: a small pool per PostgreSQL store, opened when a rule first needs it.
struct StoreAccess: Sendable {
  /// What is read a PostgreSQL store with.
  private struct Access {
    let pool: PostgresPool
    let history = SQLReader.History()
    let gate: ReplicaGate?
    let load: LoadGate?
  }

  /// By this name servers know the sessions of an audit.
  static let applicationName = "concord audit"

  private let pools: [String: Access]
  private let clients: [String: FirestoreClient]
  private let paces: [String: ScanPace]
  private let configurations: [String: PostgresConfiguration]
  /// Whether the documents that may be read are counted.
  let isFirestoreLimited: Bool

  /// Prepares access for so many rules at a time.
  ///
  /// `onHold` hears the name of a store, and how many of its sessions are at work, when reads of it begin to wait.
  init(
    stores: [String: AuditedStore], rulesAtOnce: Int, limits: AuditLimits = AuditLimits(),
    onHold: @escaping @Sendable (_ store: String, _ sessions: Int) -> Void = { _, _ in }
  ) {
    isFirestoreLimited = limits.firestoreReads != nil
    let meter = ReadMeter(limit: limits.firestoreReads)
    paces = stores.mapValues { _ in ScanPace(rowsPerSecond: limits.rowsPerSecond) }
    var pools: [String: Access] = [:]
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
        let load = limits.activeSessions.map { limit in LoadGate(limit: limit, pool: pool) { onHold(name, $0) } }
        pools[name] = Access(pool: pool, gate: gate, load: load)
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
    guard let access = pools[store.name], let pace = paces[store.name] else {
      throw RuleError(message: "the stack has no PostgreSQL store '\(store.name)'")
    }
    return SQLReader(
      store: store, pool: access.pool, history: access.history, gate: access.gate, pace: pace, load: access.load)
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
    for access in pools.values {
      await access.pool.shutdown()
      await access.gate?.primary.shutdown()
    }
  }

  /// For how long reads of stores waited because of their load, by name.
  var held: [(store: String, duration: Duration)] {
    pools.compactMap { name, access in access.load.map { (name, $0.held) } }.filter { $0.1 > .zero }
      .sorted { $0.0 < $1.0 }
  }

  /// Read-only, recognisable, and bounded in everything that a server suffers from.
  private static func gentle(_ configuration: PostgresConfiguration) -> PostgresConfiguration {
    var configuration = configuration
    configuration.applicationName = applicationName
    configuration.readOnly = true
    configuration.statementTimeout = configuration.statementTimeout ?? .seconds(300)
    configuration.lockTimeout = configuration.lockTimeout ?? .seconds(5)
    // A cursor idles while another store is asked. Should this process hang, the server gets its snapshot back.
    configuration.idleInTransactionTimeout = configuration.idleInTransactionTimeout ?? .seconds(300)
    return configuration
  }
}
