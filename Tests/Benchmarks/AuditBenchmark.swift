import Firestore
import FoundationEssentials
import Glibc
import HTTP
import JSON
import Postgres
import ScratchPostgres

/// Measures whole audits, from the start of `concord` to its exit, beside what else answers the same question.
struct AuditBenchmark {
  let programs: String
  let runs: Int
  /// Whether only the reference to the users' collection is measured.
  var isOfUsersOnly = false

  /// A rule that is measured.
  private struct Rule {
    let table: String
    let column: String
    let target: String
    let findings: Int

    /// The same rule over another table.
    func over(_ table: String, findings: Int) -> Rule {
      Rule(table: table, column: column, target: target, findings: findings)
    }
  }

  private static let items = Rule(
    table: "order_items", column: "product_id", target: "product-db.yaml#/schema/products/properties/id",
    findings: AuditData.danglingItems)
  private static let orders = Rule(
    table: "orders", column: "user_uid", target: "user-store.yaml#/schema/users/properties/uid",
    findings: AuditData.danglingOrders)

  /// Fills the stores, measures and prints.
  func run() async throws {
    if let obstacle = ScratchServer.obstacle { throw BenchmarkFailure(message: obstacle) }
    try await withScratchFolder { folder in
      let emulator = try ChildProgram("\(programs)/firestore-emulator", [], output: "\(folder)/emulator")
      defer {
        kill(emulator.processID, SIGKILL)
        _ = emulator.wait()
      }
      let address = try await address(in: "\(folder)/emulator")
      let http = HTTPClient()
      defer { http.shutdown() }
      let data = AuditData(
        server: try await ScratchServer.start(
          listening: .socketAndTCP, settings: ["shared_buffers=1GB", "autovacuum=off", "max_wal_size=8GB"]),
        firestore: FirestoreClient(http: http, endpoint: .emulator(address), project: "bench"),
        firestoreAddress: address)
      print(
        "filling: \(isOfUsersOnly ? "" : "1 million products, 10 million items, ")500 thousand users, 3 million orders")
      fflush(nil)
      try await data.prepare()
      try await data.fillOrders()
      if isOfUsersOnly { return try await measureUsers(data, folder) }
      try await data.fillItems()
      try await measure(data, folder)
    }
  }

  private func measure(_ data: AuditData, _ folder: String) async throws {
    let peers = try await AuditPeers(data: data, folder: folder, runs: runs)
    print("")
    print("whole commands of concord; of the others the query alone; median of \(runs)        seconds    MiB")
    let own = try audit(Self.items, data, folder)
    show("concord, items → products", own)
    for peer in try await peers.all() { show(peer.name, peer.figure, against: own) }
    print("")
    let copied = try audit(Self.items.over("sound_items", findings: 0), data, folder)
    show("concord, no index, 10 million rows", copied)
    let copy = try await peers.copy()
    show("psql, COPY of both tables to /dev/null", copy, against: copied)
    let some = try audit(Self.items.over("some_items", findings: 0), data, folder)
    show("concord, no index, 2.5 million rows", some)
    try await measureUsers(data, folder)
    try await data.makeStale()
    print("")
    let stale = try audit(Self.items, data, folder)
    show("concord, 2 % updated, no vacuum", stale)
    print("stale is \(Figures.decimal(stale.seconds / own.seconds)) times vacuumed")
    for peer in try await peers.all() { show(peer.name + ", stale", peer.figure, against: stale) }
  }

  private func measureUsers(_ data: AuditData, _ folder: String) async throws {
    print("")
    show("concord, orders → users, everything", try audit(Self.orders, data, folder, "--full"))
    let dangling = try await data.passDay()
    // Every run builds on the state of the day before, not on that of the run before it.
    let (state, saved) = ("\(folder)/reports/state", "\(folder)/state")
    try FileManager.default.copyItem(atPath: state, toPath: saved)
    let day = try audit(Self.orders.over("orders", findings: dangling), data, folder) {
      try FileManager.default.removeItem(atPath: state)
      try FileManager.default.copyItem(atPath: saved, toPath: state)
    }
    show("concord, orders → users, after a day", day)
  }

