import FoundationEssentials
import Postgres
import ScratchPostgres

/// The marketplace on databases that have a replica, which replays what they commit only some time later.
struct ReplicatedStack {
  /// Databases of the stores, with the scripts that make their tables.
  private static let databases = [
    ("product-db", "product_database", "product-service-init.sql"),
    ("order-db", "order_database", "order-service-init.sql"), ("gateway-db", "gateway_database", "gateway-init.sql"),
  ]

  /// Describes the marketplace on the primary.
  let stack: String
  /// Describes what audits read: the replica.
  let audited: String
  private let primary: ScratchServer
  private let replica: ScratchServer

  /// Starts both servers and writes both descriptions below a folder.
  init(delay milliseconds: Int, in folder: String) async throws {
    if let obstacle = ScratchServer.obstacle { throw BenchmarkFailure(message: obstacle) }
    primary = try await ScratchServer.start(listening: .socketAndTCP, settings: ["wal_level=replica"])
    for (_, database, script) in Self.databases { try await primary.makeDatabase(database, from: script) }
    // A replica that is always a little behind gives reads no time at all, unless its primary keeps what they see.
    replica = try await ScratchServer.start(
      replicaOf: primary, delay: milliseconds,
      settings: ["hot_standby_feedback=on", "wal_receiver_status_interval=1s"])
    stack = "\(folder)/contracts/stack.yaml"
    audited = "\(folder)/contracts/running-stack.yaml"
    for name in ["contracts", "fixtures"] {
      try FileManager.default.copyItem(atPath: name, toPath: "\(folder)/\(name)")
    }
    try rewrite(stack) { url, _ in "external: { url: \"\(url)\", writable: true }" }
    try rewrite(audited) { url, replica in "external: { url: \"\(url)\", replica: \"\(replica)\" }" }
  }

  /// Puts other databases into a description.
  private func rewrite(_ file: String, _ source: (_ url: String, _ replica: String) -> String) throws {
    var text = try String(contentsOf: URL(filePath: file), encoding: .utf8)
    for (store, database, _) in Self.databases {
      guard let start = text.firstRange(of: "\n  \(store):\n")?.lowerBound else {
        throw BenchmarkFailure(message: "\(file) has no store '\(store)'")
      }
      let end = text[start...].firstRange(of: "\n\n")?.lowerBound ?? text.endIndex
      let url = "postgresql://\(ScratchServer.owner)@127.0.0.1:\(primary.port)/\(database)"
      let copy = replica.configuration(database: database).uri(revealingPassword: false)
      text.replaceSubrange(start..<end, with: "\n  \(store):\n    kind: postgresql\n    \(source(url, copy))")
    }
    try Data(text.utf8).write(to: URL(filePath: file))
  }
}
