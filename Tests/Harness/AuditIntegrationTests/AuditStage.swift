// Two PostgreSQL databases and a Firestore, real ones, that a test fills as it likes; and an audit of them by the
// contracts that the test writes. Every stage has databases and a Firestore project of its own, so tests run at once.

import Audit
import Firestore
import FirestoreEmulator
import FirestoreModel
import HTTP
import Postgres
import RFC3339
import RunModel
import ScratchPostgres
import Synchronization
import YAMLSource

/// The stores of one test.
final class AuditStage: Sendable {
  let orders: PostgresConnection
  let products: PostgresConnection
  let firestore: FirestoreClient
  private let configurations: [String: PostgresConfiguration]

  private static let http = HTTPClient()
  private static let count = Atomic(0)
  private static let emulator = Task { try await FirestoreEmulatorServer.start() }

  /// Stores on the servers that all tests share or, for a test to which it matters what else is written there, on a
  /// server of its own.
  init(on server: ScratchServer? = nil) async throws {
    let number = Self.count.wrappingAdd(1, ordering: .relaxed).newValue
    firestore = FirestoreClient(
      http: Self.http, endpoint: .emulator(try await Self.emulator.value.address), project: "audit-\(number)",
      retry: RetryPolicy(attempts: 2, sleep: { _ in }))
    var configurations: [String: PostgresConfiguration] = [:]
    for store in ["order-db", "product-db"] { configurations[store] = try await Self.database(store, on: server) }
    self.configurations = configurations
    orders = try await PostgresConnection.connect(configurations["order-db"] ?? PostgresConfiguration())
    products = try await PostgresConnection.connect(configurations["product-db"] ?? PostgresConfiguration())
  }

