import Firestore
import Postgres

/// A store that is up: how to talk to it, what variables tell about it, and its process if we run it.
struct StoreRun: Sendable {
  let store: RunningStore
  /// Address for people, without credentials.
  let address: String
  /// What `${stores.NAME.…}` stands for.
  let values: [StackVariable.StoreProperty: String]
  /// `host:port` of the Firebase Auth emulator that belongs to it.
  let authEmulator: String?
  let process: ChildProcess?

  /// A PostgreSQL server.
  static func postgresql(
    owner: PostgresConfiguration, audit: PostgresConfiguration, primary: PostgresConfiguration? = nil,
    process: ChildProcess?
  ) -> StoreRun {
    let host = owner.host ?? "localhost"
    let address = host.contains(":") ? "[\(host)]:\(owner.port)" : "\(host):\(owner.port)"
    var values: [StackVariable.StoreProperty: String] = [
      .host: host, .port: String(owner.port), .address: address, .url: owner.uri(revealingPassword: true),
    ]
    values[.database] = owner.database ?? owner.user ?? ""
    values[.user] = owner.user ?? ""
    values[.password] = owner.password ?? ""
    return StoreRun(
      store: .postgresql(owner, audit: audit, primary: primary), address: "\(address)/\(values[.database] ?? "")",
      values: values,
      authEmulator: nil, process: process)
  }

  /// A Firestore; an emulator serves Firebase Auth at the same address.
  static func firestore(
    _ endpoint: FirestoreEndpoint, at address: HTTPAddress, project: String, database: String, isEmulator: Bool,
    process: ChildProcess?
  ) -> StoreRun {
    StoreRun(
      store: .firestore(endpoint, project: project, database: database), address: address.url,
      values: [
        .host: address.host, .port: String(address.port), .address: address.address, .url: address.url,
        .project: project, .database: database,
      ], authEmulator: isEmulator ? address.address : nil, process: process)
  }
}
