import Postgres

extension SparkSide {
  /// A PostgreSQL relation, read over JDBC.
  ///
  /// `bounds` are the smallest and the largest key where an index tells them: then Spark reads so many parts at once.
  init(
    _ side: SQLSide, from configuration: PostgresConfiguration, secret: String, isReferrer: Bool,
    bounds: ClosedRange<Int64>?, partitions: Int
  ) throws {
    let isCut = bounds.map { $0.lowerBound < $0.upperBound && partitions > 1 } ?? false
    let table = side.relation.jdbcTable(side.kinds, isReferrer: isReferrer, isNumbered: isCut)
    guard table.parameters.isEmpty else {
      throw RuleError(message: "the relation cannot be written without parameters")
    }
    var options = [
      ("url", SparkText.literal(try Self.url(of: configuration, schema: side.reader.store.schema))),
      ("driver", "'org.postgresql.Driver'"),
      ("dbtable", SparkText.literal(table.text)),
      // pgjdbc would take the zone of the JVM, and times would become other key texts.
      ("sessionInitStatement", SparkText.literal(Self.session)),
      ("fetchsize", "'50000'"),
    ]
    if let user = configuration.user { options.append(("user", SparkText.literal(user))) }
    if configuration.password != nil { options.append(("password", "'${env:\(secret)}'")) }
    if isCut, let bounds {
      options += [
        ("partitionColumn", "'number'"), ("lowerBound", "'\(bounds.lowerBound)'"),
        ("upperBound", "'\(bounds.upperBound)'"), ("numPartitions", "'\(partitions)'"),
      ]
    }
    let text = options.map { "  \($0) \($1)" }.joined(separator: ",\n")
    let what = isReferrer ? "each \(side.columns) once" : "every \(side.columns)"
    self.init(
      definition: "USING org.apache.spark.sql.jdbc OPTIONS (\n\(text)\n)",
      keys: side.relation.columns.indices.map { "k\($0)" }, rowCount: isReferrer ? "row_count" : "1",
      plan: "\(side.reader.store.name): \(what) of \(side.relation.name), by JDBC"
        + (isCut ? ", \(partitions) parts at once" : ""),
      environment: configuration.password.map { [secret: SparkText.escaped($0)] } ?? [:])
  }

  /// The settings under which the native engine reads keys as well.
  private static let session = """
    SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'; SET bytea_output = 'hex'; SET extra_float_digits = 1; \
    SET statement_timeout = 0
    """

  /// The address as pgjdbc takes it (<https://jdbc.postgresql.org/documentation/use/>), without user and password.
  static func url(of configuration: PostgresConfiguration, schema: String?) throws -> String {
    let host = configuration.host ?? "localhost"
    guard !host.hasPrefix("/"), !host.contains(",") else {
      throw RuleError(message: "Spark reaches PostgreSQL by one host name and TCP, and the store is at \(host)")
    }
    var parameters = [
      ("ApplicationName", "concord audit"),
      // Read-only from the first statement on, whatever the role may do.
      ("options", "-c default_transaction_read_only=on -c lock_timeout=5000"),
    ]
    if let mode = configuration.sslMode { parameters.append(("sslmode", mode.rawValue)) }
    if let certificate = configuration.additionalOptions["sslrootcert"] {
      parameters.append(("sslrootcert", certificate))
    }
    if let schema { parameters.append(("currentSchema", "\(SQL.quoted(identifier: schema)),public")) }
    let database = configuration.database ?? configuration.user ?? "postgres"
    let query = parameters.map { "\($0)=\(PostgresConfiguration.percentEncoded($1))" }.joined(separator: "&")
    let address = host.contains(":") ? "[\(host)]" : host
    return
      "jdbc:postgresql://\(address):\(configuration.port)/\(PostgresConfiguration.percentEncoded(database))?\(query)"
  }
}

extension SQLRelation {
  /// The keys as an item of FROM with columns `k0`, `k1`, …: of a referrer each once with `row_count`; `number` is the
  /// only part as an integer, by which the server can find a part of them.
  func jdbcTable(_ kinds: [ColumnKind], isReferrer: Bool, isNumbered: Bool) -> SQL {
    let parts = Array(zip(columns, kinds))
    var selected = parts.map { $1.keyText(column($0)) }
    var names = columns.indices.map { "k\($0)" }
    if isReferrer {
      selected.append("count(*)")
      names.append("row_count")
    }
    if isNumbered {
      selected.append(column(columns[0]))
      names.append("number")
    }
    let present = SQL.joined([condition] + columns.map { "\(column($0)) IS NOT NULL" }, separator: " AND ")
    let groups = SQL.joined(parts.map { $1.grouping(column($0)) }, separator: ", ")
    // The names are ours.
    let list: SQL = "\(raw: names.joined(separator: ", "))"
    let grouped: SQL = isReferrer ? " GROUP BY \(groups)" : ""
    return """
      (SELECT \(SQL.joined(selected, separator: ", ")) FROM \(from) WHERE \(present)\(grouped)) \
      AS concord_keys(\(list))
      """
  }
}
