internal import FoundationEssentials
internal import Postgres

/// Fresh databases on one server that all tests of services share; tests that disturb a server have one of their own.
actor ScratchDatabases {
  static let shared = ScratchDatabases()

  private typealias Server = (server: ScratchServer, administrator: PostgresConnection)

  private var boot: Task<Server, any Error>?
  private var templates: [String: Task<String, any Error>] = [:]
  private var lastCopy: Task<Void, any Error>?
  private var count = 0

  /// Makes a database from an init script under `fixtures/database`.
  func make(from script: String) async throws -> PostgresConfiguration {
    let (server, administrator) = try await started()
    let template = try await template(from: script, on: server, administrator)
    count += 1
    let name = "test_\(count)"
    try await createDatabase(name, from: template, administrator)
    return server.configuration(database: name)
  }

  private func started() async throws -> Server {
    let boot =
      boot
      ?? Task {
        let server = try await ScratchServer.start()
        return (server, try await PostgresConnection.connect(server.configuration()))
      }
    self.boot = boot
    return try await boot.value
  }

  private func template(
    from script: String, on server: ScratchServer, _ administrator: PostgresConnection
  ) async throws -> String {
    let making =
      templates[script]
      ?? Task {
        let name = "template_\(script.prefix { $0 != "." && $0 != "-" })"
        try await createDatabase(name, from: "template0", administrator)
        let connection = try await PostgresConnection.connect(server.configuration(database: name))
        try await connection.execute(script: Self.text(ofFixture: script))
        await connection.close()
        return name
      }
    templates[script] = making
    return try await making.value
  }

  // One at a time: of two copies at once PostgreSQL may refuse one, because the template is in use.
  private func createDatabase(
    _ name: String, from template: String, _ administrator: PostgresConnection
  ) async throws {
    let previous = lastCopy
    let copy = Task {
      _ = try? await previous?.value
      _ = try await administrator.query("CREATE DATABASE \(identifier: name) TEMPLATE \(identifier: template)")
    }
    lastCopy = copy
    try await copy.value
  }

  /// The text of a file under `fixtures/database`.
  static func text(ofFixture name: String) throws -> String {
    // …/Tests/Support/ScratchPostgres/ScratchDatabases.swift: the repository is four levels up.
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    return try String(contentsOfFile: "/\(root)/fixtures/database/\(name)", encoding: .utf8)
  }
}
