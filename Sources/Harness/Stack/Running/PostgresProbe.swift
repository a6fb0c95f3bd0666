package import Postgres

/// Asks a PostgreSQL server for a row, on a connection of its own.
package struct PostgresProbe: Sendable {
  private let configuration: PostgresConfiguration

  /// A probe that logs in as configured.
  package init(_ configuration: PostgresConfiguration) {
    self.configuration = configuration
  }

  /// One look.
  package func attempt() async -> ProbeOutcome {
    do {
      var configuration = configuration
      configuration.connectTimeout = .seconds(2)
      let connection = try await PostgresConnection.connect(configuration)
      let result = try await connection.query("SELECT 1 AS one")
      await connection.close()
      return result.rows.count == 1 ? .ready : .notYet("SELECT 1 gave \(result.rows.count) rows")
    } catch {
      return .notYet("\(error)")
    }
  }
}

/// Opens a connection for one piece of work and closes it, whatever comes of the work.
func withConnection<Result: Sendable>(
  _ configuration: PostgresConfiguration, _ body: (PostgresConnection) async throws -> Result
) async throws -> Result {
  var configuration = configuration
  configuration.connectTimeout = .seconds(2)
  let connection = try await PostgresConnection.connect(configuration)
  do {
    let result = try await body(connection)
    await connection.close()
    return result
  } catch {
    await connection.close()
    throw error
  }
}