  /// An empty database: the shared server only makes them from a script of the marketplace.
  private static func database(_ name: String, on server: ScratchServer?) async throws -> PostgresConfiguration {
    if let server {
      let connection = try await PostgresConnection.connect(server.configuration())
      try await connection.execute(script: "CREATE DATABASE \(SQL.quoted(identifier: name))")
      await connection.close()
      return server.configuration(database: name)
    }
    let configuration = try await ScratchServer.database(from: "gateway-init.sql")
    let connection = try await PostgresConnection.connect(configuration)
    try await connection.execute(script: "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await connection.close()
    return configuration
  }

  /// How the audit reaches a database.
  func configuration(_ store: String) -> PostgresConfiguration { configurations[store] ?? PostgresConfiguration() }

  /// Writes documents: path by path, with their fields.
  func documents(_ documents: [String: [String: FirestoreValue]]) async throws {
    let all = try documents.map { Write.set(firestore.name(of: try DocumentPath($0)), $1) }
    for start in stride(from: 0, to: all.count, by: 400) {
      _ = try await firestore.commit(Array(all[start..<min(start + 400, all.count)]))
    }
  }

  /// Makes the servers tell what they have counted; they may wait for a minute otherwise.
  func tellCounts() async throws {
    for connection in [orders, products] {
      try await connection.query("SELECT pg_catalog.pg_stat_force_next_flush()")
      try await connection.query("SELECT 1")
    }
  }

  // MARK: Audits

  static let components = [
    Component(name: "order-db", kind: .postgresql), Component(name: "product-db", kind: .postgresql),
    Component(name: "user-store", kind: .firestore),
  ]

  /// What the audit says of every rule, by its id.
  func audit(
    _ contracts: [String], sampleLimit: Int = 100, stores changes: [String: AuditedStore] = [:],
    listener: Listener = Listener(), limits: AuditLimits = AuditLimits(), baseline: Baseline = Baseline()
  ) async throws -> [String: RuleResult] {
    try await auditor(
      contracts, sampleLimit: sampleLimit, stores: changes, listener: listener, limits: limits, baseline: baseline
    ).run()
    return listener.results
  }

  /// An audit of the stores.
  func auditor(
    _ contracts: [String], sampleLimit: Int = 100, stores changes: [String: AuditedStore] = [:],
    listener: Listener = Listener(), limits: AuditLimits = AuditLimits(), baseline: Baseline = Baseline(),
    history: AuditHistory = AuditHistory(of: ""), clock: any WallClock = SystemWallClock(),
    repairs: RepairBook? = nil, journal: WriteJournal? = nil, kept: IncrementalState? = nil
  ) throws -> Auditor {
    var stores: [String: AuditedStore] = ["user-store": .firestore(firestore)]
    for (name, configuration) in configurations { stores[name] = .postgresql(configuration) }
    stores.merge(changes) { $1 }
    return Auditor(
      rules: try Self.rules(contracts), stores: stores, events: EventStream(listeners: [listener]),
      clock: clock, sampleLimit: sampleLimit, limits: limits, baseline: baseline, history: history,
      repairs: repairs, journal: journal, kept: kept)
  }

  static func rules(_ contracts: [String]) throws -> AuditRules {
    let files = Dictionary(uniqueKeysWithValues: contracts.map { (name(of: $0), $0) })
    let (rules, problems) = AuditRules.load(
      files: files.keys.sorted(), stores: components, loader: SourceLoader(files: files))
    guard let rules else { throw DiagnosticList(problems) }
    return rules
  }

  /// The file of a contract: its store's name.
  private static func name(of contract: String) -> String {
    ["order-db", "product-db", "user-store"].first { contract.contains("server: \($0)") }.map { "\($0).yaml" } ?? ""
  }

  /// The member of a relationship that gives its rule an id.
  static func named(_ id: String) -> String { "customProperties: [{property: concord.id, value: \(id)}]" }

  /// The relationship of a property to a column of the same contract.
  static func refers(to column: String, _ id: String) -> String { "relationships: [{to: \(column), \(named(id))}]" }

  /// The relationship of a property to a column of another contract.
  static func refers(to file: String, _ column: String, _ id: String) -> String {
    let path = column.split(separator: ".").joined(separator: "/properties/")
    return refers(to: "\(file)#/schema/\(path)", id)
  }

  /// Orders that refer to products of another store: the rule 'orders-have-products'.
  static let ordersOfProducts = [
    contract(
      "order-db",
      """
        - name: orders
          properties:
            - {name: id, primaryKey: true}
            - {name: product, \(refers(to: "product-db.yaml", "products.id", "orders-have-products"))}
      """),
    contract("product-db", "  - {name: products, properties: [{name: id, primaryKey: true}]}"),
  ]

  /// A contract about one of the stores.
  static func contract(_ store: String, schema name: String = "public", _ schema: String) -> String {
    let type = store == "user-store" ? "custom" : "postgres"
    let details = type == "postgres" ? ", host: h, port: 5432, database: d, schema: \(name)" : ""
    return """
      kind: DataContract
      apiVersion: v3.1.0
      id: \(store)
      version: '1'
      status: active
      servers:
        - {server: \(store), type: \(type)\(details)}
      schema:

      """ + schema
  }
}

/// Keeps what an audit tells.
final class Listener: RunListener {
  private let state = Mutex<(results: [String: RuleResult], progress: [String: [Int]], started: [String])>(
    ([:], [:], []))
  private let onEvent: @Sendable (RunEvent) -> Void

  init(onEvent: @escaping @Sendable (RunEvent) -> Void = { _ in }) {
    self.onEvent = onEvent
  }

  func receive(_ event: RunEvent) {
    state.withLock { state in
      switch event {
      case .ruleStarted(let id): state.started.append(id.text)
      case .ruleProgressed(let id, let rows): state.progress[id.text, default: []].append(rows)
      case .ruleFinished(let result): state.results[result.rule.text] = result
      default: break
      }
    }
    onEvent(event)
  }

  var results: [String: RuleResult] { state.withLock { $0.results } }
  var progress: [String: [Int]] { state.withLock { $0.progress } }
  var started: [String] { state.withLock { $0.started } }
}

extension RuleResult {
  /// The keys of the findings: the first field of each subject.
  var subjects: [String] { findings.map { $0.subject.map { $0.value ?? "NULL" }.joined(separator: "/") } }

  /// The missing keys of the findings.
  var missing: [String] { findings.map { $0.values.map { $0.value ?? "NULL" }.joined(separator: "/") } }

  /// Why the rule was not decided.
  var reason: String? {
    switch status {
    case .errored(let reason), .skipped(let reason): reason
    case .held, .violated: nil
    }
  }
}

/// Waits until a condition holds.
func eventually(_ condition: () async throws -> Bool) async throws {
  let clock = ContinuousClock()
  let deadline = clock.now + .seconds(120)
  while try await !condition() {
    guard clock.now < deadline else { throw TimedOut() }
    try await Task.sleep(for: .milliseconds(5))
  }
}

struct TimedOut: Error {}
