package import Postgres

extension EnvironmentReader {
  /// The PostgreSQL database of the service, from `DATABASE_URL` or from parts.
  ///
  /// The parts are `DB_HOST`, `DB_PORT`, `DB_NAME`, `DB_USER` and `DB_PASSWORD`.
  ///
  /// All but the password have defaults, as the source document names them. `DB_TIMEOUT_MS` is how long a statement may
  /// take, by default 5 s; a server that stays silent for twice as long is given up on.
  package func postgres(defaultPort: Int, database: String, user: String) -> PostgresConfiguration {
    let text = connectionString(defaultPort: defaultPort, database: database, user: user)
    let limit = milliseconds("DB_TIMEOUT_MS", default: .seconds(5))
    do {
      var configuration = try PostgresConfiguration(connectionString: text)
      configuration.connectTimeout = min(limit, .seconds(2))
      configuration.statementTimeout = limit
      configuration.lockTimeout = min(limit, .seconds(3))
      configuration.responseTimeout = limit * 2
      configuration.idleInTransactionTimeout = limit * 2
      // A plan made for any parameters is kept for as long as the connection lives: one that was made while a table was
      // empty reads all of it when it has grown, and "no filter or this one" never uses an index. Planning anew costs
      // tenths of a millisecond.
      let chosen = configuration.additionalOptions["options"].map { " \($0)" } ?? ""
      configuration.additionalOptions["options"] = "-c plan_cache_mode=force_custom_plan" + chosen
      return configuration
    } catch {
      problem("DATABASE_URL", "is not a PostgreSQL connection string: \(error)")
      // Nobody connects with the stand-in, because `read` throws.
      return PostgresConfiguration()
    }
  }

  private func connectionString(defaultPort: Int, database: String, user: String) -> String {
    if let url = optional("DATABASE_URL") { return url }
    let password = optional("DB_PASSWORD")
    if password == nil { problem("DB_PASSWORD", "is required (or DATABASE_URL)") }
    return [
      ("host", string("DB_HOST", default: "127.0.0.1")),
      ("port", "\(integer("DB_PORT", in: 1...65535, default: defaultPort))"),
      ("dbname", string("DB_NAME", default: database)),
      ("user", string("DB_USER", default: user)),
      ("password", password ?? "unset"),
    ].map { "\($0.0)=\(Self.quoted($0.1))" }.joined(separator: " ")
  }

  /// A value in a libpq keyword string, where quotes and backslashes are escaped.
  private static func quoted(_ value: String) -> String {
    "'" + value.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
  }
}