  /// Seconds and mebibytes.
  struct Figure {
    let seconds: Double
    var mebibytes: Double?
  }

  private func show(_ name: String, _ figure: Figure, against own: Figure? = nil) {
    let memory = figure.mebibytes.map { Figures.right(String(Int($0.rounded())), 7) } ?? Figures.right("–", 7)
    let ratio = own.map { "   concord is \(Figures.decimal(figure.seconds / $0.seconds)) times as fast" } ?? ""
    print(Figures.left(name, 66) + Figures.right(figure.seconds, 10) + memory + ratio)
    fflush(nil)
  }

  // MARK: Concord

  private func audit(
    _ rule: Rule, _ data: AuditData, _ folder: String, _ options: String..., before prepare: () throws -> Void = {}
  ) throws -> Figure {
    let contracts = "\(folder)/\(rule.table)"
    try write(rule, data, to: contracts)
    var figures: [(seconds: Double, mebibytes: Double)] = []
    for _ in 0..<runs {
      try prepare()
      let start = ContinuousClock.now
      let (status, peak) = try ChildProgram(
        "\(programs)/concord",
        ["audit", "--quiet", "--no-dataset", "--stack", "\(contracts)/stack.yaml", "--reports", "\(folder)/reports"]
          + options,
        output: "\(folder)/output"
      ).wait()
      figures.append(((ContinuousClock.now - start) / .seconds(1), Double(peak) / 1024))
      let report = try JSONValue(parsing: Array(try Data(contentsOf: URL(filePath: "\(folder)/reports/run.json"))))
      let found = report["audit"]?["rules"]?[0]?["result"]?["findingCount"]?.intValue
      guard status == (rule.findings > 0 ? 1 : 0), found == rule.findings else {
        throw BenchmarkFailure(
          message: "concord exited with \(status) and found \(found.map(String.init) ?? "nothing")")
      }
    }
    let middle = figures.sorted { $0.seconds < $1.seconds }[figures.count / 2]
    return Figure(seconds: middle.seconds, mebibytes: middle.mebibytes)
  }

  private func write(_ rule: Rule, _ data: AuditData, to folder: String) throws {
    try FileManager.default.createDirectory(atPath: "\(folder)/data", withIntermediateDirectories: true)
    let stack = """
      concord: 1
      name: bench
      contracts: {data: data/*.yaml}
      stores:
        product-db: {kind: postgresql, external: {url: "\(data.url("products"))"}}
        order-db: {kind: postgresql, external: {url: "\(data.url("orders"))"}}
        user-store: {kind: firestore, project: bench, external: {address: "\(data.firestoreAddress)"}}

      """
    try Data(stack.utf8).write(to: URL(filePath: "\(folder)/stack.yaml"))
    let reference =
      "relationships: [{to: \"\(rule.target)\", customProperties: [{property: concord.id, value: measured}]}]"
    let schemas = [
      "product-db": "[{name: products, properties: [{name: id, primaryKey: true}]}]",
      "user-store": """
      [{name: users, physicalType: collection, properties: [{name: uid, primaryKey: true}, {name: created_at}], \
      customProperties: [{property: concord.writtenAt, value: created_at}]}]
      """,
      "order-db": """
      [{name: \(rule.table), properties: [{name: id, primaryKey: true}, {name: \(rule.column), \(reference)}]}]
      """,
    ]
    for (store, schema) in schemas {
      let server =
        store == "user-store"
        ? "{server: \(store), type: custom}"
        : "{server: \(store), type: postgres, host: h, port: 5432, database: d, schema: public}"
      let contract = """
        kind: DataContract
        apiVersion: v3.1.0
        id: \(store)
        version: '1'
        status: active
        servers: [\(server)]
        schema: \(schema)

        """
      try Data(contract.utf8).write(to: URL(filePath: "\(folder)/data/\(store).yaml"))
    }
  }

  private func address(in file: String) async throws -> String {
    for _ in 0..<500 {
      let text = (try? String(contentsOf: URL(filePath: file), encoding: .utf8)) ?? ""
      if text.hasPrefix("ready "), text.hasSuffix("\n") { return String(text.dropFirst(6).dropLast()) }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw BenchmarkFailure(message: "the embedded Firestore did not start")
  }
}
