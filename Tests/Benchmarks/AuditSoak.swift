// The promise of the audit under the conditions that it is made for: customers come and go, users and products are
// deleted, rows live for milliseconds in two stores, and the audit runs all the time. It must report what is planted,
// in every audit that begins after the planting, and nothing else.

import Firestore
import FirestoreModel
import FoundationEssentials
import Glibc
import HTTP
import JSON
import Postgres
import RFC3339
import Synchronization

/// `make soak-audit`: audits in a loop beside customers, people who are removed for good, and planted violations.
struct AuditSoak {
  let programs: String
  let seconds: Int
  /// Milliseconds after which a replica, which audits then read, replays what was committed; nil audits the primary.
  var replicaDelay: Int?

  /// How many violations are planted.
  private static let planted = 200

  /// Audits for so long; answers 0 when everything planted was found and nothing else was.
  func run() async throws -> Int32 {
    try await withScratchFolder { folder in
      let replicated: ReplicatedStack? =
        if let replicaDelay { try await ReplicatedStack(delay: replicaDelay, in: folder) } else { nil }
      return try await RunningMarketplace.run(programs: programs, stack: replicated?.stack) { marketplace in
        let load = try ChildProgram(
          "\(programs)/marketplace",
          [
            "load", "--gateway", marketplace.address(of: "api-gateway"), "--rate", "60", "--seconds", "\(seconds)",
          ], environment: Account.administrator, output: "\(folder)/load")
        defer {
          kill(load.processID, SIGINT)
          _ = load.wait()
        }
        let stores = try await SoakStores(marketplace)
        let tally = try await audit(marketplace, stores, replicated?.audited, folder)
        print(tally)
        return tally.isClean ? 0 : 1
      }
    }
  }

  private func audit(
    _ marketplace: RunningMarketplace, _ stores: SoakStores, _ stack: String?, _ folder: String
  ) async throws -> SoakTally {
    let deadline = ContinuousClock.now + .seconds(seconds)
    let plants = PlantedViolations()
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await stores.plant(Self.planted, until: deadline, noting: plants) }
      group.addTask { try await stores.passThrough(until: deadline) }
      var tally = SoakTally()
      // One more audit after the last planting sees all of them.
      while ContinuousClock.now < deadline || tally.lastExpected < Self.planted {
        let expected = plants.done
        // What was committed just now, a replica shows when it is replayed: then an audit must find it.
        if let replicaDelay { try await Task.sleep(for: .milliseconds(replicaDelay + 1_000)) }
        try tally.take(await report(marketplace, stack, folder), expected: expected, possible: { plants.begun })
      }
      try await group.waitForAll()
      tally.passedThrough = stores.passages
      return tally
    }
  }

  private func report(
    _ marketplace: RunningMarketplace, _ stack: String?, _ folder: String
  ) async throws -> JSONValue {
    let status = try ChildProgram(
      "\(programs)/concord",
      ["audit", "--stack", stack ?? "contracts/running-stack.yaml", "--no-dataset", "--quiet", "--reports", folder],
      environment: [
        "FIRESTORE_EMULATOR_HOST": String(marketplace.address(of: "user-store").trimmingPrefix("http://")),
        "PRODUCT_DATABASE_URL": marketplace.address(of: "product-db"),
        "ORDER_DATABASE_URL": marketplace.address(of: "order-db"),
        "GATEWAY_DATABASE_URL": marketplace.address(of: "gateway-db"),
      ], output: "\(folder)/audit"
    ).wait().status
    guard status == 0 || status == 1 else {
      let output = (try? String(contentsOf: URL(filePath: "\(folder)/audit"), encoding: .utf8)) ?? ""
      throw BenchmarkFailure(message: "an audit ended with \(status):\n\(output)")
    }
    return try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: "\(folder)/run.json"))))
  }
}

/// A violation as rule and missing key.
struct Violation: Hashable, CustomStringConvertible {
  let rule: String
  let key: String

  var description: String { "\(rule): \(key)" }
}

/// What is planted so far.
private final class PlantedViolations: Sendable {
  private let state = Mutex<(begun: Set<Violation>, done: Set<Violation>)>(([], []))

  /// Those that are in the stores: every audit that begins now must find them.
  var done: Set<Violation> { state.withLock { $0.done } }

  /// Those that may be: an audit may find them.
  var begun: Set<Violation> { state.withLock { $0.begun } }

  func begin(_ violation: Violation) { state.withLock { _ = $0.begun.insert(violation) } }

  func finish(_ violation: Violation) { state.withLock { _ = $0.done.insert(violation) } }
}

/// What the audits of a soak reported.
struct SoakTally: CustomStringConvertible {
  private var audits = 0
  private var found: Set<Violation> = []
  private var missed: Set<Violation> = []
  private var falseOnes: [String] = []
  private(set) var lastExpected = 0
  /// People who came and went for good.
  var passedThrough = 0

  /// Whether everything planted was found and nothing else was.
  var isClean: Bool { missed.isEmpty && falseOnes.isEmpty && found.count == lastExpected }

