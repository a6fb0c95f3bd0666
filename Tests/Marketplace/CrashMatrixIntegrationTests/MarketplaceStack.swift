import FaultRelay
import FirestoreEmulator
import FoundationEssentials
import HTTP
import JSON
import ScratchPostgres
import Synchronization

/// A marketplace of real processes and servers, of which any part can be killed, with a relay in front of each.
final class MarketplaceStack: Sendable {
  private struct State {
    var processes: [Part: ServiceProcess] = [:]
    var dead: Set<Part> = []
    var failures: [String] = []
    var starts = 0
    var logs: [Part: [String]] = [:]
  }

  /// Times of order-service that make a hang take moments, and yet leave room for a slow machine.
  private static let patience = [
    "NEIGHBOUR_TIMEOUT_MS": "400", "LOOKUP_CACHE_MS": "1", "SAGA_LEASE_MS": "1500", "SAGA_POLL_MS": "50",
    "DB_TIMEOUT_MS": "500",
  ]
  private static let project = "crash-matrix"
  private static let databases: [Part: String] = [
    .orderDatabase: "order_database", .productDatabase: "product_database",
  ]

  let ledger: Ledger
  private let relays: [Part: Relay]
  private let servers: [Part: ScratchServer]
  private let store: FirestoreEmulatorServer
  private let state = Mutex(State())

  private init(relays: [Part: Relay], servers: [Part: ScratchServer], store: FirestoreEmulatorServer, ledger: Ledger) {
    self.relays = relays
    self.servers = servers
    self.store = store
    self.ledger = ledger
  }

  /// Runs a body with a stack that is ready, and ends all of it afterwards.
  static func run(_ body: (MarketplaceStack) async throws -> Void) async throws {
    async let orders = ScratchServer.start()
    async let products = ScratchServer.start()
    let servers: [Part: ScratchServer] = try await [.orderDatabase: orders, .productDatabase: products]
    let ledger = Ledger(
      orders: servers.of(.orderDatabase).configuration(database: "order_database"),
      products: servers.of(.productDatabase).configuration(database: "product_database"))
    let store = try await FirestoreEmulatorServer.start(configuration: EmulatorConfiguration(project: project))
    let relays = try Dictionary(uniqueKeysWithValues: Part.allCases.map { ($0, try Relay()) })
    let stack = MarketplaceStack(relays: relays, servers: servers, store: store, ledger: ledger)
    let outcome: Result<Void, any Error>
    do {
      try await stack.boot()
      outcome = .success(try await body(stack))
    } catch {
      outcome = .failure(error)
    }
    await stack.end()
    try outcome.get()
  }

  private func boot() async throws {
    try await servers.of(.orderDatabase).makeDatabase("order_database", from: "order-service-init.sql")
    try await servers.of(.productDatabase).makeDatabase("product_database", from: "product-service-init.sql")
    for part in [Part.userStore, .orderDatabase, .productDatabase] { try await start(part) }
    try await withThrowingTaskGroup { group in
      for service in Part.services { group.addTask { try await self.start(service) } }
      try await group.waitForAll()
    }
    try await awaitReadiness()
  }

  private func end() async {
    for relay in relays.values { relay.stop() }
    for process in state.withLock({ $0.processes.values }) { try? await process.end() }
    for server in servers.values { try? await server.stop() }
    await store.shutdown()
  }

  /// The relay in front of a part.
  func relay(_ part: Part) -> Relay { relays.of(part) }

  /// Where clients reach a service.
  func url(_ part: Part) -> String { "http://127.0.0.1:\(relay(part).port)" }

  // MARK: Death and restart

  /// Kills a part at once; nobody listens in its place.
  func kill(_ part: Part) {
    relay(part).refuse()
    let process = state.withLock { state in
      state.dead.insert(part)
      return state.processes[part]
    }
    process?.kill()
    do {
      try servers[part]?.crash()
    } catch {
      state.withLock { $0.failures.append("\(error)") }
    }
  }