  /// Takes the report of an audit; `expected` was planted before it began, `possible` by the time it is over.
  mutating func take(_ report: JSONValue, expected: Set<Violation>, possible: () -> Set<Violation>) throws {
    audits += 1
    lastExpected = expected.count
    var seen: Set<Violation> = []
    for rule in report["audit"]?["rules"]?.arrayValue ?? [] {
      let id = rule["id"]?.stringValue ?? ""
      // Remarks about names that drift are no violations; customers change names all the time.
      guard rule["severity"]?.stringValue == "error" else { continue }
      for cause in rule["result"]?["causes"]?.arrayValue ?? [] {
        let key = cause["key"]?.objectValue?.map { $0.value.stringValue ?? "NULL" }.joined(separator: ",") ?? ""
        seen.insert(Violation(rule: id, key: key))
      }
    }
    found.formUnion(seen.intersection(expected))
    missed.formUnion(expected.subtracting(seen))
    let planted = possible()
    falseOnes += seen.subtracting(planted).map { "audit \(audits): \($0)" }.sorted()
    found.formUnion(seen.intersection(planted))
  }

  var description: String {
    var lines = [
      "\(audits) audits beside customers, and \(passedThrough) people who came and went for good",
      "\(found.count) of \(lastExpected) planted violations found, \(missed.count) missed by an audit that began after "
        + "them, \(falseOnes.count) false",
    ]
    lines += missed.map { "missed: \($0)" }.sorted().prefix(20) + falseOnes.prefix(20).map { "false: \($0)" }
    return lines.joined(separator: "\n")
  }
}

/// The stores of a running marketplace, written to behind the services' backs.
final class SoakStores: Sendable {
  private let gateway: PostgresPool
  private let products: PostgresPool
  private let firestore: FirestoreClient
  private let passed = Atomic(0)

  init(_ marketplace: RunningMarketplace) async throws {
    func pool(_ store: String) throws -> PostgresPool {
      PostgresPool(
        try PostgresConfiguration(connectionString: try marketplace.address(of: store)), maximum: 2,
        acquireTimeout: .seconds(30))
    }
    gateway = try pool("gateway-db")
    products = try pool("product-db")
    let address = String(try marketplace.address(of: "user-store").trimmingPrefix("http://"))
    firestore = FirestoreClient(http: HTTPClient(), endpoint: .emulator(address), project: "marketplace-dev")
  }

  /// People who came and went.
  var passages: Int { passed.load(ordering: .relaxed) }

  /// Plants violations at random moments, each noted once it is written.
  fileprivate func plant(
    _ count: Int, until deadline: ContinuousClock.Instant, noting plants: PlantedViolations
  ) async throws {
    let start = ContinuousClock.now
    // The last tenth of the time is left to audits that must find them.
    let moments = (0..<count).map { _ in (deadline - start) * Double.random(in: 0..<0.9) }.sorted()
    for (number, moment) in moments.enumerated() {
      try await Task.sleep(until: start + moment, clock: .continuous)
      let violation = Violation(rule: Self.rules[number % Self.rules.count], key: "planted-\(number)")
      plants.begin(violation)
      try await plant(violation.key, kind: number % Self.rules.count)
      plants.finish(violation)
    }
  }

  /// The rules that are broken in turn.
  private static let rules = [
    "api-logs-name-existing-users", "analytics-events-name-existing-users", "reviews-are-written-by-existing-users",
    "sessions-belong-to-existing-users",
  ]

  private func plant(_ uid: String, kind: Int) async throws {
    switch kind {
    case 0:
      _ = try await gateway.query(
        "INSERT INTO api_logs (service_name, path, method, status_code, latency_ms, user_uid) VALUES ('soak', '/', 'GET', 200, 1, \(uid))"
      )
    case 1:
      _ = try await gateway.query("INSERT INTO analytics_events (event_name, user_uid) VALUES ('soak', \(uid))")
    case 2:
      _ = try await products.query(
        "INSERT INTO product_reviews (product_id, user_uid, rating) SELECT min(id), \(uid), 5 FROM products")
    default:
      let now = FirestoreValue.timestamp(SystemWallClock().now())
      _ = try await firestore.commit([
        .set(
          firestore.name(of: try DocumentPath("user_sessions/\(uid)")),
          [
            "user_uid": .string(uid), "is_active": .boolean(false), "last_activity_at": now, "created_at": now,
            "expires_at": now,
          ])
      ])
    }
  }

  /// People who come, are referred to from three stores, and go for good, all of it in the right order.
  func passThrough(until deadline: ContinuousClock.Instant) async throws {
    while ContinuousClock.now < deadline {
      let uid = "passing-\(passed.wrappingAdd(1, ordering: .relaxed).newValue)"
      let now = FirestoreValue.timestamp(SystemWallClock().now())
      let user = firestore.name(of: try DocumentPath("users/\(uid)"))
      let session = firestore.name(of: try DocumentPath("user_sessions/\(uid)"))
      _ = try await firestore.commit([
        .set(
          user,
          [
            "email": .string("\(uid)@example.org"), "status": .string("active"), "login_count": .integer(0),
            "created_at": now, "updated_at": now,
          ])
      ])
      _ = try await firestore.commit([
        .set(
          session,
          [
            "user_uid": .string(uid), "is_active": .boolean(false), "last_activity_at": now, "created_at": now,
            "expires_at": now,
          ])
      ])
      _ = try await gateway.query("INSERT INTO analytics_events (event_name, user_uid) VALUES ('soak', \(uid))")
      _ = try await products.query(
        "INSERT INTO product_reviews (product_id, user_uid, rating) SELECT min(id), \(uid), 5 FROM products")
      _ = try await products.query("DELETE FROM product_reviews WHERE user_uid = \(uid)")
      _ = try await gateway.query("DELETE FROM analytics_events WHERE user_uid = \(uid)")
      _ = try await firestore.commit([.delete(session)])
      _ = try await firestore.commit([.delete(user)])
    }
  }
}