  /// Starts again whatever was killed, as an operator would.
  func restartDead() async throws {
    let (dead, failures) = state.withLock { ($0.dead, $0.failures) }
    guard failures.isEmpty else { throw StackFailure(description: failures.joined(separator: "; ")) }
    for part in Part.allCases where dead.contains(part) { try await restart(part) }
  }

  /// Puts a fresh process in the place of a service, which knows nothing of what was before.
  func replace(_ service: Part) async throws {
    kill(service)
    try await restart(service)
  }

  private func restart(_ part: Part) async throws {
    try await state.withLock { $0.processes.removeValue(forKey: part) }?.end()
    if let server = servers[part] { try await server.restart() }
    try await start(part)
    _ = state.withLock { $0.dead.remove(part) }
  }

  private func start(_ part: Part) async throws {
    switch part {
    case .userStore:
      try relay(part).listen(for: .port(store.port))
    case .orderDatabase, .productDatabase:
      let server = servers.of(part)
      try relay(part).listen(for: .socket("\(server.folder)/.s.PGSQL.\(server.port)"))
    case .userService, .productService, .orderService:
      let number = state.withLock { state in
        state.starts += 1
        return state.starts
      }
      // In a server's folder, which is removed whatever ends the tests.
      let log = "\(servers.of(.orderDatabase).folder)/\(part.rawValue)-\(number).log"
      state.withLock { $0.logs[part, default: []].append(log) }
      let process = try await ServiceProcess.start(part.rawValue, environment: environment(of: part), log: log)
      state.withLock { $0.processes[part] = process }
      try relay(part).listen(for: .port(process.port))
    }
  }

  private func environment(of service: Part) -> [String: String] {
    var environment = Self.patience
    environment["USER_SERVICE_URL"] = url(.userService)
    environment["PRODUCT_SERVICE_URL"] = url(.productService)
    environment["ORDER_SERVICE_URL"] = url(.orderService)
    environment["FIREBASE_PROJECT_ID"] = Self.project
    environment["FIRESTORE_EMULATOR_HOST"] = "127.0.0.1:\(relay(.userStore).port)"
    environment["FIREBASE_AUTH_EMULATOR_HOST"] = "127.0.0.1:\(relay(.userStore).port)"
    let database: Part = service == .productService ? .productDatabase : .orderDatabase
    environment["DATABASE_URL"] =
      "postgresql://\(ScratchServer.owner)@127.0.0.1:\(relay(database).port)/\(Self.databases[database] ?? "")"
      + "?sslmode=disable"
    return environment
  }

  /// What the latest processes of the services said last.
  func latestLogs() -> String {
    let logs = state.withLock { $0.logs }
    return Part.services.flatMap { service in
      (logs[service] ?? []).suffix(service == .orderService ? 3 : 1).map { log in
        let lines = (try? String(contentsOfFile: log, encoding: .utf8))?.split(separator: "\n") ?? []
        return (["\(service.rawValue):"] + lines.suffix(20)).joined(separator: "\n  ")
      }
    }.joined(separator: "\n")
  }

  // MARK: Quiet

  /// Waits until every service says that it is ready.
  func awaitReadiness() async throws {
    try await poll("all services are ready") {
      for service in Part.services {
        guard await Client.once(self.url(service), "GET", "/ready")?.status == 200 else { return false }
      }
      return true
    }
  }

  /// Waits until nothing is owed any more and every service is ready.
  func awaitQuiet() async throws {
    try await poll("nothing is owed") { try await self.ledger.openSagas() == 0 }
    try await awaitReadiness()
  }

  /// Asks again and again until the answer is yes.
  func poll(_ what: String, _ isTrue: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(45)
    while try await !isTrue() {
      guard ContinuousClock.now < deadline else { throw StackFailure(description: "after 45 s it is not so: \(what)") }
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}

extension Dictionary where Key == Part {
  /// The value of a part that has one by construction.
  func of(_ part: Part) -> Value {
    guard let value = self[part] else { preconditionFailure("\(part) has none") }
    return value
  }
}
